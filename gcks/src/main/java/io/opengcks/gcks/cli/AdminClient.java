package io.opengcks.gcks.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the administration. Whatever it does not do becomes a {@link CliException} in the server's words. */
final class AdminClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final URI server;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    AdminClient(URI server, String token) throws CliException {
        if (!"http".equals(server.getScheme()) && !"https".equals(server.getScheme())) {
            throw new CliException("not an http or https URL: " + server);
        }
        this.server = server;
        this.token = token;
    }

    JsonObject get(String path) throws CliException {
        return ask("GET", path, null);
    }

    JsonObject post(String path, @Nullable JsonObject body) throws CliException {
        return ask("POST", path, body);
    }

    JsonObject put(String path, JsonObject body) throws CliException {
        return ask("PUT", path, body);
    }

    JsonObject delete(String path) throws CliException {
        return ask("DELETE", path, null);
    }

    /** One segment of a path. */
    static String segment(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonObject ask(String method, String path, @Nullable JsonObject body) throws CliException {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(server.resolve(path))
                    .timeout(ANSWER)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()))
                    .build();
        } catch (IllegalArgumentException _) {
            throw new CliException("not a URL of a server, or not a token: " + server);
        }
        try {
            return answer(http.send(request, BodyHandlers.ofString()));
        } catch (IOException _) {
            throw new CliException("no key server answers at " + server + ": is it running?");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted");
        }
    }

    private static JsonObject answer(HttpResponse<String> response) throws CliException {
        JsonObject body;
        try {
            body = response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
        } catch (DecodeException _) {
            throw new CliException("what answers is no key server (HTTP " + response.statusCode() + ")");
        }
        if (response.statusCode() / 100 != 2) {
            throw new CliException(body.getString("message", "HTTP " + response.statusCode()));
        }
        return body;
    }

    @Override
    public void close() {
        http.close();
    }
}
