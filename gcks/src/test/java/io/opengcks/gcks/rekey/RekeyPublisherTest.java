package io.opengcks.gcks.rekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.Face;
import io.opengcks.gcks.group.OutboxMessage;
import io.opengcks.gcks.registration.UdpTransport;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rekey messages on the loopback interface, heard as a member hears them. */
class RekeyPublisherTest {
    private static final GcksConfig.Multicast LOOPBACK =
            new GcksConfig.Multicast(Optional.of("lo"), Optional.empty(), 1, true);
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.255.77.9");
    private static final int WAIT_MS = 10_000;

    private final UdpTransport transport = new UdpTransport();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private MulticastSocket member;

    @BeforeEach
    void join() throws IOException {
        member = listen(0);
    }

    private static MulticastSocket listen(int port) throws IOException {
        var socket = new MulticastSocket(port);
        socket.setSoTimeout(WAIT_MS);
        socket.joinGroup(new InetSocketAddress(GROUP, port), NetworkInterface.getByName("lo"));
        return socket;
    }

    @AfterEach
    void leave() {
        member.close();
        transport.close();
    }

    private static byte[] receive(MulticastSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static OutboxMessage message(long id, InetAddress address, int port, int copies) {
        return new OutboxMessage(
                id,
                Identity.parse("key-id:tv"),
                Face.G_IKEV2,
                "00".repeat(16),
                id,
                new InetSocketAddress(address, port),
                Octets.of(new byte[] {1, 2, 3, (byte) id}),
                copies,
                Duration.ofMillis(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyCopyIsTheSameAndTheEndIsReportedOnce(int copies) throws Exception {
        var publisher = new RekeyPublisher(LOOPBACK, transport, meters);
        var sent = new AtomicInteger();
        publisher.publish(message(7, GROUP, member.getLocalPort(), copies), sent::incrementAndGet);
        for (int copy = 0; copy < copies; copy++) {
            assertThat(receive(member)).containsExactly(1, 2, 3, 7);
        }
        publisher.drain(WAIT_MS, TimeUnit.MILLISECONDS);
        assertThat(sent).hasValue(1);
        assertThat(meters.get("opengcks.rekey.copies")
                        .tag("outcome", "sent")
                        .counter()
                        .count())
                .isEqualTo(copies);
        assertThat(meters.get("opengcks.rekey.pending").gauge().value()).isZero();
    }

    @Test
    void firstCopiesGoOutInOrder() throws Exception {
        var publisher = new RekeyPublisher(LOOPBACK, transport, meters);
        var all = new CountDownLatch(20);
        for (int id = 0; id < 20; id++) {
            publisher.publish(message(id, GROUP, member.getLocalPort(), 1), all::countDown);
        }
        for (int id = 0; id < 20; id++) {
            assertThat(receive(member)[3]).isEqualTo((byte) id);
        }
        all.await();
    }

    @Test
    void onPort4500TheMarkerStandsInFront() throws Exception {
        try (MulticastSocket socket = listen(4500)) {
            new RekeyPublisher(LOOPBACK, transport, meters).publish(message(7, GROUP, 4500, 1), () -> {});
            assertThat(receive(socket)).containsExactly(0, 0, 0, 0, 1, 2, 3, 7);
        }
    }

    /** Looked at on the socket: the loopback interface hears everything, whatever they are. */
    @ParameterizedTest
    @ValueSource(strings = {"239.255.77.9", "ff15::77"})
    void socketsAreSetUpAsTheOperatorWants(String group) throws Exception {
        var settings = new GcksConfig.Multicast(Optional.of("lo"), Optional.empty(), 7, false);
        var publisher = new RekeyPublisher(settings, transport, meters);
        DatagramChannel channel = publisher.channel(InetAddress.ofLiteral(group));
        assertThat(channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(7);
        assertThat(channel.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
        assertThat(channel.getOption(StandardSocketOptions.IP_MULTICAST_IF).getName())
                .isEqualTo("lo");
        publisher.close();
        assertThat(channel.isOpen()).isFalse();
    }

    /** Not a byte of it can be sent, so it stays pending, and is not reported; the next message goes out all the same. */
    @Test
    void aMessageThatCannotBeSentIsKept() throws Exception {
        var publisher = new RekeyPublisher(LOOPBACK, transport, meters);
        var sent = new AtomicInteger();
        InetAddress unreachable = InetAddress.ofLiteral("255.255.255.255"); // broadcast is not allowed on the socket
        publisher.publish(message(1, unreachable, 9, 2), sent::incrementAndGet);
        publisher.publish(message(2, GROUP, member.getLocalPort(), 1), () -> {});
        assertThat(receive(member)[3]).isEqualTo((byte) 2);
        publisher.close();
        assertThat(sent).hasValue(0);
        assertThat(meters.get("opengcks.rekey.copies")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isPositive();
        assertThat(meters.get("opengcks.rekey.pending").gauge().value()).isEqualTo(1);
    }

    @Test
    void anInterfaceThatIsNotThereIsNamed() {
        var wrong = new GcksConfig.Multicast(Optional.of("nope0"), Optional.empty(), 1, true);
        assertThatThrownBy(() -> new RekeyPublisher(wrong, transport, meters))
                .isInstanceOf(IOException.class)
                .hasMessage("no network interface nope0 for multicast");
    }
}
