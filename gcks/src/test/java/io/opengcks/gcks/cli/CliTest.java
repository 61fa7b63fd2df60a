package io.opengcks.gcks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.GcksServer;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.config.GcksConfigReader;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The program as an operator types it, against a running server. */
class CliTest {
    @TempDir
    Path temp;

    private Path demo;

    private record Ran(int code, String out, String err) {}

    private static Ran run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Gcks.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }

    private static String ok(Object... arguments) {
        Ran ran = run(arguments);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        return ran.out();
    }

    @BeforeEach
    void init() {
        demo = temp.resolve("demo");
        ok("init", demo, "--member", "rx-1", "--member", "fqdn:rx-2", "--sender", "tx", "--listen", "127.0.0.1:10848");
    }

    private GcksServer serve() throws Exception {
        GcksConfig config = GcksConfigReader.read(demo.resolve("gcks.yaml"));
        // the ports of the file may be taken on the machine of the test
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        GcksServer server = GcksServer.start(config.withListen(List.of(GcksConfig.Listen.at(any)))
                .withAdmin(
                        new GcksConfig.Admin(any, config.admin().orElseThrow().token())));
        return server;
    }

    private Object[] at(GcksServer server, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", server.adminUri().orElseThrow(), "--token-file", demo.resolve("admin.token")));
        return all.toArray();
    }

    @Test
    void initWritesWhatServeReadsAndKeepsSecretsPrivate() throws Exception {
        ok("serve", "--check", "--config", demo.resolve("gcks.yaml"));
        try (Stream<Path> files = Files.list(demo)) {
            for (Path file : files.toList()) {
                boolean secret = Files.readString(file).matches("(?s).*[0-9a-f]{64}.*");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(
                                secret
                                        ? "rw-------"
                                        : PosixFilePermissions.toString(
                                                Files.getPosixFilePermissions(demo.resolve("gcks.yaml"))));
            }
        }
        assertThat(demo.resolve("gm-rx-2.yaml")).content().contains("role: receiver", "fqdn:rx-2", "127.0.0.1:10848");
        assertThat(demo.resolve("gm-tx.yaml"))
                .content()
                .contains("role: sender", "input:")
                .doesNotContain("output:");
        Path key = demo.resolve("store.key");
        String before = Files.readString(key);
        Ran again = run("init", demo, "--member", "rx-1");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).isEqualTo("gcks: " + demo + " is not empty: nothing is overwritten\n");
        assertThat(Files.readString(key)).isEqualTo(before);
    }

    @Test
    void aGroupIsAdministered() throws Exception {
        try (GcksServer server = serve()) {
            assertThat(ok(at(server, "group", "create", demo.resolve("tv.yaml"))))
                    .contains("key-id:tv");
            assertThat(ok(at(server, "group", "list"))).contains("GROUP", "key-id:tv");
            JsonObject shown = new JsonObject(ok(at(server, "group", "show", "tv", "--output", "json")));
            assertThat(shown.getString("group")).isEqualTo("key-id:tv");
            Path policy =
                    Files.writeString(temp.resolve("policy.json"), ok(at(server, "group", "show", "tv", "--policy")));
            Files.writeString(
                    policy, Files.readString(policy).replaceAll("\"maxMembers\" : [0-9]+", "\"maxMembers\" : 9"));
            ok(at(server, "group", "set-policy", "tv", policy));
            assertThat(new JsonObject(ok(at(server, "group", "show", "tv", "--output=json")))
                            .getJsonObject("policy")
                            .getInteger("maxMembers"))
                    .isEqualTo(9);
            assertThat(ok(at(server, "member", "list", "tv"))).startsWith("MEMBER");
            assertThat(ok(at(server, "member", "evict", "tv", "rx-1")))
                    .isEqualTo("barred fqdn:rx-1, which was not a member\n");
            assertThat(ok(at(server, "member", "readmit", "tv", "fqdn:rx-1"))).isEqualTo("readmitted fqdn:rx-1\n");
            assertThat(ok(at(server, "rekey", "tv", "--what", "tek"))).startsWith("rekeyed key-id:tv: ");
            assertThat(new JsonObject(ok(at(server, "status", "--output", "json"))).getInteger("groups"))
                    .isEqualTo(1);
            assertThat(ok(at(server, "status"))).contains("fqdn:gcks.example.org");
            ok(at(server, "group", "delete", "tv"));
            Ran gone = run(at(server, "group", "show", "tv"));
            assertThat(gone.err()).isEqualTo("gcks: no such group: key-id:tv\n");
            assertThat(gone.code()).isEqualTo(1);
        }
    }

    @Test
    void aWrongTokenAndAServerThatIsNotThereAreSaidInOneLine() throws Exception {
        Path wrong = Files.writeString(temp.resolve("wrong"), "not the token of it");
        Object url;
        try (GcksServer server = serve()) {
            url = server.adminUri().orElseThrow();
            assertThat(run("status", "--url", url, "--token-file", wrong).err())
                    .isEqualTo("gcks: the bearer token is missing or wrong\n");
        }
        Ran ran = run("status", "--url", url, "--token-file", wrong);
        assertThat(ran.err()).isEqualTo("gcks: no key server answers at " + url + ": is it running?\n");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aWrongFileIsSaidWithItsLine() throws IOException {
        Path file = demo.resolve("gcks.yaml");
        Files.writeString(file, Files.readString(file).replace("admin:", "amdin:"));
        Ran ran = run("serve", "--check", "--config", file);
        assertThat(ran.err())
                .isEqualTo("gcks: " + file + ":10: amdin: expected a key of this section, did you mean admin?\n");
        assertThat(ran.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group                    | gcks: Missing command (see: gcks group --help)
            group crate x            | gcks: Unmatched argument
            member evict tv          | gcks: Missing required parameter: 'MEMBER' (see: gcks member evict --help)
            rekey tv --what all      | gcks: Invalid value for option '--what'
            member evict tv a:b      | gcks: Invalid value for positional parameter at index 1 (MEMBER): expected fqdn:NAME
            init x --listen 0.0.0.0:1 --member a | gcks: Invalid value for option '--listen': expected the address and port that members reach
            --nonsense               | gcks: Unknown option: '--nonsense'
            """)
    void wrongArgumentsAreOneLineAndCodeTwo(String line, String error) {
        Ran ran = run((Object[]) line.split(" +"));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).startsWith(error).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
    }

    /** Every command explains itself, every one that can be run with an example. */
    @Test
    void everyCommandHasHelp() {
        for (List<String> path : commands(Gcks.commandLine(), List.of())) {
            List<String> all = new ArrayList<>(path);
            all.add("--help");
            String help = ok(all.toArray());
            assertThat(help).startsWith("Usage: gcks");
            if (path.size() == 1) {
                assertThat(help).as(String.join(" ", path)).contains("Examples:", "gcks " + path.getFirst());
            }
        }
        assertThat(ok("completion")).contains("_complete_gcks");
        assertThat(ok("crypto")).contains("AES/GCM/NoPadding").doesNotContain("none");
    }

    private static List<List<String>> commands(CommandLine command, List<String> path) {
        List<List<String>> all = new ArrayList<>();
        command.getSubcommands().forEach((name, subcommand) -> {
            List<String> deeper = new ArrayList<>(path);
            deeper.add(name);
            all.add(deeper);
            all.addAll(commands(subcommand, deeper));
        });
        return all;
    }
}
