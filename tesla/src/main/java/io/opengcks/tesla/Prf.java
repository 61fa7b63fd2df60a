package io.opengcks.tesla;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pseudo-random function f of a chain and the two one-way functions made of it: F(k) = f_k(0) leads to the key before,
 * F'(k) = f_k(1) to the MAC key of the interval (RFC 4082 §3.2, §3.4; RFC 5776 §3.1.2.1).
 *
 * <p>The RFCs do not say how the numbers 0 and 1 become octets. Here each is one octet, the shortest message there is for
 * it; a peer that pads them has other chains.
 */
public enum Prf {
    /** Default of RFC 4383 (SRTP). Only for peers that have nothing else. */
    HMAC_SHA_1("HmacSHA1", 20),
    /** RFC 5776 §2.5. */
    HMAC_SHA_224("HmacSHA224", 28),
    /** Default of RFC 5776. */
    HMAC_SHA_256("HmacSHA256", 32),
    /** RFC 5776 §2.5. */
    HMAC_SHA_384("HmacSHA384", 48),
    /** RFC 5776 §2.5. */
    HMAC_SHA_512("HmacSHA512", 64);

    private static final byte CHAIN = 0;
    private static final byte MAC_KEY = 1;

    private final String algorithm;
    private final int octets;

    Prf(String algorithm, int octets) {
        this.algorithm = algorithm;
        this.octets = octets;
    }

    /** Length of every key, n_p and n_f of RFC 5776 §2.5, in octets. */
    public int octets() {
        return octets;
    }

    /** F, {@code steps} times; 0 steps give a copy. Intermediate keys are overwritten. */
    byte[] back(byte[] key, long steps) {
        Mac mac = mac();
        byte[] at = key.clone();
        for (long step = 0; step < steps; step++) {
            byte[] before = apply(mac, at, CHAIN);
            Arrays.fill(at, (byte) 0);
            at = before;
        }
        return at;
    }

    /** F'. */
    byte[] macKey(byte[] key) {
        return apply(mac(), key, MAC_KEY);
    }

    private Mac mac() {
        try {
            return Mac.getInstance(algorithm, "SunJCE");
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, absent);
        }
    }

    private static byte[] apply(Mac mac, byte[] key, byte message) {
        try {
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("HMAC takes any key", refused);
        }
        mac.update(message);
        return mac.doFinal();
    }
}
