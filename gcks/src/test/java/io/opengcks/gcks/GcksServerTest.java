package io.opengcks.gcks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.RekeyKind;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.crypto.Secret;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What does not take a member: starting, stopping, and what is not IKE. */
@Timeout(120) // it waits for counters
class GcksServerTest {
    @TempDir
    Path folder;

    @Test
    void whatIsNoMessageIsCountedAndNotAnswered() throws Exception {
        try (TestServer running = TestServer.start(folder);
                DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            InetSocketAddress plain = running.server.addresses().get(0);
            InetSocketAddress marked = running.server.addresses().get(1);
            send(socket, plain, new byte[0]);
            send(socket, plain, new byte[27]);
            send(socket, plain, new byte[100]);
            send(socket, plain, new byte[GcksConfig.DEFAULT_MAX_DATAGRAM + 1]);
            send(socket, plain, new byte[65_000]);
            send(socket, marked, new byte[] {(byte) 0xff}); // NAT keepalive
            send(socket, marked, new byte[] {0, 0, 1, 0, 0, 0, 0, 1, 2, 3}); // ESP
            send(socket, marked, new byte[40]); // marker, and nothing of sense behind it
            int expected = 8;
            await(() -> running.count("opengcks.ike.datagrams", "direction", "in") == expected);
            assertThat(running.count("opengcks.ike.rejected", "reason", "oversize"))
                    .isEqualTo(2);
            assertThat(running.count("opengcks.ike.rejected", "reason", "no_marker"))
                    .isEqualTo(2);
            assertThat(running.count("opengcks.ike.rejected", "reason", "malformed")
                            + running.count("opengcks.ike.rejected", "reason", "unexpected")
                            + running.count("opengcks.ike.rejected", "reason", "unsupported"))
                    .isEqualTo(4);
            assertThat(running.count("opengcks.ike.datagrams", "direction", "out"))
                    .isZero();
            assertThat(running.server
                            .meters()
                            .get("opengcks.ike.failures")
                            .counter()
                            .count())
                    .isZero();
            socket.setSoTimeout(1);
            assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[100], 100)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static void send(DatagramSocket socket, InetSocketAddress to, byte[] octets) throws IOException {
        socket.send(new DatagramPacket(octets, octets.length, to));
    }

    private interface Condition {
        boolean holds();
    }

    /** The counters move on the thread of the server. */
    private static void await(Condition condition) {
        while (!condition.holds()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anAddressThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            var address = (InetSocketAddress) taken.getLocalSocketAddress();
            GcksConfig config = TestServer.config(folder).withListen(List.of(GcksConfig.Listen.at(address)));
            assertThatThrownBy(() -> GcksServer.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen at UDP 127.0.0.1:" + address.getPort());
        }
        TestServer.start(folder).close(); // the journal was closed, else this would not start
    }

    @Test
    void anInterfaceOrAKeyThatIsWrongIsNamed() throws Exception {
        TestServer.start(folder).close();
        GcksConfig config = TestServer.config(folder);
        var multicast = new GcksConfig.Multicast(Optional.of("nope0"), Optional.empty(), 1, true);
        assertThatThrownBy(() -> GcksServer.start(config.withMulticast(multicast)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nope0");
        byte[] other = new byte[32];
        other[0] = 1;
        var store = new GcksConfig.Store(config.store().path(), new StoreKey(Secret.adopt(other)));
        assertThatThrownBy(() -> GcksServer.start(GcksConfig.of(config.credentials(), store)))
                .isInstanceOf(StoreException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    /** The same store: groups, keys and bars are those of before, and no SPI comes twice. */
    @Test
    void goesOnWhereItStopped() throws Exception {
        var before = start(folder);
        before.server
                .groups()
                .evict(TestServer.GROUP, TestServer.RX)
                .toCompletableFuture()
                .join();
        var view = before.server.groups().group(TestServer.GROUP).orElseThrow();
        before.close();
        try (TestServer after = TestServer.start(folder)) {
            assertThat(after.server.groups().group(TestServer.GROUP)).contains(view);
            var spis = after.server
                    .groups()
                    .rekey(TestServer.GROUP, RekeyKind.BOTH)
                    .toCompletableFuture()
                    .join()
                    .newSpis();
            assertThat(view.dataSas()).noneMatch(sa -> spis.contains(sa.spi()));
        }
    }

    private static TestServer start(Path folder) throws Exception {
        TestServer server = TestServer.start(folder);
        server.create(10848);
        return server;
    }
}
