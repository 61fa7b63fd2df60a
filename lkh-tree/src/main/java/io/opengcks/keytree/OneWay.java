package io.opengcks.keytree;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one-way functions of the trees: HMAC-SHA-256 keyed with the secret, HMAC-SHA-512 where the secrets are longer than 32
 * octets, over an octet that says what for and the ID of the
 * result, cut to the length asked for. Nobody finds the secret from the result, nor one result from another. Not thread-safe.
 */
final class OneWay {
    /** What for, besides the kinds of {@link Derivation}, which take 1 to 63. */
    private static final byte WRAPPING = 64;

    private static final byte KEY = 65;

    private static final int SHORT = 32;

    private final Mac shorter = mac("HmacSHA256");
    private final Mac longer = mac("HmacSHA512");
    private final byte[] input = new byte[5];

    private static Mac mac(String name) {
        try {
            return Mac.getInstance(name, "SunJCE");
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no " + name, absent);
        }
    }

    /** The value of {@code keyId} from the one it follows from, or from two of equal length in their order. */
    byte[] derive(Derivation.Kind kind, int keyId, byte[] from) {
        return apply(kind.code(), keyId, from, from.length);
    }

    byte[] combine(int keyId, byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        byte[] key = apply(Derivation.Kind.COMBINED.code(), keyId, both, left.length);
        Arrays.fill(both, (byte) 0);
        return key;
    }

    /** What is used to wrap others under a secret: never the secret itself, which is a key of HMAC. */
    byte[] wrapping(int keyId, byte[] secret) {
        return apply(WRAPPING, keyId, secret, secret.length);
    }

    /** The key that belongs to a seed of a one-way chain. */
    byte[] key(int keyId, byte[] seed) {
        return apply(KEY, keyId, seed, seed.length);
    }

    private byte[] apply(byte what, int keyId, byte[] secret, int octets) {
        Mac mac = octets <= SHORT ? shorter : longer;
        try {
            mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(mac.getAlgorithm() + " takes a key of any length", impossible);
        }
        ByteBuffer.wrap(input).put(what).putInt(keyId);
        byte[] whole = mac.doFinal(input);
        if (whole.length == octets) {
            return whole;
        }
        byte[] result = Arrays.copyOf(whole, octets);
        Arrays.fill(whole, (byte) 0);
        return result;
    }
}
