package io.opengcks.protocols.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Pseudorandom functions of IKEv2: HMAC over SHA-2 (RFC 4868), and prf+ (RFC 7296 §2.13). */
public enum Prf {
    HMAC_SHA2_256(5, "HmacSHA256", 32),
    HMAC_SHA2_384(6, "HmacSHA384", 48),
    HMAC_SHA2_512(7, "HmacSHA512", 64);

    /** prf+ counts its rounds in one octet. */
    private static final int MAX_ROUNDS = 255;

    private final int transformId;
    private final String mac;
    private final int keyBytes;

    Prf(int transformId, String mac, int keyBytes) {
        this.transformId = transformId;
        this.mac = mac;
        this.keyBytes = keyBytes;
    }

    /** Transform ID of transform type 2. */
    public int transformId() {
        return transformId;
    }

    /** Preferred key length and output length in octets: the same for HMAC. */
    public int keyBytes() {
        return keyBytes;
    }

    /**
     * prf(key, data | ...).
     *
     * @param key  any length but 0
     * @param data concatenated
     * @return {@link #keyBytes()} octets
     */
    public byte[] compute(Secret key, byte[]... data) {
        Mac hmac = keyed(key);
        for (byte[] part : data) {
            hmac.update(part);
        }
        return hmac.doFinal();
    }

    /**
     * prf+(key, seed), cut to {@code length} octets.
     *
     * @throws IllegalArgumentException if {@code length} is more than 255 outputs of the PRF
     */
    public Secret expand(Secret key, byte[] seed, int length) {
        if (length < 1 || length > MAX_ROUNDS * keyBytes) {
            throw new IllegalArgumentException("prf+ does not give " + length + " octets");
        }
        Mac hmac = keyed(key);
        byte[] result = new byte[length];
        byte[] block = new byte[0];
        int done = 0;
        for (int round = 1; done < length; round++) {
            hmac.update(block);
            Arrays.fill(block, (byte) 0);
            hmac.update(seed);
            hmac.update((byte) round);
            block = hmac.doFinal();
            int take = Math.min(block.length, length - done);
            System.arraycopy(block, 0, result, done, take);
            done += take;
        }
        Arrays.fill(block, (byte) 0);
        return Secret.adopt(result);
    }

    private Mac keyed(Secret key) {
        byte[] octets = key.copy();
        try {
            Mac hmac = Providers.mac(mac);
            hmac.init(new SecretKeySpec(octets, mac));
            return hmac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(mac + " is missing", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
