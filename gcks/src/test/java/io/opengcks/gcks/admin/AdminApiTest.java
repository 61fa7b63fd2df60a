package io.opengcks.gcks.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The administration of a real server, over HTTP. */
class AdminApiTest {
    private static final String DEFINITION = """
            {"group": "key-id:tv",
             "flows": [{"address": "239.255.77.1", "port": 5004}],
            \t"rekey": {"address": "239.255.77.2", "port": 10848},
             "mayJoin": [{"identity": "fqdn:rx-*.example.org"}]}
            """;
    private static final String TV = "/v1/groups/key-id%3Atv";

    @TempDir
    Path folder;

    private TestServer server;
    private URI uri;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(folder);
        uri = server.server.adminUri().orElseThrow();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private HttpResponse<String> ask(String method, String path, @Nullable String body, Optional<String> token)
            throws Exception {
        var request = HttpRequest.newBuilder(uri.resolve(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        token.ifPresent(value -> request.header("Authorization", value));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String method, String path, @Nullable String body) throws Exception {
        return ask(method, path, body, Optional.of("Bearer " + TestServer.TOKEN));
    }

    private JsonObject expect(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
    }

    @Test
    void aGroupIsMadeShownChangedAndDeleted() throws Exception {
        JsonObject made = expect(201, ask("POST", "/v1/groups", DEFINITION));
        assertThat(made.getString("group")).isEqualTo("key-id:tv");
        assertThat(made.getJsonArray("dataSas")).hasSize(1);
        assertThat(expect(409, ask("POST", "/v1/groups", DEFINITION)).getString("error"))
                .isEqualTo("already-exists");
        assertThat(expect(200, ask("GET", "/v1/groups", null)).getJsonArray("groups"))
                .hasSize(1);

        JsonObject policy = expect(200, ask("GET", TV, null)).getJsonObject("policy");
        policy.put("maxMembers", 5);
        JsonObject changed = expect(200, ask("PUT", TV, policy.encode()));
        assertThat(changed.getJsonObject("policy")).isEqualTo(policy);
        assertThat(expect(200, ask("GET", TV, null)).getJsonObject("policy")).isEqualTo(policy);

        expect(204, ask("DELETE", TV, null));
        assertThat(expect(404, ask("GET", TV, null)).getString("message")).isEqualTo("no such group: key-id:tv");
    }

    @Test
    void evictionBarsAndReadmissionLiftsTheBar() throws Exception {
        expect(201, ask("POST", "/v1/groups", DEFINITION));
        String member = TV + "/members/fqdn%3Arx-1.example.org";
        JsonObject evicted = expect(200, ask("DELETE", member, null));
        assertThat(evicted.getBoolean("wasMember")).isFalse();
        assertThat(evicted.getBoolean("barred")).isTrue();
        assertThat(expect(200, ask("GET", TV, null)).getJsonArray("barred"))
                .isEqualTo(new JsonArray().add("fqdn:rx-1.example.org"));
        expect(204, ask("POST", member + "/readmit", null));
        assertThat(expect(409, ask("POST", member + "/readmit", null)).getString("error"))
                .isEqualTo("not-barred");
        assertThat(expect(200, ask("GET", TV + "/members", null)).getJsonArray("members"))
                .isEmpty();
    }

    @Test
    void aRekeyGivesNewKeys() throws Exception {
        JsonObject before = expect(201, ask("POST", "/v1/groups", DEFINITION));
        JsonObject rekeyed = expect(200, ask("POST", TV + "/rekey", "{\"what\": \"tek\"}"));
        assertThat(rekeyed.getJsonArray("newSpis")).hasSize(1);
        JsonObject after = expect(200, ask("GET", TV, null));
        assertThat(after.getJsonArray("dataSas").encode())
                .contains(rekeyed.getJsonArray("newSpis").getString(0));
        assertThat(after.getJsonObject("rekeySa").getString("spi"))
                .isEqualTo(before.getJsonObject("rekeySa").getString("spi"));
        expect(200, ask("POST", TV + "/rekey", null)); // both
        assertThat(expect(200, ask("GET", TV, null)).getJsonObject("rekeySa").getString("spi"))
                .isNotEqualTo(before.getJsonObject("rekeySa").getString("spi"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            GET    | /v1/status
            GET    | /v1/groups
            POST   | /v1/groups
            DELETE | /v1/groups/key-id%3Atv
            DELETE | /v1/groups/key-id%3Atv/members/fqdn%3Arx-1
            GET    | /v1/nothing
            """)
    void withoutTheTokenNothingIsDone(String method, String path) throws Exception {
        server.create(10848);
        for (Optional<String> token : List.of(
                Optional.<String>empty(),
                Optional.of("Bearer "),
                Optional.of("Bearer " + TestServer.TOKEN + "x"),
                Optional.of("Basic " + TestServer.TOKEN),
                Optional.of(TestServer.TOKEN))) {
            HttpResponse<String> response = ask(method, path, null, token);
            assertThat(expect(401, response).getString("error")).isEqualTo("unauthorized");
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        assertThat(server.server.groups().groups()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /v1/groups                          | {}                      | 400 | request body:1: flows: expected a list of 1 to 16 flows, it is missing
            POST   | /v1/groups                          | {"flows": [{"address": "239.1.1.1", "port": 1}], "rekey": {"address": "239.1.1.2", "port": 2}} | 400 | request body: group: expected an identity, it is missing
            POST   | /v1/groups                          | {"group": "key-id:tv", "flows": [{"address": "239.1.1.1", "port": 1}], "rekey": {"address": "239.1.1.2", "port": 2, "keyWrap": "kw-5649-128"}} | 400 | request body: rekey.keyWrap: expected the one that the server has in keyWrap (kw-5649-256), not kw-5649-128
            POST   | /v1/groups                          | {"flows": 1}            | 400 | request body:1: flows: expected a list of at most 16 sections, found a number
            POST   | /v1/groups                          | [                       | 400 | request body:
            GET    | /v1/groups/tv                       | {}                      | 400 | group: expected fqdn:NAME
            GET    | /v1/groups/key-id%3Anone            | {}                      | 404 | no such group: key-id:none
            GET    | /v1/groups/key-id%3Anone/members    | {}                      | 404 | no such group: key-id:none
            POST   | /v1/groups/key-id%3Anone/rekey      | {}                      | 404 | no such group: key-id:none
            POST   | /v1/groups/key-id%3Anone/rekey      | {"what": "all"}         | 400 | request body:1: what: expected one of: tek, kek, both, found "all"
            POST   | /v1/groups/key-id%3Anone/rekey      | {"waht": "tek"}         | 400 | request body:1: waht: expected a key of this section, did you mean what?
            DELETE | /v1/groups/key-id%3Anone            | {}                      | 404 | no such group: key-id:none
            GET    | /v1/nothing                         | {}                      | 404 | no such resource
            PATCH  | /v1/groups                          | {}                      | 405 | not with this method
            """)
    void aWrongRequestIsAnsweredInWords(String method, String path, String body, int status, String message)
            throws Exception {
        assertThat(expect(status, ask(method, path, body)).getString("message")).startsWith(message);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        assertThat(expect(413, ask("POST", "/v1/groups", " ".repeat((4 << 20) + 1)))
                        .getString("error"))
                .isEqualTo("too-large");
    }

    @Test
    void pagesOfMembersAreChecked() throws Exception {
        server.create(10848);
        for (String limit : new String[] {"0", "-1", "10001", "x", ""}) {
            assertThat(expect(400, ask("GET", TV + "/members?limit=" + limit, null))
                            .getString("message"))
                    .isEqualTo("limit: expected a whole number from 1 to 10000");
        }
        assertThat(expect(200, ask("GET", TV + "/members?limit=1&after=a", null))
                        .getInteger("total"))
                .isZero();
    }

    @Test
    void healthMetricsAndTheDocumentNeedNoToken() throws Exception {
        for (String path : new String[] {"/health/live", "/health/ready", "/metrics", "/v1/openapi.json"}) {
            assertThat(ask("GET", path, null, Optional.empty()).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(ask("GET", "/metrics", null, Optional.empty()).body())
                .contains("opengcks_registrations_total{outcome=\"admitted\"} 0.0")
                .contains("opengcks_ike_rejected_total{reason=\"malformed\"} 0.0")
                .contains("opengcks_members ");
        assertThat(expect(200, ask("GET", "/v1/status", null)).getJsonArray("listen"))
                .hasSize(2);
    }

    /** Every operation of the document is one that the server knows, and the policies it shows have the document's keys. */
    @Test
    void theDocumentSaysWhatIsThere() throws Exception {
        var document = new JsonObject(
                ask("GET", "/v1/openapi.json", null, Optional.empty()).body());
        List<String> unknown = new ArrayList<>();
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                String real = path.replace("{group}", "key-id%3Anone").replace("{member}", "fqdn%3Arx");
                HttpResponse<String> response = ask(method.toUpperCase(Locale.ROOT), real, null);
                if (response.statusCode() == 405 || response.body().contains("no such resource")) {
                    unknown.add(method + " " + path);
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(paths.size()).isEqualTo(11);

        JsonObject made = expect(201, ask("POST", "/v1/groups", DEFINITION));
        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
        assertThat(keys(schemas, "Policy"))
                .isEqualTo(made.getJsonObject("policy").fieldNames());
        assertThat(keys(schemas, "Group")).isEqualTo(made.fieldNames());
        Set<String> rekey = new TreeSet<>(
                made.getJsonObject("policy").getJsonObject("rekey").fieldNames());
        rekey.add("source");
        assertThat(keys(schemas, "RekeyPolicy")).isEqualTo(rekey);
    }

    private static Set<String> keys(JsonObject schemas, String name) {
        return schemas.getJsonObject(name).getJsonObject("properties").fieldNames();
    }

    @Test
    void whatOperatorsDoIsInTheAuditLogAndNoKeyIs() throws Exception {
        expect(201, ask("POST", "/v1/groups", DEFINITION));
        expect(200, ask("DELETE", TV + "/members/fqdn%3Arx-1.example.org", null));
        expect(404, ask("DELETE", "/v1/groups/key-id%3Anone", null));
        server.close(); // writes what was recorded
        List<JsonObject> entries = Files.readAllLines(folder.resolve("audit.jsonl")).stream()
                .map(JsonObject::new)
                .toList();
        assertThat(entries)
                .filteredOn(entry -> entry.getString("event").equals("admin"))
                .extracting(entry ->
                        entry.getString("action") + " " + entry.getString("target") + ": " + entry.getString("outcome"))
                .containsExactly(
                        "create key-id:tv: ok",
                        "evict key-id:tv fqdn:rx-1.example.org: ok",
                        "delete key-id:none: no such group: key-id:none");
        assertThat(entries).extracting(entry -> entry.getString("event")).contains("group-created", "member-barred");
        assertThat(entries).allSatisfy(entry -> assertThat(entry.fieldNames()).contains("at"));
    }
}
