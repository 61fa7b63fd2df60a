package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ENCR_NULL_AUTH_AES_GMAC (RFC 4543): GCM over nothing, with the whole packet as associated data. */
final class GmacCipher extends PacketCipher {
    private static final byte[] NOTHING = new byte[0];

    private final Cipher cipher;
    private final int opmode;
    private final int icvBytes;
    private final AeadCipher.Aad header;
    private final byte[] nonce;
    private SecretKey key;

    GmacCipher(SaParameters sa, int opmode, byte[] key, byte[] salt) throws GeneralSecurityException {
        this.cipher = cipher("AES/GCM/NoPadding");
        this.opmode = opmode;
        this.icvBytes = sa.icvBytes();
        this.header = new AeadCipher.Aad(sa.extended());
        this.nonce = Arrays.copyOf(salt, AeadCipher.NONCE_BYTES);
        this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    void encrypt(long sequence, long iv, byte[] packet, int off, int start, int len) throws GeneralSecurityException {
        EspPacket.int64(packet, off + EspPacket.HEADER_BYTES, iv);
        begin(sequence, packet, off, start, len);
        cipher.doFinal(NOTHING, 0, 0, packet, start + len);
    }

    @Override
    boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        begin(sequence, packet, off, start, len);
        try {
            cipher.doFinal(packet, start + len, icvBytes, NOTHING, 0);
        } catch (AEADBadTagException e) {
            return false;
        }
        System.arraycopy(packet, start, out, outOff, len);
        return true;
    }

    /** The IV counts as a part of the payload (RFC 4543 §3.3). */
    private void begin(long sequence, byte[] packet, int off, int start, int len) throws GeneralSecurityException {
        System.arraycopy(packet, off + EspPacket.HEADER_BYTES, nonce, AeadCipher.NONCE_IV, 8);
        cipher.init(opmode, key, new GCMParameterSpec(icvBytes * 8, nonce));
        header.update(cipher, sequence, packet, off);
        cipher.updateAAD(packet, off + EspPacket.HEADER_BYTES, start + len - off - EspPacket.HEADER_BYTES);
    }

    @Override
    void forget() throws GeneralSecurityException {
        key = new SecretKeySpec(new byte[key.getEncoded().length], "AES");
        Arrays.fill(nonce, (byte) 0);
        cipher.init(opmode, key, new GCMParameterSpec(icvBytes * 8, nonce));
    }
}
