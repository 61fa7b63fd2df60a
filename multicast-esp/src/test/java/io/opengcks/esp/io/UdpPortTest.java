package io.opengcks.esp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real sockets on the loopback interface. */
class UdpPortTest {
    private static final String END = "end";

    private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

    record Got(String text, InetSocketAddress from) {}

    static final class Ear implements DatagramHandler {
        final BlockingQueue<Got> heard = new ArrayBlockingQueue<>(10_000);
        final BlockingQueue<Throwable> failures = new ArrayBlockingQueue<>(100);

        @Override
        public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
            String text = new String(buffer, off, len, StandardCharsets.US_ASCII);
            if (text.equals("throw")) {
                throw new IllegalStateException("as asked");
            }
            heard.add(new Got(text, remote));
        }

        @Override
        public void failed(Throwable cause) {
            failures.add(cause);
        }

        String next() throws InterruptedException {
            Got got = heard.poll(10, TimeUnit.SECONDS);
            assertThat(got).as("a datagram within ten seconds").isNotNull();
            return got.text;
        }
    }

    static Stream<Arguments> transportsAndFamilies() {
        return Stream.of(EventLoops.Transport.values())
                .flatMap(transport ->
                        Stream.of(Arguments.of(transport, "239.255.77.1"), Arguments.of(transport, "ff15::7701")));
    }

    /** An interface and an address of it. */
    record Place(NetworkInterface networkInterface, String address) {}

    /**
     * The loopback interface for IPv4. It carries no IPv6 multicast, so there a virtual one has to serve, which nobody outside this
     * host hears; the demo makes itself one in a network namespace.
     */
    private static Place place(String group) throws Exception {
        if (!group.contains(":")) {
            return new Place(loopback(), "127.0.0.1");
        }
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.supportsMulticast() && each.getName().startsWith("veth")) {
                for (InetAddress address : each.inetAddresses().toList()) {
                    if (address instanceof Inet6Address && !address.isLinkLocalAddress()) {
                        return new Place(each, address.getHostAddress().replaceFirst("%.*", ""));
                    }
                }
            }
        }
        return abort("SKIPPED: no veth interface with an IPv6 address here; the demo is run over one");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private EventLoops loops(EventLoops.Transport transport) {
        assumeTrue(transport == EventLoops.Transport.NIO || EventLoops.Transport.best() == transport, "no epoll here");
        var loops = EventLoops.start(transport, 1, "test");
        open.add(loops);
        return loops;
    }

    private UdpPort port(EventLoops loops, UdpOptions options, DatagramHandler handler) throws Exception {
        UdpPort port =
                UdpPort.open(loops, options, handler).toCompletableFuture().get(10, TimeUnit.SECONDS);
        open.add(port);
        return port;
    }

    private static NetworkInterface loopback() throws Exception {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
    }

    private static InetSocketAddress at(String address, int port) throws Exception {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private UdpPort receiver(EventLoops loops, InetSocketAddress group, @Nullable String source, Ear ear)
            throws Exception {
        InetAddress from = source == null ? null : InetAddress.ofLiteral(source);
        return port(loops, UdpOptions.receiver(group, loopback(), from), ear);
    }

    private static void say(UdpPort sender, InetSocketAddress to, String... texts) {
        for (String text : texts) {
            byte[] octets = ("..." + text).getBytes(StandardCharsets.US_ASCII);
            assertThat(sender.send(octets, 3, octets.length - 3, to)).isTrue();
        }
        sender.flush();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("transportsAndFamilies")
    void allMembersOnOneHostHearTheGroup(EventLoops.Transport transport, String group) throws Exception {
        Place place = place(group);
        String local = place.address;
        var loops = loops(transport);
        var one = new Ear();
        var two = new Ear();
        int free =
                port(loops, UdpOptions.plain(at(local, 0)), one).localAddress().getPort();
        InetSocketAddress address = at(group, free);
        port(loops, UdpOptions.receiver(address, place.networkInterface, null), one);
        port(loops, UdpOptions.receiver(address, place.networkInterface, InetAddress.ofLiteral(local)), two);
        UdpPort sender = port(loops, UdpOptions.sender(at(local, 0), place.networkInterface, 0), new Ear());
        for (int i = 0; i < 500; i++) {
            say(sender, address, "a" + i, "b" + i);
            assertThat(one.next()).isEqualTo("a" + i);
            assertThat(one.next()).isEqualTo("b" + i);
            assertThat(two.next()).isEqualTo("a" + i);
            assertThat(two.next()).isEqualTo("b" + i);
        }
        say(sender, address, END);
        Got last = one.heard.poll(10, TimeUnit.SECONDS);
        assertThat(last).isNotNull();
        assertThat(last.from()).isEqualTo(sender.localAddress());
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void aMemberWithASourceHearsNobodyElse(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        InetSocketAddress address = at("232.1.77.1", 47_701);
        receiver(loops, address, "127.0.0.2", ear);
        UdpPort wrong = port(loops, UdpOptions.sender(at("127.0.0.1", 0), loopback(), 1), new Ear());
        UdpPort right = port(loops, UdpOptions.sender(at("127.0.0.2", 0), loopback(), 1), new Ear());
        say(wrong, address, "not for you");
        say(right, address, END);
        assertThat(ear.next()).isEqualTo(END);
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void groupsOnOnePortDoNotMix(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var here = new Ear();
        var there = new Ear();
        receiver(loops, at("239.255.77.2", 47_702), null, here);
        receiver(loops, at("239.255.77.3", 47_702), null, there);
        UdpPort sender = port(loops, UdpOptions.sender(at("127.0.0.1", 0), loopback(), 1), new Ear());
        say(sender, at("239.255.77.2", 47_702), "here");
        say(sender, at("239.255.77.3", 47_702), "there");
        assertThat(here.next()).isEqualTo("here");
        assertThat(there.next()).isEqualTo("there");
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void withoutLoopbackNobodyOnThisHostHears(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        InetSocketAddress address = at("239.255.77.4", 47_703);
        receiver(loops, address, null, ear);
        UdpOptions heard = UdpOptions.sender(at("127.0.0.1", 0), loopback(), 1);
        // On lo itself what is sent comes back by the wire, so only the option can be looked at.
        UdpPort silent = port(loops, heard.withLoopback(false), new Ear());
        UdpPort loud = port(loops, heard, new Ear());
        assertThat(SocketOptions.loopback(silent.channel(), transport)).isFalse();
        assertThat(SocketOptions.loopback(loud.channel(), transport)).isTrue();
        say(loud, address, END);
        assertThat(ear.next()).isEqualTo(END);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("transportsAndFamilies")
    void setsTheHopLimitOfMulticast(EventLoops.Transport transport, String group) throws Exception {
        Place place = place(group);
        var loops = loops(transport);
        UdpPort far = port(loops, UdpOptions.sender(at(place.address, 0), place.networkInterface, 33), new Ear());
        assertThat(SocketOptions.hopLimit(far.channel(), transport, group.contains(":")))
                .isEqualTo(33);
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void longerDatagramsAreDroppedNotCut(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        UdpPort receiver = port(loops, UdpOptions.plain(at("127.0.0.1", 0)).withMaxDatagram(1000), ear);
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        say(sender, receiver.localAddress(), "x".repeat(1000), "y".repeat(1001), "z".repeat(5000), END);
        assertThat(ear.next()).hasSize(1000);
        assertThat(ear.next()).isEqualTo(END);
        assertThat(receiver.oversize()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void takesTheLongestDatagramsThereAre(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        UdpPort receiver =
                port(loops, UdpOptions.plain(at("127.0.0.1", 0)).withMaxDatagram(UdpOptions.MAX_DATAGRAM), ear);
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        say(sender, receiver.localAddress(), "x".repeat(65_507));
        assertThat(ear.next()).hasSize(65_507);
    }

    /** Sent in one go, gathered where lengths and destinations allow, they still arrive as they were, each to its own. */
    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void datagramsOfAllLengthsAndDestinationsStayWhatTheyAre(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ears = new Ear[] {new Ear(), new Ear()};
        var to = new InetSocketAddress[2];
        for (int i = 0; i < 2; i++) {
            to[i] = port(loops, UdpOptions.plain(at("127.0.0.1", 0)).withMaxDatagram(9000), ears[i])
                    .localAddress();
        }
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        var chance = new Random(1);
        for (int round = 0; round < 50; round++) {
            var sent = new ArrayList<List<String>>(List.of(new ArrayList<>(), new ArrayList<>()));
            sender.eventLoop()
                    .submit(() -> {
                        int length = 100;
                        int target = 0;
                        for (int i = 0; i < 80; i++) {
                            if (chance.nextInt(10) == 0) {
                                length = 20 + chance.nextInt(1300);
                            }
                            if (chance.nextInt(20) == 0) {
                                target = 1 - target;
                            }
                            String text = (i + ":").concat("x".repeat(length)).substring(0, length);
                            sent.get(target).add(text);
                            sender.send(text.getBytes(StandardCharsets.US_ASCII), 0, length, to[target]);
                        }
                        sender.flush();
                    })
                    .get();
            for (int i = 0; i < 2; i++) {
                for (String each : sent.get(i)) {
                    assertThat(ears[i].next()).isEqualTo(each);
                }
            }
        }
    }

    @Test
    void whereTheSystemCannotCutEachGoesAlone() throws Exception {
        var loops = loops(EventLoops.Transport.EPOLL);
        var ear = new Ear();
        UdpPort receiver = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), ear);
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        // SO_NO_CHECK: without checksums Linux refuses to cut.
        sender.channel().config().setOption(new IntegerUnixChannelOption("SO_NO_CHECK", 1, 11), 1);
        for (int round = 0; round < 3; round++) {
            sender.eventLoop()
                    .submit(() -> say(sender, receiver.localAddress(), "one", "two", "six"))
                    .get();
            assertThat(List.of(ear.next(), ear.next(), ear.next())).containsExactly("one", "two", "six");
        }
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void aHandlerThatThrowsHearsOn(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        UdpPort receiver = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), ear);
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        say(sender, receiver.localAddress(), "throw", END);
        assertThat(ear.next()).isEqualTo(END);
        assertThat(ear.failures.poll(10, TimeUnit.SECONDS)).hasMessage("as asked");
    }

    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void tellsWhatTheSystemRefusesToSend(EventLoops.Transport transport) throws Exception {
        var loops = loops(transport);
        var ear = new Ear();
        UdpPort sender = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), ear);
        byte[] tooLong = new byte[65_536];
        sender.send(tooLong, 0, tooLong.length, at("127.0.0.1", 9));
        sender.flush();
        assertThat(ear.failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void anAddressThatIsTakenFailsTheOpening() throws Exception {
        var loops = loops(EventLoops.Transport.best());
        UdpPort first = port(loops, UdpOptions.plain(at("127.0.0.1", 0)), new Ear());
        assertThatThrownBy(() -> port(loops, UdpOptions.plain(first.localAddress()), new Ear()))
                .hasCauseInstanceOf(java.io.IOException.class);
    }

    @Test
    void refusesOptionsThatCanNotBe() throws Exception {
        InetSocketAddress unicast = at("127.0.0.1", 5000);
        assertThatThrownBy(() -> UdpOptions.receiver(unicast, loopback(), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UdpOptions.sender(unicast, loopback(), 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UdpOptions.plain(unicast).withMaxDatagram(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
