package io.opengcks.tesla;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pseudo-random function f of a chain and the two one-way functions made of it: F(k) = f_k(0) leads to the key before,
 * F'(k) = f_k(1) to the MAC key of the interval (RFC 4082 §3.2, §3.4; RFC 5776 §3.1.2.1). The same functions serve as MACs.
 *
 * <p>The RFCs do not say how the numbers 0 and 1 become octets. Here each is one octet, the shortest message there is for
 * it; a peer that pads them has other chains.
 *
 * <p>The order is that of the registries TESLA-PRF and TESLA-MAC (RFC 5776 §7): {@link #code} is the ordinal.
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

    private final String algorithm;
    private final int octets;

    Prf(String algorithm, int octets) {
        this.algorithm = algorithm;
        this.octets = octets;
    }

    /** Length of the output that is not cut, in octets. */
    public int octets() {
        return octets;
    }

    /** Number in the registries TESLA-PRF and TESLA-MAC (RFC 5776 §7), 0 to 4. */
    @SuppressWarnings("EnumOrdinal") // the order is the registry's, held by a test
    public int code() {
        return ordinal();
    }

    /**
     * The function a registry number stands for.
     *
     * @throws MalformedTesla if this library does not have it
     */
    public static Prf ofCode(int code) throws MalformedTesla {
        Prf[] all = values();
        if (code < 0 || code >= all.length) {
            throw new MalformedTesla("no PRF or MAC has the number " + code);
        }
        return all[code];
    }

    /** A MAC object of this function without a key. */
    Mac mac() {
        try {
            return Mac.getInstance(algorithm, "SunJCE");
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, absent);
        }
    }

    static void init(Mac mac, byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("HMAC takes any key", refused);
        }
    }
}
