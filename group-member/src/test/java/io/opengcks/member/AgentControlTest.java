package io.opengcks.member;

import static io.opengcks.member.Loopback.settings;
import static io.opengcks.member.Loopback.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.member.Loopback.Net;
import io.opengcks.member.Loopback.Probe;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gikev2.MemberEvent;
import io.opengcks.protocols.settings.HostPort;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an agent talks to its servers: order, failures, markers, the end. */
@Timeout(60)
class AgentControlTest {
    private final Net net = new Net();
    private final Probe probe = new Probe();
    private final BlockingQueue<MemberEvent> seen = new LinkedBlockingQueue<>();

    @Test
    void failsOverToTheNextServerAndSpeaksWithItAlone() throws Exception {
        try (DatagramSocket first = socket();
                DatagramSocket second = socket();
                Agent agent = start(receiver(first, second).build(), probe, event -> switch (event) {
                    case MemberEvent.Register _ -> List.of(new MemberEffect.Send("hello".getBytes(UTF_8)));
                    case MemberEvent.Received(var datagram)
                    when datagram[0] == 'n' -> List.of(new MemberEffect.Failed(MemberEffect.Kind.NO_ANSWER, "no"));
                    case MemberEvent.Received _ ->
                        List.of(new MemberEffect.Registered(net.registration(List.of(), net.sa(256))));
                    case MemberEvent.Leave _ -> List.of(new MemberEffect.Left());
                    default -> List.of();
                })) {
            InetSocketAddress from = receive(first, "hello");
            answer(first, from, "n");
            from = receive(second, "hello");
            answer(first, from, "y"); // not the server it speaks with
            answer(second, from, "y");
            AgentEvent.Registered registered = probe.await(AgentEvent.Registered.class);
            assertThat(registered.server().getPort()).isEqualTo(second.getLocalPort());
            assertThat(agent.status().registrations()).isEqualTo(1);
        }
        probe.await(AgentEvent.Stopped.class);
    }

    @Test
    void theMarkerIsPutOnAndTakenOff() throws Exception {
        try (DatagramSocket server = socket();
                Agent agent = start(
                        receiver(server).natPorts(Set.of(server.getLocalPort())).build(), probe, event -> {
                            seen.add(event);
                            return event instanceof MemberEvent.Register
                                    ? List.of(new MemberEffect.Send("hello".getBytes(UTF_8)))
                                    : List.of();
                        })) {
            InetSocketAddress from = receive(server, "\0\0\0\0hello");
            answer(server, from, "esp without marker");
            answer(server, from, "\0\0\0\0welcome");
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isInstanceOf(MemberEvent.Register.class);
            assertThat(seen.poll(20, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            MemberEvent.Received.class,
                            received ->
                                    assertThat(received.datagram()).asString().isEqualTo("welcome"));
            assertThat(agent.registered()).isNotDone();
        }
    }

    @Test
    void whoIsRefusedSaysWhyAndAsksAgain() throws Exception {
        try (Agent agent = start(receiver(socket()).build(), probe, event -> switch (event) {
            case MemberEvent.Register _ ->
                List.of(new MemberEffect.Failed(MemberEffect.Kind.NOT_ADMITTED, "not on the list"));
            default -> List.of();
        })) {
            AgentEvent.RegistrationFailed failed = probe.await(AgentEvent.RegistrationFailed.class);
            assertThat(failed.why()).isEqualTo("not on the list");
            assertThat(failed.next()).isPositive();
            probe.await(AgentEvent.RegistrationFailed.class);
            assertThat(agent.status().sas()).isEmpty();
        }
    }

    @Test
    void aServerThatDoesNotAnswerTheLeaveHoldsNobodyUp() throws Exception {
        Agent agent = start(receiver(socket()).build(), probe, event -> switch (event) {
            case MemberEvent.Register _ ->
                List.of(new MemberEffect.Registered(net.registration(List.of(), net.sa(256))));
            default -> List.of();
        });
        agent.registered().get(20, TimeUnit.SECONDS);
        agent.close();
        agent.close();
        probe.await(AgentEvent.Stopped.class);
        assertThat(agent.status().state()).isEqualTo(AgentStatus.State.STOPPED);
    }

    @Test
    void whatTheListenerThrowsDoesNoHarm() throws Exception {
        try (Agent agent = start(
                receiver(socket()).build(),
                event -> {
                    probe.on(event);
                    throw new IllegalStateException("a bug of theirs");
                },
                event -> event instanceof MemberEvent.Register
                        ? List.of(new MemberEffect.Registered(net.registration(List.of(), net.sa(256))))
                        : List.of())) {
            agent.registered().get(20, TimeUnit.SECONDS);
        }
        probe.await(AgentEvent.Stopped.class);
    }

    private AgentSettings.Builder receiver(DatagramSocket... servers) {
        return settings("rx")
                .servers(Arrays.stream(servers)
                        .map(each -> new HostPort("127.0.0.1", each.getLocalPort()))
                        .toList())
                .receiver(probe::payload);
    }

    private static DatagramSocket socket() throws Exception {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static InetSocketAddress receive(DatagramSocket at, String expected) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        at.receive(packet);
        assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8)).isEqualTo(expected);
        return (InetSocketAddress) packet.getSocketAddress();
    }

    private static void answer(DatagramSocket from, InetSocketAddress to, String text) throws Exception {
        from.send(new DatagramPacket(text.getBytes(UTF_8), text.length(), to));
    }
}
