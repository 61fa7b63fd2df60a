package io.opengcks.benchmarks;

import io.opengcks.esp.EspMode;
import io.opengcks.esp.EspTransform;
import io.opengcks.esp.Keymat;
import io.opengcks.esp.SaParameters;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Complete ESP (header, Sender-ID IV, padding, ICV, replay window, SAD look-up) on one core, against the bare cipher of the JDK
 * and against {@code openssl speed}, all with messages of 1316 octets: seven MPEG-TS packets. More than 1 means faster than the
 * limit. Then the same with many SAs and many senders, against few.
 */
final class EspBench implements Bench {
    static final int PAYLOAD = 1316;

    private static final Map<EspTransform, String> OPENSSL_NAMES = new EnumMap<>(Map.of(
            EspTransform.AES_128_GCM_16, "aes-128-gcm",
            EspTransform.AES_256_GCM_16, "aes-256-gcm",
            EspTransform.CHACHA20_POLY1305, "chacha20-poly1305"));

    private static final int SENDER_ID_BITS = 12;
    private static final int LARGE_BATCH = 8192;
    private static final int REPLAY_WINDOW = 1024;

    @Override
    public String name() {
        return "esp";
    }

    @Override
    public String title() {
        return "ESP packets sealed and opened on one core, against the bare cipher and openssl";
    }

    @Override
    public void run(boolean quick, Consumer<Figure> figures) throws Exception {
        for (Map.Entry<EspTransform, String> cipher : OPENSSL_NAMES.entrySet()) {
            againstTheCipher(cipher.getKey(), cipher.getValue(), quick, figures);
        }
        scale(quick, figures);
        relay(quick, figures);
    }

    private void againstTheCipher(EspTransform transform, String opensslName, boolean quick, Consumer<Figure> figures)
            throws GeneralSecurityException {
        int seconds = quick ? 1 : 3;
        OptionalDouble sealLimit = OpenSslSpeed.aead(opensslName, PAYLOAD, false, seconds);
        OptionalDouble openLimit = OpenSslSpeed.aead(opensslName, PAYLOAD, true, seconds);
        var bare = new BareCipher(transform);
        var esp = new EspLoad(sa(transform, 1), 1, 1, EspLoad.BATCH);
        var bareSeal = new CpuMeter();
        var bareOpen = new CpuMeter();
        var seal = new CpuMeter();
        var open = new CpuMeter();
        int slices = quick ? 3_000 : 15_000;
        for (int i = -slices / 2; i < slices; i++) {
            if (i == 0) {
                bareSeal.reset();
                bareOpen.reset();
                seal.reset();
                open.reset();
            }
            bare.seal(bareSeal);
            bare.open(bareOpen);
            esp.seal(seal);
            esp.open(open);
        }
        Map<String, ?> parameters = parameters(transform, 1, 1);
        figures.accept(Figure.of(name(), "seal, of the bare cipher", speed(seal), "MB/s", speed(bareSeal), parameters));
        figures.accept(Figure.of(name(), "open, of the bare cipher", speed(open), "MB/s", speed(bareOpen), parameters));
        sealLimit.ifPresent(limit ->
                figures.accept(Figure.of(name(), "seal, of openssl", speed(seal), "MB/s", limit / 1e6, parameters)));
        openLimit.ifPresent(limit ->
                figures.accept(Figure.of(name(), "open, of openssl", speed(open), "MB/s", limit / 1e6, parameters)));
        figures.accept(Figure.of(
                name(),
                "allocated by seal, provider included",
                seal.octets(),
                "B/packet",
                bareSeal.octets(),
                parameters));
        figures.accept(Figure.of(
                name(),
                "allocated by open, provider included",
                open.octets(),
                "B/packet",
                bareOpen.octets(),
                parameters));
    }

    /**
     * Opening with many SAs and senders, against one of each. Traffic comes in bursts on one SA, as streams do, but from a
     * sender by chance. The batch is far larger than the caches, so that it does not matter to them who sealed it.
     */
    private void scale(boolean quick, Consumer<Figure> figures) throws GeneralSecurityException {
        int[][] shapes = {{10, 1}, {1_000, 1}, {100_000, 1}, {1, 10}, {1, 1_000}};
        int slices = quick ? 100 : 500;
        EspTransform transform = EspTransform.AES_128_GCM_16;
        var few = new EspLoad(sa(transform, 1), 1, 1, LARGE_BATCH);
        for (int[] shape : shapes) {
            var many = new EspLoad(sa(transform, 1), shape[0], shape[1], LARGE_BATCH);
            var ignored = new CpuMeter();
            var fewOpen = new CpuMeter();
            var manyOpen = new CpuMeter();
            for (int i = -slices / 4; i < slices; i++) {
                if (i == 0) {
                    fewOpen.reset();
                    manyOpen.reset();
                }
                few.seal(ignored);
                few.open(fewOpen);
                many.seal(ignored);
                many.open(manyOpen);
            }
            figures.accept(Figure.of(
                    name(),
                    "open with many SAs and senders, of one",
                    speed(manyOpen),
                    "MB/s",
                    speed(fewOpen),
                    parameters(transform, shape[0], shape[1])));
        }
    }

    /** A member's whole work, against the same with nothing sealed or opened: what the cipher costs of it. */
    private void relay(boolean quick, Consumer<Figure> figures) throws Exception {
        int slices = quick ? 10 : 50;
        for (boolean outward : new boolean[] {true, false}) {
            for (int burst : new int[] {1, 32}) {
                var with = new CpuMeter();
                var without = new CpuMeter();
                try (var relay = new EspRelay(sa(EspTransform.AES_128_GCM_16, 1), outward, burst)) {
                    for (int i = -slices / 2; i < slices; i++) {
                        if (i == 0) {
                            with.reset();
                            without.reset();
                        }
                        relay.slice(true, with);
                        relay.slice(false, without);
                    }
                }
                figures.accept(Figure.of(
                        name(),
                        outward ? "relay UDP to ESP, of no cipher" : "relay ESP to UDP, of no cipher",
                        1e6 / with.nanos(),
                        "kpackets/s",
                        1e6 / without.nanos(),
                        Map.of("transform", EspTransform.AES_128_GCM_16, "payload", PAYLOAD, "burst", burst)));
            }
        }
    }

    private static Map<String, ?> parameters(EspTransform transform, int sas, int senders) {
        return Map.of("transform", transform, "payload", PAYLOAD, "sas", sas, "senders", senders);
    }

    private static double speed(CpuMeter meter) {
        return PAYLOAD * 1e3 / meter.nanos();
    }

    static SaParameters sa(EspTransform transform, long spi) {
        byte[] keymat = new byte[transform.keymatBytes()];
        new SplittableRandom(spi).nextBytes(keymat);
        return new SaParameters(
                0x10_0000 + spi,
                InetAddress.ofLiteral("239.1.2.3"),
                null,
                transform,
                Keymat.copyOf(keymat),
                EspMode.TUNNEL,
                SENDER_ID_BITS,
                REPLAY_WINDOW);
    }
}
