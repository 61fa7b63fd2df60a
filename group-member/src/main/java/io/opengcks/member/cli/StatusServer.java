package io.opengcks.member.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opengcks.member.Agent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Serves {@code /metrics} for Prometheus and {@code /status} as JSON. Hands out no secret and takes no command. */
final class StatusServer implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final HttpServer server;

    private StatusServer(HttpServer server) {
        this.server = server;
    }

    static StatusServer start(InetSocketAddress at, PrometheusMeterRegistry registry, Agent agent) throws IOException {
        HttpServer server = HttpServer.create(at, BACKLOG);
        server.createContext("/metrics", exchange -> answer(exchange, "text/plain; version=0.0.4", registry::scrape));
        server.createContext(
                "/status", exchange -> answer(exchange, "application/json", () -> StatusJson.of(agent.status())));
        server.setExecutor(Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("gm-status").factory()));
        server.start();
        return new StatusServer(server);
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange, String type, Supplier<String> body) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] octets = body.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
