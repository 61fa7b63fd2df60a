package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Linux kernel decrypts what we write to a group, hands it to a program, and encrypts what that sends back to another group, which we
 * open: transport and tunnel mode, IPv4 and IPv6, with and without UDP encapsulation, every transform that both have, extended
 * sequence numbers over 2^32.
 */
class KernelEspTest {
    private static final int ENCAPSULATION_PORT = 4500;

    private static @Nullable KernelPeer peer;

    @TempDir
    static Path folder;

    @BeforeAll
    static void boot() throws IOException {
        String missing = KernelPeer.missing();
        assumeTrue(missing.isEmpty(), "the Debian package " + missing + " is not installed");
        var xfrm = new ArrayList<String>();
        var echo = new ArrayList<>(List.of("encap " + ENCAPSULATION_PORT));
        for (KernelVariant variant : KernelVariant.all()) {
            xfrm.addAll(variant.xfrm(false));
            xfrm.addAll(variant.xfrm(true));
            echo.add("%s %d %s %d"
                    .formatted(
                            variant.group(false).getHostAddress(),
                            KernelVariant.DATA_PORT,
                            variant.group(true).getHostAddress(),
                            KernelVariant.REPLY_PORT));
        }
        peer = KernelPeer.boot(folder, xfrm, echo);
    }

    @AfterAll
    static void stop() {
        if (peer != null) {
            peer.close();
        }
    }

    static Stream<KernelVariant> all() {
        return KernelVariant.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void theKernelReadsWhatWeWriteAndWeReadWhatItWrites(KernelVariant variant) throws Exception {
        SaParameters ours = variant.sa(false);
        var outbound = new OutboundSa(ours, ours.senderIdBits() == 0 ? 0 : 0x7A5, variant.firstSequence() - 1, 0);
        var inbound = new InboundSa(variant.sa(true), 1, variant.firstSequence());
        var chance = new Random(variant.number());
        byte[] before = new byte[0];
        for (int length : new int[] {1, 2, 3, 4, 5, 188, 1100, 1316}) {
            byte[] data = new byte[length];
            chance.nextBytes(data);
            byte[] packet = seal(variant, outbound, data);
            // First what the kernel must not answer: damaged, and the one before once more.
            byte[] damaged = packet.clone();
            damaged[damaged.length - 20] ^= 1;
            send(damaged);
            if (before.length > 0) {
                send(before);
            }
            send(packet);
            before = packet;
            assertThat(answer(variant, inbound)).as("%d octets", length).isEqualTo(data);
        }
        assertThat(inbound.senders()).isEqualTo(1);
    }

    private static void send(byte[] packet) throws IOException {
        Objects.requireNonNull(peer).send(packet, packet.length);
    }

    /** An IP packet with ESP, or UDP and ESP, inside. */
    private static byte[] seal(KernelVariant variant, OutboundSa outbound, byte[] data) {
        SaParameters sa = outbound.parameters();
        var flow = new UdpFlow(
                new InetSocketAddress(variant.here(), 40_000),
                new InetSocketAddress(sa.destination(), KernelVariant.DATA_PORT));
        byte[] esp = new byte[flow.sealedLength(sa, data.length)];
        assertThat(flow.seal(outbound, data, 0, data.length, esp, 0)).isEqualTo(esp.length);
        if (variant.encapsulated()) {
            return inUdp(variant.here(), sa.destination(), ENCAPSULATION_PORT, esp);
        }
        int header = variant.ipv6() ? IpPackets.IPV6_HEADER_BYTES : IpPackets.IPV4_HEADER_BYTES;
        byte[] packet = new byte[header + esp.length];
        byte[] source = variant.here().getAddress();
        byte[] destination = sa.destination().getAddress();
        if (variant.ipv6()) {
            IpPackets.ipv6(packet, 0, source, destination, 50, 1, 0, esp.length);
        } else {
            IpPackets.ipv4(packet, 0, source, destination, 50, 1, 0, esp.length);
        }
        System.arraycopy(esp, 0, packet, header, esp.length);
        return packet;
    }

    private static byte[] inUdp(InetAddress source, InetAddress destination, int port, byte[] data) {
        var flow = new UdpFlow(new InetSocketAddress(source, port), new InetSocketAddress(destination, port));
        byte[] packet = new byte[flow.headerBytes(EspMode.TUNNEL) + data.length];
        flow.write(EspMode.TUNNEL, data, 0, data.length, packet, 0);
        return packet;
    }

    /** A plain datagram to the guest. */
    static byte[] plain(String group, int port) {
        return inUdp(KernelPeer.HERE, InetAddress.ofLiteral(group), port, new byte[] {1});
    }

    /** Waits for the next packet to the reply group, and opens it; a second time it must be refused. */
    private static byte[] answer(KernelVariant variant, InboundSa inbound) throws IOException {
        byte[] destination = variant.group(true).getAddress();
        int addressOffset = variant.ipv6() ? 24 : 16;
        byte[] packet = Objects.requireNonNull(peer)
                .receive(each -> each.length > addressOffset + destination.length
                        && Arrays.equals(
                                each,
                                addressOffset,
                                addressOffset + destination.length,
                                destination,
                                0,
                                destination.length));
        int header = variant.ipv6() ? IpPackets.IPV6_HEADER_BYTES : IpPackets.IPV4_HEADER_BYTES;
        int protocol = packet[variant.ipv6() ? 6 : 9];
        assertThat(protocol).isEqualTo(variant.encapsulated() ? 17 : 50);
        if (variant.encapsulated()) {
            header += UdpFlow.UDP_HEADER_BYTES;
        }
        int length = packet.length - header;
        assertThat(EspPacket.kind(packet, header, length)).isEqualTo(EspPacket.Kind.ESP);
        byte[] opened = new byte[packet.length];
        var found = new Opened();
        byte[] damaged = packet.clone();
        damaged[header + 20] ^= 0x40;
        assertThat(inbound.open(damaged, header, length, opened, 0, found)).isEqualTo(Verdict.NOT_AUTHENTIC);
        assertThat(inbound.open(packet, header, length, opened, 0, found)).isEqualTo(Verdict.OK);
        var udp = new InnerUdp();
        assertThat(udp.read(variant.mode(), opened, found, variant.guest(), variant.group(true)))
                .isEqualTo(InnerVerdict.OK);
        assertThat(udp.source()).isEqualTo(variant.guest());
        assertThat(udp.destination()).isEqualTo(variant.group(true));
        assertThat(udp.destinationPort()).isEqualTo(KernelVariant.REPLY_PORT);
        byte[] data = Arrays.copyOfRange(opened, udp.payloadOffset(), udp.payloadOffset() + udp.payloadLength());
        assertThat(inbound.open(packet, header, length, opened, 0, found)).isEqualTo(Verdict.REPLAYED);
        return data;
    }
}
