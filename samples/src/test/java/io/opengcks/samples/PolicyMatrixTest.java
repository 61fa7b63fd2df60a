package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.gcks.GcksServer;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.Flow;
import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.MemberRule;
import io.opengcks.gcks.group.RekeyKind;
import io.opengcks.gcks.group.RekeyPolicy;
import io.opengcks.gcks.group.RekeySignatureAlgorithm;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.member.Agent;
import io.opengcks.member.AgentListener;
import io.opengcks.member.AgentSettings;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa.Mode;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.HostPort;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Server and agents over real sockets under each kind of policy: two senders, two receivers, a rekey and an eviction; the receiver that stays gets every
 * packet of both senders exactly once. (IPv6: the demo, in a network namespace.)
 */
class PolicyMatrixTest {
    private static final Identity SERVER = Identity.parse("fqdn:gcks.example.org");
    private static final Identity GROUP = Identity.parse("key-id:matrix");
    private static final Secret PSK = Secret.copyOf(new byte[32]);
    private static final int PACKETS = 60;
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} from {1}, {2}, {3}, {4}")
    @CsvSource(textBlock = """
            239.255.99.1,  any,       AES_128_GCM_16,    TRANSPORT, ED25519
            239.255.99.3,  any,       AES_256_GCM_16,    TUNNEL,    ECDSA_P256
            232.255.99.1,  127.0.0.1, CHACHA20_POLY1305, TRANSPORT, ED25519
            232.255.99.3,  127.0.0.1, AES_256_GCM_16,    TUNNEL,    ED25519
            """)
    void everyPacketReachesWhoeverIsIn(
            String group, String source, EspSuite suite, Mode mode, RekeySignatureAlgorithm signature)
            throws Exception {
        InetAddress media = InetAddress.ofLiteral(group);
        Optional<InetAddress> from =
                source.equals("any") ? Optional.empty() : Optional.of(InetAddress.ofLiteral(source));
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        NetworkInterface loopback = NetworkInterface.getByInetAddress(local);
        var rekey = new RekeyPolicy(
                media, freePort(), from, 256, KeyWrapAlgorithm.KW_5649_256, signature, 2, 3, Duration.ofMillis(20));
        GroupPolicy policy = GroupPolicy.builder(List.of(new Flow(media, 5004, from)), rekey)
                .suite(suite)
                .mode(mode)
                .udpPort(OptionalInt.of(freePort()))
                .senderIdBits(12)
                .replayWindow(64)
                .delays(0, 1)
                .mayJoin(List.of(MemberRule.identity("fqdn:rx-*")))
                .maySend(List.of(MemberRule.identity("fqdn:tx-*")))
                .build();
        GcksConfig config = GcksConfig.of(
                        credentials("fqdn:gcks.example.org"),
                        new GcksConfig.Store(folder.resolve("journal.db"), new StoreKey(Secret.adopt(new byte[32]))))
                .withListen(List.of(GcksConfig.Listen.at(new InetSocketAddress(local, 0))))
                .withMulticast(new GcksConfig.Multicast(Optional.of(loopback.getName()), Optional.of(local), 0, true));
        var stays = new AtomicIntegerArray(4 * PACKETS);
        var goes = new AtomicIntegerArray(4 * PACKETS);
        try (GcksServer server = GcksServer.start(config)) {
            get(server.groups().create(GROUP, policy));
            InetSocketAddress at = server.addresses().getFirst();
            try (Agent rx1 = receiver("fqdn:rx-1", at, loopback, stays);
                    Agent rx2 = receiver("fqdn:rx-2", at, loopback, goes);
                    Agent tx1 = sender("fqdn:tx-1", at, loopback);
                    Agent tx2 = sender("fqdn:tx-2", at, loopback)) {
                for (Agent agent : List.of(rx1, rx2, tx1, tx2)) {
                    agent.registered().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                play(tx1, tx2, 0);
                get(server.groups().rekey(GROUP, RekeyKind.BOTH));
                play(tx1, tx2, PACKETS / 2);
                Programs.await("both receivers", () -> count(stays) == 2 * PACKETS && count(goes) == 2 * PACKETS);
                get(server.groups().evict(GROUP, Identity.parse("fqdn:rx-2")));
                Programs.await(
                        "the eviction at the senders",
                        () -> tx1.status().rekeys() == 4 && tx2.status().rekeys() == 4);
                play(tx1, tx2, PACKETS);
                play(tx1, tx2, PACKETS + PACKETS / 2);
                Programs.await("the one that stays", () -> count(stays) == 4 * PACKETS);
            }
            for (int number = 0; number < 4 * PACKETS; number++) {
                assertThat(stays.get(number)).as("packet " + number).isEqualTo(1);
                assertThat(goes.get(number)).as("packet " + number).isEqualTo(number < 2 * PACKETS ? 1 : 0);
            }
        }
    }

    /** Half a span of numbers from each sender: even ones from the first, odd ones from the second. */
    private static void play(Agent first, Agent second, int from) {
        for (int i = from; i < from + PACKETS / 2; i++) {
            send(first, 2 * i);
            send(second, 2 * i + 1);
        }
    }

    private static void send(Agent sender, int number) {
        assertThat(sender.send(ByteBuffer.allocate(1316).putInt(number).array()))
                .isTrue();
    }

    private static int count(AtomicIntegerArray got) {
        int count = 0;
        for (int i = 0; i < got.length(); i++) {
            count += got.get(i) > 0 ? 1 : 0;
        }
        return count;
    }

    private static Agent receiver(String name, InetSocketAddress server, NetworkInterface at, AtomicIntegerArray got) {
        return Agent.start(
                settings(name, server, at)
                        .receiver((octets, offset, length) -> got.incrementAndGet(
                                ByteBuffer.wrap(octets, offset, length).getInt()))
                        .build(),
                AgentListener.NONE,
                new SimpleMeterRegistry());
    }

    private static Agent sender(String name, InetSocketAddress server, NetworkInterface at) {
        return Agent.start(settings(name, server, at).sender().build(), AgentListener.NONE, new SimpleMeterRegistry());
    }

    private static AgentSettings.Builder settings(String name, InetSocketAddress server, NetworkInterface at) {
        return AgentSettings.builder(
                        new HostPort(server.getAddress().getHostAddress(), server.getPort()),
                        SERVER,
                        credentials(name),
                        GROUP,
                        at)
                .ttl(0);
    }

    private static Credentials credentials(String name) {
        return new Credentials(Identity.parse(name), Optional.empty(), peer -> Optional.of(PSK), Optional.empty());
    }

    private static int freePort() throws Exception {
        try (var socket = new DatagramSocket()) {
            return socket.getLocalPort();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
