package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InnerPacketsTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress(Fixtures.ALICE, 40_000);
    private static final InetSocketAddress DESTINATION = new InetSocketAddress(Fixtures.GROUP, 5004);
    private static final InetSocketAddress SOURCE6 = new InetSocketAddress(Fixtures.address("2001:db8::1"), 40_000);
    private static final InetSocketAddress DESTINATION6 = new InetSocketAddress(Fixtures.address("ff05::1"), 5004);

    private final InnerUdp udp = new InnerUdp();

    private static Opened opened(int offset, int length, int nextHeader) {
        var opened = new Opened();
        opened.offset = offset;
        opened.length = length;
        opened.nextHeader = nextHeader;
        return opened;
    }

    private static byte[] packet(UdpFlow flow, EspMode mode, byte[] payload) {
        byte[] out = new byte[flow.headerBytes(mode) + payload.length];
        assertThat(flow.write(mode, payload, 0, payload.length, out, 0)).isEqualTo(out.length);
        return out;
    }

    private InnerVerdict read(UdpFlow flow, EspMode mode, byte[] packet) {
        return udp.read(
                mode,
                packet,
                opened(0, packet.length, flow.nextHeader(mode)),
                flow.source().getAddress(),
                flow.destination().getAddress());
    }

    @Property(tries = 500)
    void readsWhatItWrote(
            @ForAll @Size(max = 300) byte[] payload,
            @ForAll EspMode mode,
            @ForAll boolean ipv6,
            @ForAll @IntRange(max = 65_535) int sourcePort,
            @ForAll @IntRange(max = 65_535) int destinationPort,
            @ForAll @IntRange(max = 9) int shift) {
        var flow = new UdpFlow(
                new InetSocketAddress((ipv6 ? SOURCE6 : SOURCE).getAddress(), sourcePort),
                new InetSocketAddress((ipv6 ? DESTINATION6 : DESTINATION).getAddress(), destinationPort));
        int length = flow.headerBytes(mode) + payload.length;
        byte[] out = new byte[shift + length + 5];
        Arrays.fill(out, (byte) 0xEE); // headers must not depend on what stood there
        assertThat(flow.write(mode, payload, 0, payload.length, out, shift)).isEqualTo(length);
        // Five octets of traffic flow confidentiality padding behind a tunnelled packet do no harm.
        int padded = mode == EspMode.TUNNEL ? length + 5 : length;
        assertThat(udp.read(
                        mode,
                        out,
                        opened(shift, padded, flow.nextHeader(mode)),
                        flow.source().getAddress(),
                        flow.destination().getAddress()))
                .isEqualTo(InnerVerdict.OK);
        assertThat(new InetSocketAddress(udp.source(), udp.sourcePort())).isEqualTo(flow.source());
        assertThat(new InetSocketAddress(udp.destination(), udp.destinationPort()))
                .isEqualTo(flow.destination());
        assertThat(Fixtures.slice(out, udp.payloadOffset(), udp.payloadLength()))
                .isEqualTo(payload);
    }

    @Property(tries = 3000)
    void randomOctetsNeverThrow(
            @ForAll @Size(max = 120) byte[] octets,
            @ForAll EspMode mode,
            @ForAll @IntRange(max = 255) int nextHeader,
            @ForAll boolean looksRight) {
        if (looksRight && octets.length > 6) {
            octets[0] = (byte) (nextHeader % 2 == 0 ? 0x45 : 0x60);
            octets[6] = 0;
        }
        int next = looksRight ? (nextHeader % 2 == 0 ? 4 : 41) : nextHeader;
        for (int length = 0; length <= octets.length; length++) {
            byte[] cut = Arrays.copyOf(octets, length); // a read behind the end would throw
            assertThat(udp.read(mode, cut, opened(0, length, next), Fixtures.ALICE, Fixtures.GROUP))
                    .isNotNull();
        }
    }

    @Test
    void refusesEveryTruncationAndEveryFlippedBit() {
        for (EspMode mode : EspMode.values()) {
            for (UdpFlow flow : new UdpFlow[] {new UdpFlow(SOURCE, DESTINATION), new UdpFlow(SOURCE6, DESTINATION6)}) {
                byte[] packet = packet(flow, mode, new byte[] {1, 2, 3, 4, 5});
                for (int length = 0; length < packet.length; length++) {
                    assertThat(read(flow, mode, Arrays.copyOf(packet, length))).isEqualTo(InnerVerdict.MALFORMED);
                }
                for (int bit = 0; bit < packet.length * 8; bit++) {
                    byte[] forged = packet.clone();
                    forged[bit / 8] ^= (byte) (1 << (bit % 8));
                    InnerVerdict verdict = read(flow, mode, forged);
                    int octet = bit / 8;
                    boolean unprotected = mode == EspMode.TUNNEL
                            && flow.nextHeader(mode) == EspPacket.NEXT_HEADER_IPV6
                            && (bit < 4 || (octet >= 1 && octet <= 3) || octet == 7);
                    if (!unprotected) { // traffic class, flow label and hop limit of IPv6 are in no checksum
                        assertThat(verdict).as("bit %d %s", bit, flow).isNotEqualTo(InnerVerdict.OK);
                    }
                }
            }
        }
    }

    @Test
    void aChecksumOfNoneIsForIpv4Only() {
        var flow = new UdpFlow(SOURCE, DESTINATION);
        byte[] packet = packet(flow, EspMode.TRANSPORT, new byte[] {1, 2, 3});
        packet[6] = 0;
        packet[7] = 0;
        assertThat(read(flow, EspMode.TRANSPORT, packet)).isEqualTo(InnerVerdict.OK);
        var flow6 = new UdpFlow(SOURCE6, DESTINATION6);
        byte[] packet6 = packet(flow6, EspMode.TRANSPORT, new byte[] {1, 2, 3});
        packet6[6] = 0;
        packet6[7] = 0;
        assertThat(read(flow6, EspMode.TRANSPORT, packet6)).isEqualTo(InnerVerdict.BAD_CHECKSUM);
    }

    /** A sum of zero is written as its other form, for 0 means that there is none (RFC 768). */
    @Test
    void neverWritesAChecksumOfNone() {
        var flow = new UdpFlow(SOURCE6, DESTINATION6);
        for (int value = 0; value <= 0xFFFF; value++) {
            byte[] packet = packet(flow, EspMode.TRANSPORT, new byte[] {(byte) (value >> 8), (byte) value});
            assertThat(EspPacket.int16(packet, 6)).isNotZero();
            assertThat(read(flow, EspMode.TRANSPORT, packet)).isEqualTo(InnerVerdict.OK);
        }
    }

    @Test
    void aTranslatedSourceLeavesTheChecksumOfTransportModeAside() {
        var flow = new UdpFlow(SOURCE, DESTINATION);
        byte[] packet = packet(flow, EspMode.TRANSPORT, new byte[] {1, 2, 3});
        Opened found = opened(0, packet.length, 17);
        assertThat(udp.read(EspMode.TRANSPORT, packet, found, Fixtures.BOB, Fixtures.GROUP))
                .isEqualTo(InnerVerdict.BAD_CHECKSUM);
        assertThat(udp.read(EspMode.TRANSPORT, packet, found, null, Fixtures.GROUP))
                .isEqualTo(InnerVerdict.OK);
        assertThat(udp.source()).isNull();
        assertThat(udp.destination()).isEqualTo(Fixtures.GROUP);
    }

    @Test
    void refusesFragmentsAndOtherProtocols() {
        var flow = new UdpFlow(SOURCE, DESTINATION);
        byte[] packet = packet(flow, EspMode.TUNNEL, new byte[20]);
        byte[] fragment = packet.clone();
        EspPacket.int16(fragment, 6, 0x2000);
        rechecksum(fragment);
        assertThat(read(flow, EspMode.TUNNEL, fragment)).isEqualTo(InnerVerdict.FRAGMENT);
        EspPacket.int16(fragment, 6, 0x0001);
        rechecksum(fragment);
        assertThat(read(flow, EspMode.TUNNEL, fragment)).isEqualTo(InnerVerdict.FRAGMENT);
        byte[] tcp = packet.clone();
        tcp[9] = 6;
        rechecksum(tcp);
        assertThat(read(flow, EspMode.TUNNEL, tcp)).isEqualTo(InnerVerdict.NOT_UDP);
        assertThat(udp.read(EspMode.TRANSPORT, packet, opened(0, 40, 6), Fixtures.ALICE, Fixtures.GROUP))
                .isEqualTo(InnerVerdict.NOT_UDP);
        assertThat(udp.read(EspMode.TUNNEL, packet, opened(0, packet.length, 41), Fixtures.ALICE, Fixtures.GROUP))
                .isEqualTo(InnerVerdict.MALFORMED);
    }

    private static void rechecksum(byte[] packet) {
        EspPacket.int16(packet, 10, 0);
        EspPacket.int16(packet, 10, Checksum.fold(Checksum.add(0, packet, 0, 20)));
    }

    @Test
    void walksOverExtensionHeadersButNotForEver() {
        var flow = new UdpFlow(SOURCE6, DESTINATION6);
        byte[] plain = packet(flow, EspMode.TUNNEL, new byte[] {7, 8});
        byte[] options = new byte[plain.length + 8];
        System.arraycopy(plain, 0, options, 0, 40);
        System.arraycopy(plain, 40, options, 48, plain.length - 40);
        options[6] = 0; // hop-by-hop options, one block of 8 octets, then UDP
        options[40] = 17;
        options[42] = 1;
        options[43] = 4;
        EspPacket.int16(options, 4, options.length - 40);
        assertThat(read(flow, EspMode.TUNNEL, options)).isEqualTo(InnerVerdict.OK);
        assertThat(udp.payloadLength()).isEqualTo(2);
        options[41] = 9;
        assertThat(read(flow, EspMode.TUNNEL, options)).isEqualTo(InnerVerdict.MALFORMED);
        options[6] = 44;
        assertThat(read(flow, EspMode.TUNNEL, options)).isEqualTo(InnerVerdict.FRAGMENT);
        byte[] endless = new byte[40 + 8 * 20];
        System.arraycopy(plain, 0, endless, 0, 40);
        endless[6] = 60;
        EspPacket.int16(endless, 4, 160);
        for (int at = 40; at < endless.length; at += 8) {
            endless[at] = 60;
        }
        assertThat(read(flow, EspMode.TUNNEL, endless)).isEqualTo(InnerVerdict.MALFORMED);
    }

    /** The example of RFC 1071 §3. */
    @Test
    void sumsAsTheRfcDoes() {
        byte[] octets = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(Checksum.fold(Checksum.add(0, octets, 0, 8))).isEqualTo(~0xddf2 & 0xFFFF);
        byte[] ones = new byte[65_535];
        Arrays.fill(ones, (byte) 0xFF);
        long slow = 0;
        for (int i = 0; i < ones.length - 1; i += 2) {
            slow += 0xFFFF;
        }
        slow += 0xFF00;
        while (slow >>> 16 != 0) {
            slow = (slow & 0xFFFF) + (slow >>> 16);
        }
        assertThat(Checksum.fold(Checksum.add(0, ones, 0, ones.length))).isEqualTo((int) ~slow & 0xFFFF);
    }

    @Property(tries = 500)
    void sumsAsTheDefinitionDoes(@ForAll @Size(max = 300) byte[] octets, @ForAll @IntRange(max = 40) int off) {
        int start = Math.min(off, octets.length);
        long slow = 0;
        for (int i = start; i < octets.length; i++) {
            slow += (long) (octets[i] & 0xFF) << ((i - start) % 2 == 0 ? 8 : 0);
        }
        while (slow >>> 16 != 0) {
            slow = (slow & 0xFFFF) + (slow >>> 16);
        }
        assertThat(Checksum.fold(Checksum.add(0, octets, start, octets.length - start)))
                .isEqualTo((int) ~slow & 0xFFFF);
    }

    @Test
    void remembersTheAddressesOfThePacketBefore() {
        var flow = new UdpFlow(SOURCE, DESTINATION);
        byte[] packet = packet(flow, EspMode.TUNNEL, new byte[4]);
        assertThat(read(flow, EspMode.TUNNEL, packet)).isEqualTo(InnerVerdict.OK);
        InetAddress first = udp.source();
        assertThat(read(flow, EspMode.TUNNEL, packet)).isEqualTo(InnerVerdict.OK);
        assertThat(udp.source()).isSameAs(first);
        var other = new UdpFlow(new InetSocketAddress(Fixtures.BOB, 1), DESTINATION);
        assertThat(read(other, EspMode.TUNNEL, packet(other, EspMode.TUNNEL, new byte[4])))
                .isEqualTo(InnerVerdict.OK);
        assertThat(udp.source()).isEqualTo(Fixtures.BOB);
    }

    @Test
    void refusesFlowsThatCanNotBe() {
        assertThatThrownBy(() -> new UdpFlow(SOURCE, DESTINATION6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UdpFlow(InetSocketAddress.createUnresolved("host", 1), DESTINATION))
                .isInstanceOf(IllegalArgumentException.class);
        var flow = new UdpFlow(SOURCE, DESTINATION);
        byte[] huge = new byte[UdpFlow.MAX_PAYLOAD + 1];
        assertThatThrownBy(() -> flow.write(EspMode.TUNNEL, huge, 0, huge.length, new byte[70_000], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
