package io.opengcks.gcks;

import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.config.GroupDefinition;
import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.GroupView;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server as operators run it, on free ports of the loopback interface, with its files in one folder. */
public final class TestServer implements AutoCloseable {
    public static final String TOKEN = "a token of the tests";
    public static final Identity IDENTITY = Identity.parse("fqdn:gcks.example.org");
    public static final Identity GROUP = Identity.parse("key-id:tv");
    public static final Identity RX = Identity.parse("fqdn:rx-1.example.org");
    public static final Identity STRANGER = Identity.parse("fqdn:stranger.example.org");

    public final GcksServer server;

    private TestServer(GcksServer server) {
        this.server = server;
    }

    public static TestServer start(Path folder) throws IOException, StoreException {
        return new TestServer(GcksServer.start(config(folder)));
    }

    public static GcksConfig config(Path folder) {
        var any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        var credentials = new Credentials(IDENTITY, Optional.empty(), peer -> Optional.of(psk(peer)), Optional.empty());
        var store = new GcksConfig.Store(folder.resolve("journal.db"), new StoreKey(Secret.copyOf(new byte[32])));
        return GcksConfig.of(credentials, store)
                .withListen(List.of(new GcksConfig.Listen(any, false), new GcksConfig.Listen(any, true)))
                .withAdmin(new GcksConfig.Admin(any, Secret.copyOf(TOKEN.getBytes(StandardCharsets.UTF_8))))
                .withMulticast(new GcksConfig.Multicast(Optional.of("lo"), Optional.empty(), 1, true))
                .withAuditLog(folder.resolve("audit.jsonl"));
    }

    /** The key that the server and {@code peer} share. */
    public static Secret psk(Identity peer) {
        return Secret.copyOf(("shared with " + peer).getBytes(StandardCharsets.UTF_8));
    }

    /** Receivers of example.org but the stranger; rekey messages to {@code rekeyPort}. */
    public static GroupPolicy policy(int rekeyPort) {
        try {
            return GroupDefinition.parse("policy", """
                            flows: [{address: 239.255.77.1, port: 5004}]
                            rekey: {address: 239.255.77.2, port: %d, spacing: 20ms}
                            mayJoin: [{identity: "fqdn:rx-*.example.org"}]
                            maySend: [{identity: "fqdn:tx.example.org"}]
                            """.formatted(rekeyPort)).policy();
        } catch (SettingsException e) {
            throw new IllegalStateException(e);
        }
    }

    public GroupView create(int rekeyPort) {
        return server.groups()
                .create(GROUP, policy(rekeyPort))
                .toCompletableFuture()
                .join();
    }

    public double count(String meter, String tag, String value) {
        return server.meters().get(meter).tag(tag, value).counter().count();
    }

    @Override
    public void close() {
        server.close();
    }
}
