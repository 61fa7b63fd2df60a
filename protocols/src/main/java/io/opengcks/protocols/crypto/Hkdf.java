package io.opengcks.protocols.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with SHA-256 (RFC 5869): keys of one purpose from the secret of another, kept apart by a label. */
public final class Hkdf {
    /** RFC 5869 §2.3: 255 times the output of the hash. */
    public static final int MAX_BYTES = 255 * 32;

    private Hkdf() {}

    /**
     * Extract, without salt, then expand.
     *
     * @param secret input keying material; not kept, not destroyed
     * @param label  what the key is for; ASCII
     * @param length octets wanted, 1 to {@value #MAX_BYTES}
     */
    public static Secret derive(Secret secret, String label, int length) {
        return derive(secret, new byte[0], label.getBytes(StandardCharsets.US_ASCII), length);
    }

    /** Extract with {@code salt}, then expand with {@code info}. */
    public static Secret derive(Secret secret, byte[] salt, byte[] info, int length) {
        if (length < 1 || length > MAX_BYTES) {
            throw new IllegalArgumentException("HKDF does not give " + length + " octets");
        }
        byte[] octets = secret.copy();
        try {
            KDF hkdf = Providers.kdf("HKDF-SHA256");
            return Secret.adopt(hkdf.deriveData(
                    HKDFParameterSpec.ofExtract().addIKM(octets).addSalt(salt).thenExpand(info, length)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is missing", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
