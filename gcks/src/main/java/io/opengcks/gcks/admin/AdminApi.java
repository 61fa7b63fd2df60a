package io.opengcks.gcks.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opengcks.gcks.config.GroupDefinition;
import io.opengcks.gcks.group.GroupException;
import io.opengcks.gcks.group.GroupView;
import io.opengcks.gcks.group.Groups;
import io.opengcks.gcks.group.MemberView;
import io.opengcks.gcks.group.RekeyKind;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes. Groups answer from threads of their own; every answer goes back to the thread of its request. */
public final class AdminApi {
    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    /** A policy with the most rules of the longest patterns fits. */
    private static final int MAX_BODY = 4 << 20;

    private static final int MAX_PAGE = 10_000;
    private static final int DEFAULT_PAGE = 1000;
    private static final String BODY = "request body";
    private static final String OPENAPI = "openapi.json";

    /**
     * What the server says about itself.
     *
     * @param identity who it is
     * @param listen   where members register
     * @param keyWraps key wrap algorithms of registrations: members of a group with another one could not register
     * @param started  since when
     */
    public record Served(Identity identity, List<String> listen, List<KeyWrapAlgorithm> keyWraps, Instant started) {
        public Served {
            listen = List.copyOf(listen);
            keyWraps = List.copyOf(keyWraps);
        }
    }

    private final Served served;
    private final Groups groups;
    private final PrometheusMeterRegistry meters;
    private final Operators operators;
    private final String openApi = resource();
    private volatile boolean ready = true;

    AdminApi(Served served, Groups groups, PrometheusMeterRegistry meters, Operators operators) {
        this.served = served;
        this.groups = groups;
        this.meters = meters;
        this.operators = operators;
    }

    void closing() {
        ready = false;
    }

    Router router(Vertx vertx, Secret token) {
        Router router = Router.router(vertx);
        router.get("/health/live").handler(context -> Answers.json(context, 200, new JsonObject().put("status", "up")));
        router.get("/health/ready").handler(this::ready);
        router.get("/metrics").handler(this::metrics);
        router.get("/v1/openapi.json")
                .handler(context -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(openApi));
        router.route("/v1/*").handler(new BearerToken(token));
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        router.get("/v1/status").handler(this::status);
        router.get("/v1/groups").handler(this::list);
        router.post("/v1/groups").handler(safely(this::create));
        router.get("/v1/groups/:group").handler(safely(this::show));
        router.put("/v1/groups/:group").handler(safely(this::changePolicy));
        router.delete("/v1/groups/:group").handler(safely(this::delete));
        router.post("/v1/groups/:group/rekey").handler(safely(this::rekey));
        router.get("/v1/groups/:group/members").handler(safely(this::members));
        router.delete("/v1/groups/:group/members/:member").handler(safely(this::evict));
        router.post("/v1/groups/:group/members/:member/readmit").handler(safely(this::readmit));
        router.errorHandler(404, context -> Answers.error(context, 404, "not-found", "no such resource"));
        router.errorHandler(405, context -> Answers.error(context, 405, "method-not-allowed", "not with this method"));
        router.errorHandler(
                413, context -> Answers.error(context, 413, "too-large", "a body of at most " + MAX_BODY + " octets"));
        router.errorHandler(400, context -> Answers.error(context, 400, "invalid-request", "not a request"));
        router.errorHandler(500, this::broken);
        return router;
    }

    private void broken(RoutingContext context) {
        LOG.error("admin request failed path={}", context.request().path(), context.failure());
        if (!context.response().ended()) {
            Answers.error(context, 500, "internal", "the server failed, its log says why");
        }
    }

    private void ready(RoutingContext context) {
        boolean up = ready;
        Answers.json(context, up ? 200 : 503, new JsonObject().put("status", up ? "ready" : "closing"));
    }

    private void metrics(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                .end(meters.scrape());
    }

    private void status(RoutingContext context) {
        List<GroupView> all = groups.groups();
        Answers.json(
                context,
                200,
                new JsonObject()
                        .put("identity", served.identity().toString())
                        .put("listen", new JsonArray(served.listen()))
                        .put("started", served.started().toString())
                        .put(
                                "uptimeSeconds",
                                Duration.between(served.started(), Instant.now())
                                        .toSeconds())
                        .put("groups", all.size())
                        .put(
                                "members",
                                all.stream().mapToInt(GroupView::members).sum()));
    }

    private void list(RoutingContext context) {
        var all = new JsonArray();
        groups.groups().forEach(group -> all.add(Views.summary(group)));
        Answers.json(context, 200, new JsonObject().put("groups", all));
    }

    private void create(RoutingContext context) throws SettingsException, BadRequest {
        GroupDefinition definition = GroupDefinition.parse(BODY, body(context));
        Identity group = definition
                .group()
                .orElseThrow(() -> new BadRequest(BODY + ": group: expected an identity, it is missing"));
        checkKeyWrap(definition);
        answer(
                context,
                "create",
                group.toString(),
                groups.create(group, definition.policy()),
                view -> Answers.json(context, 201, Views.group(view)));
    }

    private void checkKeyWrap(GroupDefinition definition) throws BadRequest {
        KeyWrapAlgorithm wanted = definition.policy().rekey().keyWrap();
        if (!served.keyWraps().contains(wanted)) {
            throw new BadRequest(BODY + ": rekey.keyWrap: expected the one that the server has in keyWrap ("
                    + served.keyWraps().stream().map(Section::written).collect(Collectors.joining(", ")) + "), not "
                    + Section.written(wanted));
        }
    }

