package io.opengcks.tesla.carriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.tesla.ChainSequence;
import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.KeyChain;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.NtpTime;
import io.opengcks.tesla.Outcome;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Prf;
import io.opengcks.tesla.Receiver;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.Sender;
import io.opengcks.tesla.Signatures;
import io.opengcks.tesla.TimeBound;
import io.opengcks.tesla.TimeSync;
import io.opengcks.tesla.alc.AlcPacket;
import io.opengcks.tesla.alc.ExtAuth;
import io.opengcks.tesla.alc.ExtAuthCodec;
import io.opengcks.tesla.mikey.MikeyTesla;
import io.opengcks.tesla.srtp.SrtpTesla;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The octets of RFC 5776, 4383 and 4442, against a second implementation (src/test/python/tesla.py). */
class CarrierTest {
    private static final byte[] GROUP_KEY = Vectors.counting(100, 132);
    private static final Scheme SHORT_KEYS = new Scheme(Prf.HMAC_SHA_256, 20, 32, Prf.HMAC_SHA_256, 16);

    /** Codecs the vectors are for: the figures have 20-octet keys, the rest 32; group MAC where there is one. */
    private static ExtAuthCodec codec(String name) {
        return switch (name) {
            case "figure10" -> ExtAuthCodec.of(SHORT_KEYS, 128, true);
            case "figure11", "figure12" -> ExtAuthCodec.of(SHORT_KEYS, 128, false);
            case "newChain" -> ExtAuthCodec.of(Scheme.DEFAULT, 63, true);
            default -> ExtAuthCodec.of(Scheme.DEFAULT, 63, false);
        };
    }

    private static ExtAuth content(String name) {
        byte[] none = new byte[0];
        byte[] key = Vectors.counting(0, 20);
        byte[] mac = Vectors.counting(50, 66);
        byte[] commitment = Vectors.chain(Scheme.DEFAULT).commitment().key();
        Prf f = Prf.HMAC_SHA_256;
        return switch (name) {
            case "figure10" ->
                new ExtAuth.Bootstrap(
                        5,
                        false,
                        3,
                        f,
                        f,
                        f,
                        1,
                        3,
                        500,
                        0xE000_0000_8000_0000L,
                        999,
                        7,
                        key,
                        Vectors.counting(0, 128),
                        null,
                        new byte[] {(byte) 0xA1, (byte) 0xA2, (byte) 0xA3, (byte) 0xA4});
            case "figure11" -> new ExtAuth.Tag(5, ExtAuth.Kind.STANDARD, 0x0102_0304, key, mac, null);
            case "figure12" -> new ExtAuth.Tag(5, ExtAuth.Kind.COMPACT, 0x0102_0304, none, mac, null);
            case "bootstrapLag" ->
                new ExtAuth.Bootstrap(
                        1, true, 2, f, f, null, 2, 5, 100, 1, 2, 3, commitment, new byte[65], -5L << 30, null);
            case "newChain" ->
                new ExtAuth.Tag(
                        0,
                        ExtAuth.Kind.NEW_CHAIN,
                        19,
                        commitment,
                        new byte[16],
                        "abcd".getBytes(StandardCharsets.US_ASCII));
            case "lastKey" -> {
                var chain = Vectors.chain(Scheme.DEFAULT);
                chain.advanceTo(8);
                yield new ExtAuth.Tag(15, ExtAuth.Kind.LAST_KEY, 0xFFFF_FFFFL, chain.key(), new byte[16], null);
            }
            case "timeRequest" -> new ExtAuth.TimeRequest(2, 0x0102_0304_0506_0708L, null);
            case "timeResponse" ->
                new ExtAuth.TimeResponse(2, 9, 0x0102_0304_0506_0708L, Vectors.counting(0, 63), null);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "figure10,46",
        "figure11,11",
        "figure12,6",
        "bootstrapLag,35",
        "newChain,15",
        "lastKey,14",
        "timeRequest,3",
        "timeResponse,21"
    })
    void extAuthAgreesWithPythonBothWays(String name, int words) throws MalformedTesla {
        byte[] theirs = Vectors.octets(name);
        assertThat(theirs).hasSize(words * 4);
        assertThat(codec(name).encode(content(name))).isEqualTo(theirs);
        ExtAuth read = codec(name).decode(ByteBuffer.wrap(theirs));
        assertThat(read).usingRecursiveComparison().isEqualTo(content(name));
        assertThat(codec(name).encode(read)).isEqualTo(theirs);
    }

