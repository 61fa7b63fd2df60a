package io.opengcks.gcks.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opengcks.gcks.audit.AuditLog;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.Groups;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the administration. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final long WAIT_SECONDS = 10;
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final AdminApi api;
    private final URI uri;

    private AdminServer(Vertx vertx, AdminApi api, URI uri) {
        this.vertx = vertx;
        this.api = api;
        this.uri = uri;
    }

    /**
     * Listens.
     *
     * @param audit takes what operators do; null: nothing does
     * @throws IOException if the address cannot be had
     */
    public static AdminServer start(
            GcksConfig.Admin config,
            AdminApi.Served served,
            Groups groups,
            PrometheusMeterRegistry meters,
            @Nullable AuditLog audit,
            InstantSource clock)
            throws IOException {
        InetAddress address = config.address().getAddress();
        if (!address.isLoopbackAddress()) {
            LOG.warn(
                    "THE ADMINISTRATION LISTENS AT {}: its token travels in clear text, put TLS in front of it",
                    address.getHostAddress());
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
        try {
            var api = new AdminApi(served, groups, meters, new Operators(audit, clock));
            var options = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHandle100ContinueAutomatically(true);
            HttpServer http = vertx.createHttpServer(options)
                    .requestHandler(api.router(vertx, config.token()))
                    .listen(config.address().getPort(), address.getHostAddress())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
            String host = address.getHostAddress();
            return new AdminServer(
                    vertx,
                    api,
                    URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.actualPort()));
        } catch (ExecutionException | TimeoutException e) {
            vertx.close();
            String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
            throw new IOException(
                    "the administration cannot listen at TCP " + address.getHostAddress() + ":"
                            + config.address().getPort() + ": " + why,
                    e);
        } catch (InterruptedException e) {
            vertx.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    /** Where it listens, with the port that was chosen. */
    public URI uri() {
        return uri;
    }

    /** Says not ready from now on, and closes. */
    @Override
    public void close() {
        api.closing();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("administration not closed in time: {}", e.toString());
        }
    }
}
