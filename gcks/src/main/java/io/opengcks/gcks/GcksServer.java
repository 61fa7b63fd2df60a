package io.opengcks.gcks;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opengcks.gcks.admin.AdminApi;
import io.opengcks.gcks.admin.AdminServer;
import io.opengcks.gcks.audit.AuditLog;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.AuditListener;
import io.opengcks.gcks.group.Groups;
import io.opengcks.gcks.group.GroupsSettings;
import io.opengcks.gcks.registration.RegistrationFace;
import io.opengcks.gcks.registration.UdpTransport;
import io.opengcks.gcks.registration.WarmUp;
import io.opengcks.gcks.rekey.RekeyPublisher;
import io.opengcks.gcks.store.SqliteJournal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.gikev2.RekeyMessage;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.settings.WiresharkKeyLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running key server: what {@code gcks serve} starts, and what a program embeds.
 *
 * <pre>{@code
 * try (GcksServer server = GcksServer.start(config)) {
 *     server.groups().create(group, policy).toCompletableFuture().join();
 *     …
 * }
 * }</pre>
 */
public final class GcksServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GcksServer.class);
    /** Longer than all copies of a rekey message take by default; what is not out then goes out after the next start. */
    private static final long DRAIN_MS = 1000;

    private final Deque<Closing> closings = new ArrayDeque<>();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Groups groups;
    private final RegistrationFace face;
    private final @Nullable AdminServer admin;

    /** One part to close; parts are closed in the reverse order of their start. */
    private record Closing(String what, Action action) {
        interface Action {
            void run() throws Exception;
        }
    }

    private GcksServer(GcksConfig config) throws IOException, StoreException {
        try {
            SecureRandom random = new SecureRandom();
            InstantSource clock = InstantSource.system();
            KeyLog keyLog = keyLog(config);
            closing("metrics", meters::close);
            WarmUp.run(config.registration(), random);
            AuditLog audit = null;
            if (config.auditLog().isPresent()) {
                audit = AuditLog.open(config.auditLog().get(), meters);
                closing("audit log", audit::close);
            }
            UdpTransport transport = new UdpTransport();
            closing("UDP", transport::close);
            RekeyPublisher publisher = new RekeyPublisher(config.multicast(), transport, meters);
            closing("rekey publisher", publisher::close);
            createFolder(config.store().path());
            SqliteJournal journal =
                    SqliteJournal.open(config.store().path(), config.store().key());
            groups = openGroups(config, journal, publisher, audit, keyLog, clock, random);
            closing("groups", groups::close);
            // before the groups, which then still hear that the copies are out
            closing("copies of rekey messages", () -> publisher.drain(DRAIN_MS, TimeUnit.MILLISECONDS));
            KeyServer machine = new KeyServer(config.registration(), config.credentials(), random, clock, keyLog);
            face = RegistrationFace.open(config, machine, transport, groups, meters);
            closing("registrations", face::close);
            if (config.admin().isPresent()) {
                var served = new AdminApi.Served(
                        config.credentials().identity(),
                        addresses().stream().map(UdpTransport::text).toList(),
                        config.registration().keyWraps(),
                        clock.instant());
                admin = AdminServer.start(config.admin().get(), served, groups, meters, audit, clock);
                closing("administration", admin::close);
            } else {
                admin = null;
            }
        } catch (IOException | StoreException | RuntimeException e) {
            close();
            throw e;
        }
        LOG.info(
                "serving identity={} listen={} groups={} admin={}",
                config.credentials().identity(),
                addresses().stream().map(UdpTransport::text).toList(),
                groups.groups().size(),
                adminUri().map(URI::toString).orElse("none"));
    }

    private Groups openGroups(
            GcksConfig config,
            SqliteJournal journal,
            RekeyPublisher publisher,
            @Nullable AuditLog audit,
            KeyLog keyLog,
            InstantSource clock,
            SecureRandom random)
            throws StoreException {
        try {
            return Groups.open(new GroupsSettings(
                    journal,
                    RekeyMessage::seal,
                    publisher,
                    audit == null ? AuditListener.NONE : audit,
                    keyLog,
                    clock,
                    random,
                    meters,
                    config.groups()));
        } catch (StoreException | RuntimeException e) {
            journal.close(); // the groups close it only once they are open
            throw e;
        }
    }

    private static KeyLog keyLog(GcksConfig config) throws IOException {
        if (config.keyLog().isEmpty()) {
            return KeyLog.OFF;
        }
        Path folder = config.keyLog().get();
        LOG.warn(
                "KEY LOG IS ON: every key of every group is written to {}; whoever reads it reads the traffic", folder);
        return WiresharkKeyLog.in(folder, e -> LOG.error("the key log cannot be written: {}", e.getMessage()));
    }

    private static void createFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    /**
     * Opens the journal, replays it, and serves.
     *
     * @throws IOException    if an address, interface or file cannot be had, in one line for the operator
     * @throws StoreException if the journal cannot be opened or read, in one line for the operator
     */
    public static GcksServer start(GcksConfig config) throws IOException, StoreException {
        return new GcksServer(config);
    }

    /** The groups, for programs that embed the server. */
    public Groups groups() {
        return groups;
    }

    /** Where members register, with the ports that were chosen, in the order of the configuration. */
    public List<InetSocketAddress> addresses() {
        return face.addresses();
    }

    /** Where the administration listens. */
    public Optional<URI> adminUri() {
        return Optional.ofNullable(admin).map(AdminServer::uri);
    }

    /** Every meter of the server. */
    public PrometheusMeterRegistry meters() {
        return meters;
    }

    private void closing(String what, Closing.Action action) {
        closings.push(new Closing(what, action));
    }

    /** Takes no more requests, finishes those it took, sends the copies that are due within a second, and closes the journal. */
    @Override
    public void close() {
        while (!closings.isEmpty()) {
            Closing closing = closings.pop();
            try {
                closing.action().run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.error("not closed what={} why={}", closing.what(), e.toString());
            }
        }
    }
}
