package io.opengcks.tesla;

import java.util.Arrays;
import javax.crypto.Mac;

/** F and F' of one scheme (RFC 4082 §3.2, §3.4), with one reused MAC object. Not thread-safe. */
final class OneWay {
    private static final byte[] CHAIN = {0};
    private static final byte[] LOWER_SEED = {2};

    private final Scheme scheme;
    private final Mac mac;
    private long applied;

    OneWay(Scheme scheme) {
        this.scheme = scheme;
        mac = scheme.prf().mac();
    }

    Scheme scheme() {
        return scheme;
    }

    /** How often F was computed, which is what tests and benchmarks count. */
    long applied() {
        return applied;
    }

    /** F, {@code steps} times; 0 steps give a copy. Intermediate keys are overwritten. */
    byte[] back(byte[] key, long steps) {
        byte[] at = key.clone();
        for (long step = 0; step < steps; step++) {
            byte[] before = back(at);
            Arrays.fill(at, (byte) 0);
            at = before;
        }
        return at;
    }

    /** F. */
    byte[] back(byte[] key) {
        applied++;
        return apply(key, CHAIN, scheme.keyOctets());
    }

    /**
     * F' for one of several instances that share the chain: instance 0 is F'(k) = f_k(1) of the RFCs; instance u &gt; 0 is
     * f_k(1 ‖ u), so that no MAC key serves two delays.
     */
    byte[] macKey(byte[] key, int instance) {
        byte[] message = instance == 0 ? new byte[] {1} : new byte[] {1, (byte) instance};
        return apply(key, message, scheme.macKeyOctets());
    }

    /** Last key of the lower chain that hangs below a key of a higher one. */
    byte[] lowerSeed(byte[] key) {
        return apply(key, LOWER_SEED, scheme.keyOctets());
    }

    private byte[] apply(byte[] key, byte[] message, int octets) {
        Prf.init(mac, key);
        mac.update(message);
        byte[] whole = mac.doFinal();
        if (whole.length == octets) {
            return whole;
        }
        byte[] cut = Arrays.copyOf(whole, octets);
        Arrays.fill(whole, (byte) 0);
        return cut;
    }
}
