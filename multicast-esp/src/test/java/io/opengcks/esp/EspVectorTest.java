package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Packets made by others: published ones, and ones made with Python's cryptography package, most of which Scapy confirmed
 * ({@code src/test/python/esp_vectors.py}). No expected value here was ever printed by the code under test.
 */
class EspVectorTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "published.csv", numLinesToSkip = 1)
    void agreesWithThePublishedVector(
            String source,
            EspTransform transform,
            boolean extended,
            String spi,
            String sequence,
            String iv,
            String keymat,
            String plaintext,
            String packet) {
        byte[] expected = HEX.parseHex(packet);
        byte[] plain = HEX.parseHex(plaintext);
        int payload = plain.length - 2 - plain[plain.length - 2];
        int nextHeader = plain[plain.length - 1];
        var parameters = new SaParameters(
                HexFormat.fromHexDigitsToLong(spi),
                Fixtures.GROUP,
                null,
                transform,
                EspIntegrity.NONE,
                Keymat.copyOf(HEX.parseHex(keymat)),
                EspMode.TUNNEL,
                extended,
                0,
                64);
        long number = HexFormat.fromHexDigitsToLong(sequence);
        var outbound = new OutboundSa(parameters, 0, number - 1, HexFormat.fromHexDigitsToLong(iv) - 1);

        byte[] sealed = new byte[parameters.sealedLength(payload)];
        assertThat(outbound.seal(plain, 0, payload, nextHeader, sealed, 0)).isEqualTo(expected.length);
        assertThat(sealed).as(source).isEqualTo(expected);

        var inbound = extended ? new InboundSa(parameters, 1, number) : new InboundSa(parameters);
        everyForgeryIsRefused(inbound, expected);
        var found = new Opened();
        byte[] opened = new byte[expected.length];
        assertThat(inbound.open(expected, 0, expected.length, opened, 0, found)).isEqualTo(Verdict.OK);
        assertThat(Fixtures.slice(opened, found.offset(), found.length())).isEqualTo(Arrays.copyOf(plain, payload));
        assertThat(found.nextHeader()).isEqualTo(nextHeader);
        assertThat(found.sequence()).isEqualTo(number);
        assertThat(Fixtures.open(inbound, expected)).isEqualTo(Verdict.REPLAYED);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} {4} bits {9}: {16}")
    @CsvFileSource(resources = "independent.csv", numLinesToSkip = 1)
    void agreesWithTwoOtherImplementations(
            EspTransform transform,
            EspIntegrity integrity,
            boolean extended,
            EspMode mode,
            int senderIdBits,
            int senderId,
            String spi,
            long sequence,
            long counter,
            String source,
            int sourcePort,
            String destination,
            int destinationPort,
            String keymat,
            String data,
            String packet,
            String checkedBy) {
        byte[] expected = HEX.parseHex(packet);
        byte[] payload = data == null ? new byte[0] : HEX.parseHex(data);
        var from = new InetSocketAddress(Fixtures.address(source), sourcePort);
        var to = new InetSocketAddress(Fixtures.address(destination), destinationPort);
        var parameters = new SaParameters(
                HexFormat.fromHexDigitsToLong(spi),
                to.getAddress(),
                null,
                transform,
                integrity,
                Keymat.copyOf(HEX.parseHex(keymat)),
                mode,
                extended,
                senderIdBits,
                128);
        var flow = new UdpFlow(from, to);
        var outbound = new OutboundSa(parameters, senderId, sequence - 1, counter - 1);

        byte[] sealed = new byte[flow.sealedLength(parameters, payload.length) + 7];
        int length = flow.seal(outbound, payload, 0, payload.length, sealed, 7);
        assertThat(Fixtures.slice(sealed, 7, length)).isEqualTo(expected);

        var inbound = extended ? new InboundSa(parameters, 1, sequence) : new InboundSa(parameters);
        everyForgeryIsRefused(inbound, expected);
        var found = new Opened();
        byte[] opened = new byte[expected.length + 3];
        assertThat(inbound.open(expected, 0, expected.length, opened, 3, found)).isEqualTo(Verdict.OK);
        assertThat(found.senderId()).isEqualTo(senderId);
        var udp = new InnerUdp();
        assertThat(udp.read(mode, opened, found, from.getAddress(), to.getAddress()))
                .isEqualTo(InnerVerdict.OK);
        assertThat(udp.source()).isEqualTo(from.getAddress());
        assertThat(udp.destination()).isEqualTo(to.getAddress());
        assertThat(udp.sourcePort()).isEqualTo(sourcePort);
        assertThat(udp.destinationPort()).isEqualTo(destinationPort);
        assertThat(Fixtures.slice(opened, udp.payloadOffset(), udp.payloadLength()))
                .isEqualTo(payload);
    }

    /** Every truncation and every flipped bit; none of it may move the replay window. */
    private static void everyForgeryIsRefused(InboundSa inbound, byte[] packet) {
        int before = inbound.senders();
        byte[] out = new byte[packet.length];
        var found = new Opened();
        for (int length = 0; length < packet.length; length++) {
            assertThat(inbound.open(packet, 0, length, out, 0, found)).isIn(Verdict.MALFORMED, Verdict.NOT_AUTHENTIC);
        }
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] forged = packet.clone();
            forged[bit / 8] ^= (byte) (1 << (bit % 8));
            Verdict verdict = inbound.open(forged, 0, forged.length, out, 0, found);
            if (bit < 32) {
                assertThat(verdict).isEqualTo(Verdict.WRONG_SPI);
            } else if (bit < 64 && before > 0) { // another sequence number may lie left of the window
                assertThat(verdict).isIn(Verdict.NOT_AUTHENTIC, Verdict.TOO_OLD, Verdict.REPLAYED);
            } else {
                assertThat(verdict).isIn(Verdict.NOT_AUTHENTIC, Verdict.MALFORMED);
            }
        }
        assertThat(inbound.senders()).isEqualTo(before);
    }
}
