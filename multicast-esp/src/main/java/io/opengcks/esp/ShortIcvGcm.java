package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM with an ICV of 8 octets (RFC 4106 §6), which the JDK refuses: the long tag is computed and cut. To open, the
 * payload is decrypted as the counter mode it is, then sealed again, and the tags compared.
 */
final class ShortIcvGcm extends PacketCipher {
    /** Octets: what SunJCE does by itself. */
    static final int SHORTEST_OF_THE_PROVIDER = 12;

    private static final int TAG_BYTES = 16;

    private Cipher gcm = cipher("AES/GCM/NoPadding");
    private final Cipher counter = cipher("AES/CTR/NoPadding");
    private final int icvBytes;
    private final AeadCipher.Aad aad;
    private final byte[] nonce;
    private final byte[] counterBlock = new byte[16];
    private SecretKey key;
    private byte[] scratch = new byte[2048];

    ShortIcvGcm(SaParameters sa, byte[] key, byte[] salt) throws GeneralSecurityException {
        this.icvBytes = sa.icvBytes();
        this.aad = new AeadCipher.Aad(sa.extended());
        this.nonce = Arrays.copyOf(salt, AeadCipher.NONCE_BYTES);
        this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    void encrypt(long sequence, long iv, byte[] packet, int off, int start, int len) throws GeneralSecurityException {
        EspPacket.int64(packet, off + EspPacket.HEADER_BYTES, iv);
        seal(sequence, iv, packet, off, packet, start, len);
        System.arraycopy(scratch, 0, packet, start, len + icvBytes);
    }

    @Override
    boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        long iv = EspPacket.int64(packet, off + EspPacket.HEADER_BYTES);
        EspPacket.int64(nonce, AeadCipher.NONCE_IV, iv);
        System.arraycopy(nonce, 0, counterBlock, 0, nonce.length);
        counterBlock[15] = 2; // GCM gives 1 to the tag
        counter.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counterBlock));
        byte[] plain = counter.doFinal(packet, start, len);
        seal(sequence, iv, packet, off, plain, 0, len);
        if (!same(scratch, len, packet, start + len, icvBytes)) {
            return false;
        }
        System.arraycopy(plain, 0, out, outOff, len);
        return true;
    }

    private void seal(long sequence, long iv, byte[] packet, int off, byte[] in, int inOff, int len)
            throws GeneralSecurityException {
        if (scratch.length < len + TAG_BYTES) {
            scratch = new byte[len + TAG_BYTES];
        }
        EspPacket.int64(nonce, AeadCipher.NONCE_IV, iv);
        var parameters = new GCMParameterSpec(TAG_BYTES * 8, nonce);
        try {
            gcm.init(Cipher.ENCRYPT_MODE, key, parameters);
        } catch (java.security.InvalidAlgorithmParameterException e) {
            // A peer may send one IV twice, and the object refuses to encrypt with it again: a new one does not know.
            gcm = cipher("AES/GCM/NoPadding");
            gcm.init(Cipher.ENCRYPT_MODE, key, parameters);
        }
        aad.update(gcm, sequence, packet, off);
        gcm.doFinal(in, inOff, len, scratch, 0);
    }

    @Override
    void forget() throws GeneralSecurityException {
        key = new SecretKeySpec(new byte[key.getEncoded().length], "AES");
        Arrays.fill(nonce, (byte) 0);
        Arrays.fill(scratch, (byte) 0);
        gcm = cipher("AES/GCM/NoPadding");
        counter.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(new byte[16]));
    }
}