    @Property(tries = 2000)
    void brokenExtensionsAreRefusedOrReadExactly(@ForAll @IntRange(max = 7) int which, @ForAll long seed) {
        String[] names = {
            "figure10", "figure11", "figure12", "bootstrapLag", "newChain", "lastKey", "timeRequest", "timeResponse"
        };
        byte[] good = Vectors.octets(names[which]);
        var random = new SplittableRandom(seed);
        var codec = codec(names[which]);
        byte[] cut = Arrays.copyOf(good, random.nextInt(good.length));
        assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> codec.decode(ByteBuffer.wrap(cut)));
        byte[] flipped = good.clone();
        int bit = random.nextInt(flipped.length * 8);
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        try {
            ExtAuth read = codec.decode(ByteBuffer.wrap(flipped));
            assertThat(codec.encode(read)).as("nothing in it was ignored").isEqualTo(flipped);
        } catch (MalformedTesla refused) {
            assertThat(refused.getStackTrace()).isEmpty();
        }
    }

    @Test
    void aWholeAlcPacketAgreesWithPythonAndIsChecked() throws MalformedTesla {
        var codec = ExtAuthCodec.of(Scheme.DEFAULT, 64, true);
        var alc = new AlcPacket(codec, 20, 3);
        var stamp = Vectors.stamp(Scheme.DEFAULT, new Schedule(Vectors.START, Vectors.INTERVAL, 3), 7);
        byte[] key = stamp.key().orElseThrow().key();
        byte[] packet = alc(codec.encode(new ExtAuth.Tag(5, ExtAuth.Kind.STANDARD, 7, key, new byte[16], new byte[4])));
        var group = new GroupMac(Prf.HMAC_SHA_256, GROUP_KEY);
        alc.protect(packet, 8, stamp, group);
        assertThat(packet).isEqualTo(Vectors.octets("alcPacket"));
        assertThat(alc.isFromGroup(packet, 8, group)).isTrue();
        var arrival = alc.arrival(packet, 8, "x");
        assertThat(arrival.interval()).isEqualTo(7);
        assertThat(arrival.disclosures()).singleElement().isInstanceOf(Disclosure.Key.class);
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] forged = packet.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(alc.isFromGroup(forged, 8, group)).isFalse();
            } catch (MalformedTesla refused) {
                assertThat(bit / 8)
                        .as("only the head of the extension can be malformed")
                        .isBetween(8, 12);
            }
        }
    }

    private static byte[] alc(byte[] extension) {
        return ByteBuffer.allocate(8 + extension.length + 7)
                .put(new byte[] {0x10, 0x10, 0x0d, 0, 'h', 'e', 'a', 'd'})
                .put(extension)
                .put("payload".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    @ParameterizedTest
    @EnumSource(Signatures.class)
    void aSignedBootstrapIsCheckedToTheLastBit(Signatures algorithm) throws Exception {
        String kind = switch (algorithm) {
            case ED25519 -> "Ed25519";
            case ECDSA_P256 -> "EC";
            case RSA_PKCS1, RSA_PSS -> "RSA";
        };
        var generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("RSA")) {
            generator.initialize(2048);
        } else if (kind.equals("EC")) {
            generator.initialize(256);
        }
        var pair = generator.generateKeyPair();
        int length = kind.equals("RSA") ? 256 : 64;
        var codec = ExtAuthCodec.of(Scheme.DEFAULT, length, true);
        Prf f = Prf.HMAC_SHA_256;
        byte[] packet = alc(codec.encode(new ExtAuth.Bootstrap(
                1, false, 2, f, f, f, 1, 3, 100, 5, 19, 3, new byte[32], new byte[length], 77L, new byte[4])));
        var alc = new AlcPacket(codec, 20, 2);
        var group = new GroupMac(f, GROUP_KEY);
        alc.sign(packet, 8, algorithm.signer(pair.getPrivate()), group);
        assertThat(alc.isFromGroup(packet, 8, group)).isTrue();
        var check = algorithm.check(pair.getPublic());
        assertThat(alc.isSigned(packet, 8, check)).isTrue();
        int group0 = packet.length - 7 - 4;
        for (int bit = 0; bit < packet.length * 8; bit += 7) {
            byte[] forged = packet.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            boolean inGroupMac = bit / 8 >= group0 && bit / 8 < group0 + 4;
            try {
                assertThat(alc.isSigned(forged, 8, check)).isEqualTo(inGroupMac);
            } catch (MalformedTesla refused) {
                assertThat(bit / 8).isBetween(8, 8 + 32 + 32 + length + 8);
            }
        }
    }

    /** A NORM receiver that knows nothing but the sender's public key: bootstrap, time, data (RFC 5776 §4.2, §4.3). */
    @Test
    void aReceiverStartsFromTheBandAlone() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var signer = Signatures.ED25519.signer(pair.getPrivate());
        var check = Signatures.ED25519.check(pair.getPublic());
        var codec = ExtAuthCodec.of(Scheme.DEFAULT, 64, false);
        var alc = new AlcPacket(codec, 12, 2);
        var schedule = new Schedule(NtpTime.toNs(0xE000_0000_8000_0000L), Vectors.INTERVAL, 2);
        var keys = new ChainSequence(KeyChain.generate(Scheme.DEFAULT, new byte[32], 9), 12, 0);
        Prf f = Prf.HMAC_SHA_256;
        byte[] packet = alc(codec.encode(new ExtAuth.Bootstrap(
                1,
                false,
                2,
                f,
                f,
                null,
                1,
                3,
                100,
                0xE000_0000_8000_0000L,
                11,
                0,
                keys.commitment().key(),
                new byte[64],
                3L << 31,
                null)));
        alc.sign(packet, 8, signer, null);
        assertThat(alc.isSigned(packet, 8, check)).isTrue();
        var bootstrap = (ExtAuth.Bootstrap) codec.decode(ByteBuffer.wrap(packet, 8, packet.length - 8));
        assertThat(bootstrap.parameters())
                .usingRecursiveComparison()
                .ignoringFields("upper")
                .isEqualTo(Parameters.of(keys, schedule));
        assertThat(bootstrap.senderLagNs().orElseThrow()).isEqualTo(1_500_000_001L);

        long asked = 5_000_000_000L; // the receiver's clock knows nothing of the sender's
        var sync = new TimeSync(0);
        byte[] asking = ByteBuffer.allocate(8).putLong(NtpTime.ofNs(asked)).array();
        sync.ask(asking, asked);
        byte[] answer = alc(codec.encode(new ExtAuth.TimeResponse(
                1, NtpTime.ofNs(schedule.beginNs(0)), NtpTime.ofNs(asked), new byte[64], null)));
        alc.sign(answer, 8, signer, null);
        assertThat(alc.isSigned(answer, 8, check)).isTrue();
        var time = (ExtAuth.TimeResponse) codec.decode(ByteBuffer.wrap(answer, 8, answer.length - 8));
        byte[] echoed = ByteBuffer.allocate(8).putLong(time.receiverNtp()).array();
        var bound = sync.answered(echoed, NtpTime.toNs(time.senderNtp())).orElseThrow();

        var receiver = new Receiver<String>(
                bootstrap.parameters(), 0, Receiver.Limits.DEFAULT, Receiver.Mode.AFTER_CHECK, new SplittableRandom(1));
        receiver.clock(bound);
        var sender = new Sender(keys, schedule);
        int believed = 0;
        for (int i = 0; i < 60; i++) { // five chains, types 1 to 4 in turns, half of them lost
            var stamp = sender.at(schedule.beginNs(i)).orElseThrow();
            for (int turn = 0; turn < 4; turn++) {
                byte[] data = alc(codec.encode(tag(stamp, turn)));
                alc.protect(data, 8, stamp, null);
                if ((i * 4 + turn) % 2 == i % 3 % 2) {
                    believed += receiver.receive(alc.arrival(data, 8, "x"), asked + i * Vectors.INTERVAL)
                            .size();
                }
            }
        }
        assertThat(receiver.counters().forged()).isZero();
        assertThat(believed).isEqualTo(116);
    }

    private static ExtAuth.Tag tag(Sender.Stamp stamp, int turn) {
        long interval = stamp.interval();
        byte[] mac = new byte[16];
        for (Disclosure extra : stamp.extras()) {
            if (turn > 1 && extra instanceof Disclosure.NewChain next) {
                return new ExtAuth.Tag(1, ExtAuth.Kind.NEW_CHAIN, interval, next.key(), mac, null);
            }
            if (turn > 1 && extra instanceof Disclosure.Key last) {
                return new ExtAuth.Tag(1, ExtAuth.Kind.LAST_KEY, interval, last.key(), mac, null);
            }
        }
        byte[] key = stamp.key().map(Disclosure.Key::key).orElseGet(() -> new byte[0]);
        return turn == 3 || key.length == 0
                ? new ExtAuth.Tag(1, ExtAuth.Kind.COMPACT, interval, new byte[0], mac, null)
                : new ExtAuth.Tag(1, ExtAuth.Kind.STANDARD, interval, key, mac, null);
    }

    @Test
    void srtpAgreesWithPythonBothWays() throws MalformedTesla {
        var schedule = new Schedule(Vectors.START, Vectors.INTERVAL, 2);
        var srtp = new SrtpTesla(Scheme.SRTP, 2);
        assertThat(srtp.octets()).isEqualTo(34);
        byte[] rtp = ByteBuffer.allocate(32)
                .put((byte) 0x80)
                .put((byte) 0x21)
                .put(Vectors.counting(0, 30))
                .array();
        byte[] rtcp = ByteBuffer.allocate(28)
                .put((byte) 0x81)
                .put((byte) 0xC8)
                .put(Vectors.counting(0, 26))
                .array();
        assertThat(srtp.protectRtp(rtp, 3, Vectors.stamp(Scheme.SRTP, schedule, 9)))
                .isEqualTo(Vectors.octets("srtp"));
        assertThat(srtp.protectRtp(rtp, 0, Vectors.stamp(Scheme.SRTP, schedule, 1)))
                .isEqualTo(Vectors.octets("srtpFirst"));
        assertThat(srtp.protectRtcp(rtcp, 0x8000_0005, Vectors.stamp(Scheme.SRTP, schedule, 9)))
                .isEqualTo(Vectors.octets("srtcp"));
        assertThat(srtp.strip(Vectors.octets("srtp"))).isEqualTo(rtp);

        var receiver = new Receiver<String>(
                Parameters.of(Vectors.chain(Scheme.SRTP), schedule),
                0,
                Receiver.Limits.DEFAULT,
                Receiver.Mode.AFTER_CHECK,
                new SplittableRandom(1));
        receiver.clock(new TimeBound(0, 0, 0));
        long now = schedule.beginNs(9);
        assertThat(receiver.receive(srtp.arrivalRtp(Vectors.octets("srtp"), 3, "rtp"), now))
                .isEmpty();
        assertThat(receiver.receive(srtp.arrivalRtp(Vectors.octets("srtp"), 4, "wrong roc"), now))
                .isEmpty();
        assertThat(receiver.receive(srtp.arrivalRtcp(Vectors.octets("srtcp"), "rtcp"), now))
                .isEmpty();
        byte[] later = srtp.protectRtp(rtp, 3, Vectors.stamp(Scheme.SRTP, schedule, 11));
        assertThat(receiver.receive(srtp.arrivalRtp(later, 3, "later"), schedule.beginNs(11)))
                .extracting(outcome -> ((Outcome.Authentic<String>) outcome).packet())
                .containsExactly("rtp", "rtcp");
        for (int length = 0; length < 46; length++) {
            byte[] cut = Arrays.copyOf(later, length);
            assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> srtp.arrivalRtp(cut, 3, "cut"));
        }
    }

    @Test
    void mikeyAgreesWithPythonBothWays() throws MalformedTesla {
        long start = NtpTime.toNs(0xE000_0000_8000_0000L);
        var parameters = new Parameters(
                Scheme.SRTP,
                new Schedule(start, 250_000_000, 4),
                20,
                new Parameters.Anchor(
                        0, -1, Vectors.chain(Scheme.SRTP).commitment().key()),
                null);
        byte[] policy = MikeyTesla.policy(20, 7, parameters, 77L);
        assertThat(policy).isEqualTo(Vectors.octets("mikeyPolicy"));
        byte[] key = MikeyTesla.initialKey(0, parameters.anchor().key());
        assertThat(key).isEqualTo(Vectors.octets("mikeyKey"));
        var read = MikeyTesla.read(policy, key);
        assertThat(read.receiverNtp()).isEqualTo(77L);
        assertThat(read.parameters()).usingRecursiveComparison().isEqualTo(parameters);
        var random = new SplittableRandom(5);
        for (int bit = 0; bit < policy.length * 8; bit++) {
            byte[] flipped = policy.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                MikeyTesla.read(flipped, key);
            } catch (MalformedTesla refused) {
                assertThat(bit).isGreaterThanOrEqualTo(16);
            }
            byte[] cut = Arrays.copyOf(policy, random.nextInt(policy.length));
            assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> MikeyTesla.read(cut, key));
        }
        for (int length = 0; length < key.length; length++) {
            byte[] cut = Arrays.copyOf(key, length);
            assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> MikeyTesla.read(policy, cut));
        }
    }

    @Property(tries = 500)
    void ntpTimesComeBackTheSame(@ForAll long seed) {
        long ns = new SplittableRandom(seed).nextLong(4_000_000_000_000_000_000L);
        assertThat(NtpTime.toNs(NtpTime.ofNs(ns))).isEqualTo(ns);
    }
}
