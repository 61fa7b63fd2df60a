package io.opengcks.member;

import static io.opengcks.member.Loopback.rekeyed;
import static io.opengcks.member.Loopback.script;
import static io.opengcks.member.Loopback.settings;
import static io.opengcks.member.Loopback.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.member.Loopback.Net;
import io.opengcks.member.Loopback.Probe;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that send and receive over real multicast on the loopback interface; a script hands out the SAs. */
@Timeout(60)
class AgentDataPathTest {
    private static final long A = 0x1001;
    private static final long B = 0x1002;

    private final Net net = new Net();
    private final Probe sent = new Probe();
    private final Probe got = new Probe();
    private final java.util.ArrayList<Agent> agents = new java.util.ArrayList<>();

    @AfterEach
    void end() {
        agents.forEach(Agent::close);
    }

    @Test
    void whatIsSentArrives() throws Exception {
        Agent receiver = receiver(net.registration(List.of(), net.sa(A)), List.of());
        Agent sender = sender(net.registration(List.of(7L), net.sa(A)), List.of());
        for (int i = 0; i < 300; i++) {
            assertThat(sender.send(bytes("packet " + i))).isTrue();
            assertThat(got.payload()).isEqualTo("packet " + i);
        }
        AgentStatus status = receiver.status();
        assertThat(status.deliveredPackets()).isEqualTo(300);
        assertThat(status.refusedPackets()).isEmpty();
        assertThat(status.lastDelivered()).isPresent();
        assertThat(sender.status().sentPackets()).isEqualTo(300);
        assertThat(sender.status().sendingOn()).hasValue(A);
    }

    @Test
    void tunnelModeCarriesTheSame() throws Exception {
        receiver(net.registration(List.of(), tunnel(net.sa(A))), List.of());
        Agent sender = sender(net.registration(List.of(7L), tunnel(net.sa(A))), List.of());
        sender.send(bytes("in a tunnel"));
        assertThat(got.payload()).isEqualTo("in a tunnel");
    }

