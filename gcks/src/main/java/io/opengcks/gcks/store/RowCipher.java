package io.opengcks.gcks.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Rows at rest: AES-256-GCM, a random 96-bit nonce in front of each, and what the row is (table, group, number, kind) as associated
 * data, so that rows cannot be exchanged for one another. NIST SP 800-38D §8.3 allows 2^32 random nonces under one key.
 */
final class RowCipher {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    RowCipher(StoreKey key) {
        this.key = key.aes();
    }

    byte[] seal(String table, String group, long number, String kind, byte[] plain) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, table, group, number, kind);
            byte[] row = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, row, NONCE);
            return row;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM of SunJCE does not work", e);
        }
    }

    /** The plain row; throws where key, row or associated data do not fit together. */
    byte[] open(String table, String group, long number, String kind, byte[] row) throws GeneralSecurityException {
        if (row.length < NONCE + TAG_BITS / 8) {
            throw new GeneralSecurityException("a row of " + row.length + " octets is too short");
        }
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(row, NONCE), table, group, number, kind);
        return cipher.doFinal(row, NONCE, row.length - NONCE);
    }

    private Cipher cipher(int mode, byte[] nonce, String table, String group, long number, String kind)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        for (String part : new String[] {table, group, kind}) {
            byte[] octets = part.getBytes(StandardCharsets.UTF_8);
            cipher.updateAAD(ByteBuffer.allocate(4).putInt(octets.length).array());
            cipher.updateAAD(octets);
        }
        cipher.updateAAD(ByteBuffer.allocate(8).putLong(number).array());
        return cipher;
    }
}
