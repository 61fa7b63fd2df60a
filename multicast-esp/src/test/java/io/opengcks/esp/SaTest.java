package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaTest {
    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5};

    @Test
    void countsFromOneAndPutsTheSenderIdOnTop() {
        var sender = new OutboundSa(Fixtures.sa(12, 64), 0xABC);
        byte[] first = Fixtures.seal(sender, PAYLOAD);
        byte[] second = Fixtures.seal(sender, PAYLOAD);
        assertThat(EspPacket.spi(first, 0)).isEqualTo(0x1234_5678L);
        assertThat(EspPacket.sequence(first, 0)).isEqualTo(1);
        assertThat(EspPacket.sequence(second, 0)).isEqualTo(2);
        assertThat(EspPacket.int64(first, 8)).isEqualTo(0xABC0_0000_0000_0001L);
        assertThat(EspPacket.int64(second, 8)).isEqualTo(0xABC0_0000_0000_0002L);
        assertThat(sender.lastSequence()).isEqualTo(2);
        assertThat(sender.remaining()).isEqualTo(0xFFFF_FFFFL - 2);
    }

    @Test
    void stopsBeforeTheSequenceNumberRepeats() {
        var sender = new OutboundSa(Fixtures.sa(8, 64), 1, 0xFFFF_FFFEL, 5);
        assertThat(sender.remaining()).isEqualTo(1);
        assertThat(EspPacket.sequence(Fixtures.seal(sender, PAYLOAD), 0)).isEqualTo(0xFFFF_FFFFL);
        refusesAndWritesNothing(sender, OutboundSa.SEQUENCE_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 16})
    void stopsBeforeTheIvOfASenderRunsIntoTheNextOne(int bits) {
        long last = (1L << (64 - bits)) - 1;
        var sender = new OutboundSa(Fixtures.sa(bits, 64), 3, 0, last - 1);
        assertThat(sender.remaining()).isEqualTo(1);
        byte[] packet = Fixtures.seal(sender, PAYLOAD);
        assertThat(EspPacket.int64(packet, 8)).isEqualTo((3L << (64 - bits)) | last);
        refusesAndWritesNothing(sender, OutboundSa.IV_EXHAUSTED);
    }

    @Test
    void nothingIsSealedOrOpenedOnceTheKeysAreGone() {
        var parameters = Fixtures.sa(8, 64);
        var sender = new OutboundSa(parameters, 1);
        var receiver = new InboundSa(parameters);
        byte[] packet = Fixtures.seal(sender, PAYLOAD);
        parameters.keymat().destroy(); // the SAs have copies of their own
        assertThat(Fixtures.open(receiver, packet)).isEqualTo(Verdict.OK);
        byte[] next = Fixtures.seal(sender, PAYLOAD);
        sender.destroy();
        receiver.destroy();
        sender.destroy();
        refusesAndWritesNothing(sender, OutboundSa.DESTROYED);
        assertThat(Fixtures.open(receiver, next)).isEqualTo(Verdict.DESTROYED);
        assertThatThrownBy(() -> new InboundSa(parameters)).isInstanceOf(IllegalStateException.class);
    }

    private static void refusesAndWritesNothing(OutboundSa sender, int why) {
        byte[] out = new byte[100];
        assertThat(sender.seal(PAYLOAD, 0, PAYLOAD.length, 17, out, 0)).isEqualTo(why);
        assertThat(out).containsOnly(0);
        assertThat(sender.remaining()).isZero();
    }

    @Test
    void aBufferTooSmallIsOurMistakeAndCostsNoSequenceNumber() {
        var sender = new OutboundSa(Fixtures.sa(8, 64), 1);
        assertThatThrownBy(() -> sender.seal(PAYLOAD, 0, 5, 17, new byte[39], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> sender.seal(PAYLOAD, 1, 5, 17, new byte[100], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(sender.lastSequence()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = EspTransform.class,
            names = {"AES_128_GCM_16", "AES_256_GCM_16", "CHACHA20_POLY1305", "AES_256_CCM_16", "NULL_AES_128_GMAC"})
    void sealsAndOpensInPlace(EspTransform transform) {
        var parameters = new SaParameters(
                777, Fixtures.GROUP, null, transform, Fixtures.keymat(transform, 9), EspMode.TUNNEL, 16, 64);
        var sender = new OutboundSa(parameters, 0xFFFF);
        var receiver = new InboundSa(parameters);
        for (int length = 0; length < 40; length++) {
            byte[] expected = new byte[length];
            Arrays.fill(expected, (byte) length);
            byte[] buffer = new byte[100];
            System.arraycopy(expected, 0, buffer, 2 + parameters.payloadOffset(), length);
            int sealed = sender.seal(buffer, 2 + parameters.payloadOffset(), length, 4, buffer, 2);
            assertThat(sealed).isEqualTo(parameters.sealedLength(length));
            assertThat(sealed % 4).isZero();
            var found = new Opened();
            assertThat(receiver.open(buffer, 2, sealed, buffer, 0, found)).isEqualTo(Verdict.OK);
            assertThat(Fixtures.slice(buffer, found.offset(), found.length())).isEqualTo(expected);
            assertThat(found.senderId()).isEqualTo(0xFFFF);
        }
    }

    @Property(tries = 200)
    void saysHowMuchFits(@ForAll @IntRange(max = 3000) int limit) {
        var parameters = Fixtures.sa(0, 64);
        int payload = parameters.payloadWithin(limit);
        if (payload >= 0) {
            assertThat(parameters.sealedLength(payload)).isLessThanOrEqualTo(limit);
            assertThat(parameters.sealedLength(payload + 1)).isGreaterThan(limit);
        } else {
            assertThat(parameters.sealedLength(0)).isGreaterThan(limit);
        }
    }

    @Property(tries = 2000)
    void randomOctetsAreRefusedWithoutAnException(@ForAll @Size(max = 200) byte[] octets, @ForAll boolean rightSpi) {
        var receiver = new InboundSa(Fixtures.sa(8, 64));
        if (rightSpi && octets.length >= 4) {
            EspPacket.int32(octets, 0, 0x1234_5678);
        }
        assertThat(Fixtures.open(receiver, octets)).isNotIn(Verdict.OK, Verdict.DUMMY);
        assertThat(EspPacket.kind(octets, 0, octets.length)).isNotNull();
        assertThat(receiver.senders()).isZero();
    }

    @Test
    void twoGroupsWithOneSpiDoNotMix() {
        var here = Fixtures.sa(0x5555, Fixtures.GROUP, null, 8, 64);
        var there = new SaParameters(
                0x5555,
                Fixtures.OTHER_GROUP,
                null,
                EspTransform.AES_128_GCM_16,
                Fixtures.keymat(EspTransform.AES_128_GCM_16, 4711),
                EspMode.TRANSPORT,
                8,
                64);
        byte[] packet = Fixtures.seal(new OutboundSa(here, 1), PAYLOAD);
        assertThat(Fixtures.open(new InboundSa(there), packet)).isEqualTo(Verdict.NOT_AUTHENTIC);
        assertThat(Fixtures.open(new InboundSa(here), packet)).isEqualTo(Verdict.OK);
    }

    @Test
    void authenticNonsenseIsRefusedOnce() {
        var parameters = Fixtures.sa(8, 64);
        var receiver = new InboundSa(parameters);
        byte[] longPadding = {1, 2, 3, 4, 5, 6, 7, 17};
        byte[] wrongPadding = {9, 9, 9, 1, 2, 4, 3, 17};
        byte[] allPadding = {1, 2, 2, 17};
        byte[] dummy = {9, 9, 0, 59};
        byte[] firstNumber = Fixtures.sealRaw(parameters, 1, (1L << 56) | 1, longPadding);
        assertThat(Fixtures.open(receiver, firstNumber)).isEqualTo(Verdict.BAD_PADDING);
        assertThat(Fixtures.open(receiver, firstNumber)).isEqualTo(Verdict.REPLAYED);
        assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 2, (1L << 56) | 2, wrongPadding)))
                .isEqualTo(Verdict.BAD_PADDING);
        assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 3, (1L << 56) | 3, allPadding)))
                .isEqualTo(Verdict.OK);
        assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 4, (1L << 56) | 4, dummy)))
                .isEqualTo(Verdict.DUMMY);
        assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 0, (1L << 56) | 5, allPadding)))
                .isEqualTo(Verdict.MALFORMED);
    }

    private static SaParameters extended() {
        EspTransform transform = EspTransform.AES_128_GCM_16;
        return new SaParameters(
                999,
                Fixtures.GROUP,
                null,
                transform,
                EspIntegrity.NONE,
                Fixtures.keymat(transform, 64),
                EspMode.TUNNEL,
                true,
                0,
                64);
    }

    /** RFC 4303 §A2: forwards over 2^32, back into the window that began before it, and lost packets around it. */
    @Test
    void followsExtendedNumbersOverTheTurn() {
        var parameters = extended();
        long turn = 1L << 32;
        var sender = new OutboundSa(parameters, 0, turn - 40, 0);
        var receiver = new InboundSa(parameters, 1, turn - 40);
        var found = new Opened();
        byte[][] packets = new byte[80][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = Fixtures.seal(sender, PAYLOAD);
        }
        assertThat(EspPacket.sequence(packets[39], 0)).isZero();
        assertThat(Fixtures.open(receiver, packets[60], found)).isEqualTo(Verdict.OK);
        assertThat(found.sequence()).isEqualTo(turn + 21);
        for (int i = 0; i < packets.length; i++) {
            assertThat(Fixtures.open(receiver, packets[i], found)).isEqualTo(i == 60 ? Verdict.REPLAYED : Verdict.OK);
            assertThat(found.sequence()).isEqualTo(i == 60 ? turn + 20 : turn - 39 + i);
        }
        for (int i = 0; i < packets.length; i++) {
            assertThat(Fixtures.open(receiver, packets[i], found)).isIn(Verdict.REPLAYED, Verdict.NOT_AUTHENTIC);
        }
        assertThat(sender.remaining()).isGreaterThan(turn);
    }

    /** A member may join at any time of the first round; the upper half can not be guessed lower than 0. */
    @Test
    void joinsAnExtendedSaLateInTheFirstRound() {
        var parameters = extended();
        var sender = new OutboundSa(parameters, 0, 0xFFFF_FFF0L, 0);
        var receiver = new InboundSa(parameters);
        var found = new Opened();
        assertThat(Fixtures.open(receiver, Fixtures.seal(sender, PAYLOAD), found))
                .isEqualTo(Verdict.OK);
        assertThat(found.sequence()).isEqualTo(0xFFFF_FFF1L);
    }

    @Test
    void oneIvTwiceIsNoReasonToThrow() {
        for (EspTransform transform : EspTransform.values()) {
            if (!transform.combined() || transform.implicitIv()) {
                continue;
            }
            var parameters = new SaParameters(
                    777, Fixtures.GROUP, null, transform, Fixtures.keymat(transform, 9), EspMode.TUNNEL, 8, 64);
            var receiver = new InboundSa(parameters);
            byte[] plain = {1, 2, 2, 17};
            assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 1, 1, plain)))
                    .isEqualTo(Verdict.OK);
            assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, 2, 1, plain)))
                    .isEqualTo(Verdict.OK);
        }
    }

    @Test
    void refusesTransformsThatDoNotGoTogether() {
        assertThatThrownBy(() -> parameters(EspTransform.AES_128_CTR, EspIntegrity.NONE, false, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parameters(EspTransform.AES_128_GCM_16, EspIntegrity.AES_CMAC_96, false, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parameters(EspTransform.AES_128_CBC, EspIntegrity.AES_CMAC_96, false, 8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parameters(EspTransform.AES_128_GCM_16_IIV, EspIntegrity.NONE, false, 8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parameters(EspTransform.AES_128_GCM_16, EspIntegrity.NONE, true, 8))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static SaParameters parameters(
            EspTransform transform, EspIntegrity integrity, boolean extended, int senderIdBits) {
        return new SaParameters(
                777,
                Fixtures.GROUP,
                null,
                transform,
                integrity,
                Keymat.copyOf(new byte[transform.keymatBytes() + integrity.keyBytes()]),
                EspMode.TUNNEL,
                extended,
                senderIdBits,
                64);
    }

    /** Every pair there is: in place, destroyed, and with a different ICV for another upper half of the number. */
    @Test
    void everyTransformSealsOpensAndForgets() {
        for (EspTransform transform : EspTransform.values()) {
            for (EspIntegrity integrity : EspIntegrity.values()) {
                if (transform.combined() != (integrity == EspIntegrity.NONE)) {
                    continue;
                }
                for (boolean extended : new boolean[] {false, true}) {
                    var parameters = parameters(transform, integrity, extended, 0);
                    var sender = new OutboundSa(parameters, 0);
                    var receiver = new InboundSa(parameters);
                    for (int length : new int[] {0, 1, 14, 15, 16, 17, 3000}) {
                        byte[] payload = new byte[length];
                        Arrays.fill(payload, (byte) 7);
                        byte[] packet = Fixtures.seal(sender, payload);
                        byte[] separate = new byte[packet.length];
                        var found = new Opened();
                        if (length == 17) { // in place
                            assertThat(receiver.open(packet, 0, packet.length, packet, 0, found))
                                    .isEqualTo(Verdict.OK);
                            assertThat(Fixtures.slice(packet, 0, found.length()))
                                    .isEqualTo(payload);
                        } else {
                            assertThat(receiver.open(packet, 0, packet.length, separate, 0, found))
                                    .isEqualTo(Verdict.OK);
                            assertThat(Fixtures.slice(separate, 0, found.length()))
                                    .isEqualTo(payload);
                        }
                    }
                    byte[] last = Fixtures.seal(sender, PAYLOAD);
                    if (extended) {
                        var elsewhere = new InboundSa(parameters, 1, (1L << 32) + 1000);
                        assertThat(Fixtures.open(elsewhere, last)).isIn(Verdict.NOT_AUTHENTIC, Verdict.TOO_OLD);
                        var upper = new InboundSa(parameters, 1, 1L << 32);
                        assertThat(Fixtures.open(upper, last)).isEqualTo(Verdict.NOT_AUTHENTIC);
                    }
                    sender.destroy();
                    receiver.destroy();
                    assertThat(sender.seal(PAYLOAD, 0, 1, 17, new byte[200], 0)).isEqualTo(OutboundSa.DESTROYED);
                    assertThat(Fixtures.open(receiver, last)).isEqualTo(Verdict.DESTROYED);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
        RFC 3566 §4.6 case 2, AES_XCBC_96, 000102030405060708090a0b0c0d0e0f, 000102, 5b376580ae2f19afe7219ceef172756f
        RFC 3566 §4.6 case 3, AES_XCBC_96, 000102030405060708090a0b0c0d0e0f, 000102030405060708090a0b0c0d0e0f, d2a246fa349b68a79998a4394ff7a263
        RFC 3566 §4.6 case 4, AES_XCBC_96, 000102030405060708090a0b0c0d0e0f, 000102030405060708090a0b0c0d0e0f10111213, 47f51b4564966215b8985c63055ed308
        RFC 4493 §4 example 2, AES_CMAC_96, 2b7e151628aed2a6abf7158809cf4f3c, 6bc1bee22e409f96e93d7e117393172a, 070a16b46b4d4144f79bdd9dd04a287c
        RFC 4493 §4 example 3, AES_CMAC_96, 2b7e151628aed2a6abf7158809cf4f3c, 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411, dfa66747de9ae63030ca32611497c827
        RFC 4868 §2.7.2.1 AUTH256-1, HMAC_SHA2_256_128, 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265, 198a607eb44bfbc69903a0f1cf2bbdc5
        """)
    void authenticatesAsThePublishedVectorsDo(
            String source, EspIntegrity integrity, String key, String message, String expected) throws Exception {
        HexFormat hex = HexFormat.of();
        byte[] octets = hex.parseHex(message);
        PacketMac mac = PacketMac.of(integrity, hex.parseHex(key), false);
        mac.compute(0, octets, 0, octets.length);
        assertThat(hex.formatHex(mac.result())).as(source).startsWith(expected);
    }

    /** Padding may be longer than it need be (RFC 4303 §2.4). */
    @Test
    void takesAllTheLengthsOfPaddingThereAre() {
        var parameters = Fixtures.sa(0, 64);
        var receiver = new InboundSa(parameters);
        for (int padding = 2; padding <= 254; padding += 4) {
            byte[] plain = new byte[padding + 2];
            for (int i = 0; i < padding; i++) {
                plain[i] = (byte) (i + 1);
            }
            plain[padding] = (byte) padding;
            plain[padding + 1] = 17;
            var found = new Opened();
            assertThat(Fixtures.open(receiver, Fixtures.sealRaw(parameters, padding, padding, plain), found))
                    .isEqualTo(Verdict.OK);
            assertThat(found.length()).isZero();
        }
    }

    @Test
    void remembersNoMoreSendersThanItMay() {
        var parameters = Fixtures.sa(8, 64);
        var receiver = new InboundSa(parameters, 2);
        var third = new OutboundSa(parameters, 3);
        assertThat(Fixtures.open(receiver, Fixtures.seal(new OutboundSa(parameters, 1), PAYLOAD)))
                .isEqualTo(Verdict.OK);
        assertThat(Fixtures.open(receiver, Fixtures.seal(new OutboundSa(parameters, 2), PAYLOAD)))
                .isEqualTo(Verdict.OK);
        assertThat(Fixtures.open(receiver, Fixtures.seal(third, PAYLOAD))).isEqualTo(Verdict.TOO_MANY_SENDERS);
        assertThat(receiver.senders()).isEqualTo(2);
    }

    @Test
    void withoutAWindowNumbersMeanNothing() {
        var parameters = Fixtures.sa(8, 0);
        var receiver = new InboundSa(parameters);
        byte[] packet = Fixtures.sealRaw(parameters, 0, 1, new byte[] {1, 2, 2, 17});
        assertThat(Fixtures.open(receiver, packet)).isEqualTo(Verdict.OK);
        assertThat(Fixtures.open(receiver, packet)).isEqualTo(Verdict.OK);
        assertThat(receiver.senders()).isZero();
    }

    @Test
    void tellsEspFromWhatElseComesToItsPort() {
        assertThat(EspPacket.kind(new byte[] {(byte) 0xFF}, 0, 1)).isEqualTo(EspPacket.Kind.NAT_KEEPALIVE);
        assertThat(EspPacket.kind(new byte[] {1}, 0, 1)).isEqualTo(EspPacket.Kind.TOO_SHORT);
        assertThat(EspPacket.kind(new byte[0], 0, 0)).isEqualTo(EspPacket.Kind.TOO_SHORT);
        assertThat(EspPacket.kind(new byte[7], 0, 7)).isEqualTo(EspPacket.Kind.TOO_SHORT);
        assertThat(EspPacket.kind(new byte[100], 0, 100)).isEqualTo(EspPacket.Kind.NON_ESP);
        assertThat(EspPacket.kind(new byte[] {0, 0, 1, 0, 0, 0, 0, 1}, 0, 8)).isEqualTo(EspPacket.Kind.ESP);
    }

    @Test
    void saysNothingAboutItsKeys() {
        byte[] octets = new byte[20];
        Arrays.fill(octets, (byte) 0x5A);
        var keymat = Keymat.copyOf(octets);
        var parameters =
                new SaParameters(300, Fixtures.GROUP, null, EspTransform.AES_128_GCM_16, keymat, EspMode.TUNNEL, 8, 64);
        assertThat(parameters.toString() + new OutboundSa(parameters, 1) + new InboundSa(parameters))
                .doesNotContainIgnoringCase("5a5a")
                .doesNotContain("90, 90")
                .contains("<redacted>");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 9, 32})
    void refusesOtherLengthsOfSenderIds(int bits) {
        assertThatThrownBy(() -> Fixtures.sa(bits, 64)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-64, 1, 63, 65, 4160})
    void refusesOtherReplayWindows(int window) {
        assertThatThrownBy(() -> Fixtures.sa(8, window)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNoSpiOrSenderId() {
        assertThatThrownBy(() -> Fixtures.sa(255, Fixtures.GROUP, null, 8, 64))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OutboundSa(Fixtures.sa(8, 64), 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OutboundSa(Fixtures.sa(0, 64), 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
