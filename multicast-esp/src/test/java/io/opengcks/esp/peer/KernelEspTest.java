package io.opengcks.esp.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opengcks.esp.EspMode;
import io.opengcks.esp.EspPacket;
import io.opengcks.esp.EspTransform;
import io.opengcks.esp.InboundSa;
import io.opengcks.esp.InnerUdp;
import io.opengcks.esp.InnerVerdict;
import io.opengcks.esp.IpPackets;
import io.opengcks.esp.Keymat;
import io.opengcks.esp.Opened;
import io.opengcks.esp.OutboundSa;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.UdpFlow;
import io.opengcks.esp.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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
 * open: transport and tunnel mode, IPv4 and IPv6, with and without UDP encapsulation, every cipher of ours.
 */
class KernelEspTest {
    private static final int ENCAPSULATION_PORT = 4500;
    private static final int DATA_PORT = 5000;
    private static final int REPLY_PORT = 6000;
    private static final int SENDER_ID_BITS = 12;

    private static @Nullable KernelPeer peer;

    @TempDir
    static Path folder;

    /**
     * One pair of SAs.
     *
     * @param number tells groups and SPIs apart
     */
    record Variant(int number, EspTransform transform, EspMode mode, boolean ipv6, boolean encapsulated) {
        InetAddress group(boolean reply) {
            String form = ipv6 ? "ff15::%x:%x" : "239.9.%d.%d";
            return InetAddress.ofLiteral(form.formatted(reply ? 2 : 1, number));
        }

        InetAddress here() {
            return ipv6 ? KernelPeer.HERE6 : KernelPeer.HERE;
        }

        InetAddress guest() {
            return ipv6 ? KernelPeer.GUEST6 : KernelPeer.GUEST;
        }

        SaParameters sa(boolean reply) {
            byte[] keymat = new byte[transform.keymatBytes()];
            new Random(number * 2L + (reply ? 1 : 0)).nextBytes(keymat);
            // The kernel has IVs of its own making, without a Sender-ID.
            return new SaParameters(
                    0xCAFE_0000L + (reply ? 0x100 : 0) + number,
                    group(reply),
                    null,
                    transform,
                    Keymat.copyOf(keymat),
                    mode,
                    reply ? 0 : SENDER_ID_BITS,
                    64);
        }

        /** State and policy of one direction, as ip-xfrm(8) wants them. */
        List<String> xfrm(boolean reply) {
            String ends = "src %s dst %s"
                    .formatted(
                            (reply ? guest() : here()).getHostAddress(),
                            group(reply).getHostAddress());
            String algorithm = switch (transform) {
                case AES_128_GCM_16, AES_256_GCM_16 -> "rfc4106(gcm(aes))";
                case CHACHA20_POLY1305 -> "rfc7539esp(chacha20,poly1305)";
            };
            byte[] keymat = new byte[transform.keymatBytes()];
            new Random(number * 2L + (reply ? 1 : 0)).nextBytes(keymat);
            String kind = mode == EspMode.TUNNEL ? "tunnel" : "transport";
            String encapsulation = encapsulated ? " encap espinudp 4500 4500 " + (ipv6 ? "::" : "0.0.0.0") : "";
            return List.of(
                    "xfrm state add %s proto esp spi 0x%x reqid %d mode %s replay-window 64 aead \"%s\" 0x%s 128%s"
                            .formatted(
                                    ends,
                                    sa(reply).spi(),
                                    number,
                                    kind,
                                    algorithm,
                                    HexFormat.of().formatHex(keymat),
                                    encapsulation),
                    // The port matters: the UDP datagram around ESP has the same addresses, and needs no protection of
                    // its own.
                    "xfrm policy add %s proto udp dport %d dir %s tmpl %s proto esp reqid %d mode %s"
                            .formatted(ends, reply ? REPLY_PORT : DATA_PORT, reply ? "out" : "in", ends, number, kind));
        }

        @Override
        public String toString() {
            return "%s %s %s%s".formatted(transform, mode, ipv6 ? "IPv6" : "IPv4", encapsulated ? " in UDP" : "");
        }
    }

    static List<Variant> variants() {
        var variants = new ArrayList<Variant>();
        for (EspTransform transform : EspTransform.values()) {
            for (EspMode mode : EspMode.values()) {
                for (boolean ipv6 : new boolean[] {false, true}) {
                    for (boolean encapsulated : new boolean[] {false, true}) {
                        variants.add(new Variant(variants.size() + 1, transform, mode, ipv6, encapsulated));
                    }
                }
            }
        }
        return variants;
    }

    @BeforeAll
    static void boot() throws IOException {
        String missing = KernelPeer.missing();
        assumeTrue(missing.isEmpty(), "the Debian package " + missing + " is not installed");
        var xfrm = new ArrayList<String>();
        var echo = new ArrayList<>(List.of("encap " + ENCAPSULATION_PORT));
        for (Variant variant : variants()) {
            xfrm.addAll(variant.xfrm(false));
            xfrm.addAll(variant.xfrm(true));
            echo.add("%s %d %s %d"
                    .formatted(
                            variant.group(false).getHostAddress(),
                            DATA_PORT,
                            variant.group(true).getHostAddress(),
                            REPLY_PORT));
        }
        peer = KernelPeer.boot(folder, xfrm, echo);
    }

    @AfterAll
    static void stop() {
        if (peer != null) {
            peer.close();
        }
    }

    static Stream<Variant> all() {
        return variants().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void theKernelReadsWhatWeWriteAndWeReadWhatItWrites(Variant variant) throws Exception {
        var outbound = new OutboundSa(variant.sa(false), 0x7A5);
        var inbound = new InboundSa(variant.sa(true));
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
    private static byte[] seal(Variant variant, OutboundSa outbound, byte[] data) {
        SaParameters sa = outbound.parameters();
        var flow = new UdpFlow(
                new InetSocketAddress(variant.here(), 40_000), new InetSocketAddress(sa.destination(), DATA_PORT));
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
    private static byte[] answer(Variant variant, InboundSa inbound) throws IOException {
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
        assertThat(udp.destinationPort()).isEqualTo(REPLY_PORT);
        byte[] data = Arrays.copyOfRange(opened, udp.payloadOffset(), udp.payloadOffset() + udp.payloadLength());
        assertThat(inbound.open(packet, header, length, opened, 0, found)).isEqualTo(Verdict.REPLAYED);
        return data;
    }
}
