package io.opengcks.protocols.crypto;

import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES key wrap with padding (RFC 5649): the algorithms KW_5649_* of RFC 9838 §4.4.2.1.2. */
public final class KeyWrap {
    /** Longest key that any key wrap algorithm of G-IKEv2 has to take (RFC 9838 §4.4.2.1.2). */
    public static final int MAX_KEY_BYTES = 256;

    private static final String TRANSFORMATION = "AES/KWP/NoPadding";

    private KeyWrap() {}

    /** Octets of a wrapped key of {@code keyBytes} octets. */
    public static int wrappedBytes(int keyBytes) {
        return (keyBytes + 7) / 8 * 8 + 8;
    }

    /**
     * Wraps a key.
     *
     * @param kek 16, 24 or 32 octets; not kept, not destroyed
     * @param key 1 to {@value #MAX_KEY_BYTES} octets
     * @return {@link #wrappedBytes} octets
     */
    public static byte[] wrap(Secret kek, Secret key) {
        if (key.length() < 1 || key.length() > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length() + " octets");
        }
        byte[] plain = key.copy();
        try {
            return cipher(Cipher.ENCRYPT_MODE, kek).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(TRANSFORMATION + " does not wrap", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * Opens a wrapped key (RFC 5649 §4.2).
     *
     * @param kek     16, 24 or 32 octets; not kept, not destroyed
     * @param wrapped straight from the wire
     * @return the key; the caller owns it and destroys it
     * @throws NotAuthentic if the length or the integrity check fails; it never says which
     */
    public static Secret unwrap(Secret kek, byte[] wrapped) throws NotAuthentic {
        if (wrapped.length % 8 != 0 || wrapped.length < 16 || wrapped.length > wrappedBytes(MAX_KEY_BYTES)) {
            throw new NotAuthentic("the wrapped key does not open");
        }
        try {
            return Secret.adopt(cipher(Cipher.DECRYPT_MODE, kek).doFinal(wrapped));
        } catch (GeneralSecurityException _) {
            throw new NotAuthentic("the wrapped key does not open");
        }
    }

    private static Cipher cipher(int mode, Secret kek) {
        byte[] octets = kek.copy();
        try {
            Cipher cipher = Providers.cipher(TRANSFORMATION);
            cipher.init(mode, new SecretKeySpec(octets, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(TRANSFORMATION + " takes no key of " + octets.length + " octets", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