    private void show(RoutingContext context) throws BadRequest {
        Identity group = identity(context, "group");
        groups.group(group)
                .ifPresentOrElse(
                        view -> Answers.json(context, 200, Views.group(view)), () -> noSuchGroup(context, group));
    }

    private static void noSuchGroup(RoutingContext context, Identity group) {
        Answers.error(context, 404, "no-such-group", "no such group: " + group);
    }

    private void changePolicy(RoutingContext context) throws SettingsException, BadRequest {
        Identity group = identity(context, "group");
        GroupDefinition definition = GroupDefinition.parse(BODY, body(context));
        if (definition.group().isPresent() && !definition.group().get().equals(group)) {
            throw new BadRequest(BODY + ": group: expected " + group + ", as the path says, or nothing");
        }
        checkKeyWrap(definition);
        answer(
                context,
                "set-policy",
                group.toString(),
                groups.changePolicy(group, definition.policy()),
                view -> Answers.json(context, 200, Views.group(view)));
    }

    private void delete(RoutingContext context) throws BadRequest {
        Identity group = identity(context, "group");
        answer(context, "delete", group.toString(), groups.delete(group), _ -> Answers.empty(context));
    }

    private void rekey(RoutingContext context) throws SettingsException, BadRequest {
        Identity group = identity(context, "group");
        Section body = Settings.parse(Path.of(BODY), body(context), Map.of());
        RekeyKind kind = body.oneOf("what", RekeyKind.class).orDefault(RekeyKind.BOTH);
        body.end();
        answer(
                context,
                "rekey-" + Section.written(kind),
                group.toString(),
                groups.rekey(group, kind),
                result -> Answers.json(context, 200, Views.rekey(result)));
    }

    private void members(RoutingContext context) throws BadRequest {
        Identity group = identity(context, "group");
        if (groups.group(group).isEmpty()) {
            noSuchGroup(context, group);
            return;
        }
        int limit = limit(context.request().getParam("limit"));
        String after = context.request().getParam("after", "");
        List<MemberView> all = groups.members(group);
        List<MemberView> page = all.stream()
                .filter(member -> member.identity().toString().compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        var members = new JsonArray();
        page.stream().limit(limit).forEach(member -> members.add(Views.member(member)));
        var json = new JsonObject().put("members", members).put("total", all.size());
        if (page.size() > limit) {
            json.put("next", page.get(limit - 1).identity().toString());
        }
        Answers.json(context, 200, json);
    }

    private static int limit(String text) throws BadRequest {
        if (text == null) {
            return DEFAULT_PAGE;
        }
        int limit = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_PAGE) {
            throw new BadRequest("limit: expected a whole number from 1 to " + MAX_PAGE);
        }
        return limit;
    }

    private void evict(RoutingContext context) throws BadRequest {
        Identity group = identity(context, "group");
        Identity member = identity(context, "member");
        answer(
                context,
                "evict",
                group + " " + member,
                groups.evict(group, member),
                result -> Answers.json(context, 200, Views.eviction(result)));
    }

    private void readmit(RoutingContext context) throws BadRequest {
        Identity group = identity(context, "group");
        Identity member = identity(context, "member");
        answer(context, "readmit", group + " " + member, groups.readmit(group, member), _ -> Answers.empty(context));
    }

    /** Answers on the thread of the request, and says what was done. */
    private <T> void answer(
            RoutingContext context, String action, String target, CompletionStage<T> stage, Consumer<T> done) {
        Context thread = context.vertx().getOrCreateContext();
        String remote = String.valueOf(context.request().remoteAddress());
        stage.whenComplete((result, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            operators.did(action, target, remote, cause == null ? "ok" : String.valueOf(cause.getMessage()));
            thread.runOnContext(_ -> {
                switch (cause) {
                    case null -> done.accept(result);
                    case GroupException refused -> Answers.failed(context, refused);
                    default -> context.fail(500, cause);
                }
            });
        });
    }

    /** What a request got wrong. */
    private static final class BadRequest extends Exception {
        BadRequest(String message) {
            super(message, null, false, false);
        }
    }

    private interface Handling {
        void handle(RoutingContext context) throws SettingsException, BadRequest;
    }

    private static io.vertx.core.Handler<RoutingContext> safely(Handling handling) {
        return context -> {
            try {
                handling.handle(context);
            } catch (SettingsException | BadRequest wrong) {
                Answers.error(context, 400, "invalid-request", String.valueOf(wrong.getMessage()));
            }
        };
    }

    private static Identity identity(RoutingContext context, String parameter) throws BadRequest {
        try {
            return Identity.parse(context.pathParam(parameter));
        } catch (IllegalArgumentException wrong) {
            throw new BadRequest(parameter + ": " + wrong.getMessage());
        }
    }

    /** JSON is read as YAML, which knows no tabs; in JSON they stand between tokens only. */
    private static String body(RoutingContext context) {
        String text = context.body().asString(StandardCharsets.UTF_8.name());
        return text == null ? "" : text.replace('\t', ' ');
    }

    private static String resource() {
        try (InputStream in = AdminApi.class.getResourceAsStream(OPENAPI)) {
            if (in == null) {
                throw new IllegalStateException("the OpenAPI document is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