    @Test
    void plainUdpGoesInAndComesOut() throws Exception {
        try (DatagramSocket player = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket camera = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), player.getLocalPort());
            Agent receiver = add(start(
                    settings("rx").receiver(new Output.Udp(to)).build(),
                    got,
                    script(net.registration(List.of(), net.sa(A)), List.of())));
            Agent sender = add(start(
                    settings("tx")
                            .sender(Input.udp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                            .build(),
                    sent,
                    script(net.registration(List.of(7L), net.sa(A)), List.of())));
            receiver.registered().get(20, TimeUnit.SECONDS);
            sender.registered().get(20, TimeUnit.SECONDS);
            DatagramPacket arrived = new DatagramPacket(new byte[100], 100);
            player.setSoTimeout(200);
            // The sender's socket opens a turn of the loop after it is registered: the first ones may be dropped.
            String last = null;
            for (int i = 0; i < 100 && last == null; i++) {
                camera.send(new DatagramPacket(
                        bytes("frame"), 5, sender.inputAddress().orElseThrow()));
                try {
                    player.receive(arrived);
                    last = new String(arrived.getData(), 0, arrived.getLength(), StandardCharsets.UTF_8);
                } catch (java.net.SocketTimeoutException _) {
                    last = null;
                }
            }
            assertThat(last).isEqualTo("frame");
        }
    }

    @Test
    void aReceiverThatHearsOfTheNewSaLaterLosesNothing() throws Exception {
        GsaUpdate atSender =
                Updates.update(false, List.of(net.sa(B)), List.of(A), new GroupWidePolicy(0, 5), List.of());
        GsaUpdate atReceiver =
                Updates.update(false, List.of(net.sa(B)), List.of(A), new GroupWidePolicy(0, 5), List.of());
        Agent receiver = receiver(net.registration(List.of(), net.sa(A)), List.of(List.of(), rekeyed(atReceiver)));
        Agent sender = sender(net.registration(List.of(7L), net.sa(A)), List.of(rekeyed(atSender), List.of()));
        sender.send(bytes("on the old"));
        assertThat(got.payload()).isEqualTo("on the old");
        net.rekey(0);
        assertThat(sent.await(AgentEvent.TekSwitched.class))
                .extracting("from", "to")
                .containsExactly(A, B);
        for (int i = 0; i < 20; i++) {
            sender.send(bytes("on the new " + i));
        }
        while (receiver.status().parkedPackets() < 20) {
            Thread.onSpinWait();
        }
        net.rekey(1);
        for (int i = 0; i < 20; i++) {
            assertThat(got.payload()).isEqualTo("on the new " + i);
        }
        assertThat(got.await(AgentEvent.TekSwitched.class))
                .extracting("from", "to")
                .containsExactly(A, B);
        assertThat(receiver.status().recoveredPackets()).isEqualTo(20);
    }

    @Test
    void anExcludedMemberOpensNothingMoreAndAsksAgain() throws Exception {
        GsaUpdate others = Updates.update(false, List.of(net.sa(B)), List.of(A), new GroupWidePolicy(0, 5), List.of());
        List<MemberEffect> out = List.of(new MemberEffect.Excluded("no key path"));
        java.util.concurrent.atomic.AtomicInteger asked = new java.util.concurrent.atomic.AtomicInteger();
        var inner = script(net.registration(List.of(), net.sa(A)), List.of(out));
        Agent receiver = add(start(settings("rx").receiver(got::payload).build(), got, event -> {
            if (event instanceof io.opengcks.protocols.gikev2.MemberEvent.Register && asked.incrementAndGet() > 1) {
                return List.of(new MemberEffect.Failed(MemberEffect.Kind.NOT_ADMITTED, "evicted"));
            }
            return inner.apply(event);
        }));
        receiver.registered().get(20, TimeUnit.SECONDS);
        Agent sender = sender(net.registration(List.of(7L), net.sa(A)), List.of(rekeyed(others)));
        sender.send(bytes("before"));
        assertThat(got.payload()).isEqualTo("before");
        net.rekey(0);
        got.await(AgentEvent.Excluded.class);
        sent.await(AgentEvent.TekSwitched.class);
        assertThat(got.await(AgentEvent.RegistrationFailed.class).kind()).isEqualTo(MemberEffect.Kind.NOT_ADMITTED);
        for (int i = 0; i < 20; i++) {
            sender.send(bytes("after"));
        }
        while (receiver.status().refusedPackets().getOrDefault("unknown_spi", 0L) < 20) {
            Thread.onSpinWait();
        }
        assertThat(got.payloads).isEmpty();
        assertThat(receiver.status().sas()).noneMatch(AgentStatus.SaStatus::held);
        got.await(AgentEvent.Registering.class);
    }

    @Test
    void aSenderThatStartsAgainIsHeardUnderItsNewSenderId() throws Exception {
        Agent receiver = receiver(net.registration(List.of(), net.sa(A)), List.of());
        for (long senderId = 7; senderId < 10; senderId++) {
            Agent sender = sender(net.registration(List.of(senderId), net.sa(A)), List.of());
            sender.send(bytes("as " + senderId));
            assertThat(got.payload()).isEqualTo("as " + senderId);
            sender.abort();
        }
        assertThat(receiver.status().refusedPackets()).isEmpty();
    }

    @Test
    void authenticPacketsOutsideTheSelectorsAreRefused() throws Exception {
        DataSecuritySa narrow = withSource(net.sa(A), TrafficSelector.udp(InetAddress.ofLiteral("127.0.0.1"), 1));
        Agent receiver = receiver(net.registration(List.of(), narrow), List.of());
        Agent sender = sender(net.registration(List.of(7L), net.sa(A)), List.of());
        sender.send(bytes("from port 5004"));
        while (receiver.status().refusedPackets().getOrDefault("selectors", 0L) == 0) {
            Thread.onSpinWait();
        }
        assertThat(got.payloads).isEmpty();
    }

    @Test
    void aStreamHasThePayloadsAndNothingElse() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CountDownLatch complete = new CountDownLatch(1);
        OutputStream stream = new OutputStream() {
            @Override
            public void write(int octet) {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public synchronized void write(byte[] octets, int off, int len) {
                bytes.write(octets, off, len);
                if (bytes.size() == 200 * 1000) {
                    complete.countDown();
                }
            }
        };
        Agent receiver = add(start(
                settings("rx").receiver(new Output.Stream(stream)).build(),
                got,
                script(net.registration(List.of(), net.sa(A)), List.of())));
        receiver.registered().get(20, TimeUnit.SECONDS);
        Agent sender = sender(net.registration(List.of(7L), net.sa(A)), List.of());
        byte[] all = new byte[200 * 1000];
        new java.util.Random(1).nextBytes(all);
        for (int i = 0; i < 200; i++) {
            sender.send(all, i * 1000, 1000);
        }
        assertThat(complete.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(bytes.toByteArray()).isEqualTo(all);
    }

    @Test
    void packetsOfAnUnknownSaMakeAReceiverAskAgain() throws Exception {
        receiver(net.registration(List.of(), net.sa(A)), List.of());
        Agent sender = sender(net.registration(List.of(7L), net.sa(B)), List.of());
        got.await(AgentEvent.Registered.class);
        Thread pump = Thread.ofVirtual().start(() -> {
            while (sender.send(bytes("unknown")) || !Thread.interrupted()) {
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
        });
        try {
            assertThat(got.await(AgentEvent.Dark.class).unknownSpi()).isEqualTo(B);
            assertThat(got.await(AgentEvent.Registering.class).why()).isEqualTo("dark");
        } finally {
            pump.interrupt();
        }
    }

    @Test
    void ownPacketsAreNotHeardAgain() throws Exception {
        Agent one = add(start(
                settings("one").sender().receiver(got::payload).build(),
                got,
                script(net.registration(List.of(7L), net.sa(A)), List.of())));
        Agent other = add(start(
                settings("other").sender().receiver(sent::payload).build(),
                sent,
                script(net.registration(List.of(8L), net.sa(A)), List.of())));
        one.registered().get(20, TimeUnit.SECONDS);
        other.registered().get(20, TimeUnit.SECONDS);
        awaitSending(one);
        awaitSending(other);
        one.send(bytes("from one"));
        assertThat(sent.payload()).isEqualTo("from one");
        other.send(bytes("from the other"));
        assertThat(got.payload()).isEqualTo("from the other");
        assertThat(one.status().refusedPackets()).containsEntry("own", 1L);
    }

    private Agent receiver(GsaUpdate registration, List<? extends List<MemberEffect>> rekeys) throws Exception {
        Agent agent = add(start(settings("rx").receiver(got::payload).build(), got, script(registration, rekeys)));
        agent.registered().get(20, TimeUnit.SECONDS);
        return agent;
    }

    private Agent sender(GsaUpdate registration, List<? extends List<MemberEffect>> rekeys) throws Exception {
        Agent agent = add(start(settings("tx").sender().build(), sent, script(registration, rekeys)));
        agent.registered().get(20, TimeUnit.SECONDS);
        awaitSending(agent);
        return agent;
    }

    private static void awaitSending(Agent agent) {
        while (agent.status().sendingOn().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private Agent add(Agent agent) {
        agents.add(agent);
        return agent;
    }

    private static DataSecuritySa withSource(DataSecuritySa sa, TrafficSelector source) {
        return new DataSecuritySa(
                sa.spi(),
                source,
                sa.destination(),
                sa.suite(),
                sa.mode(),
                sa.multipleSenders(),
                sa.udpPort(),
                sa.replayWindow(),
                sa.lifetimeSeconds(),
                sa.keymat());
    }

    private static DataSecuritySa tunnel(DataSecuritySa sa) {
        return new DataSecuritySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.suite(),
                DataSecuritySa.Mode.TUNNEL,
                sa.multipleSenders(),
                sa.udpPort(),
                sa.replayWindow(),
                sa.lifetimeSeconds(),
                sa.keymat());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
