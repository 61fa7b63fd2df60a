package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-CBC (RFC 3602), AES-CTR (RFC 3686) or nothing (RFC 2410), with a separate ICV over SPI to trailer, which is checked
 * before anything is decrypted (RFC 4303 §3.4.4.1).
 */
final class CipherThenMac extends PacketCipher {
    private static final int BLOCK = 16;

    private final EspTransform.Mode mode;
    private final PacketMac mac;
    private final int opmode;
    private final int icvBytes;
    private final @Nullable Cipher cipher;
    private final @Nullable Cipher ivMaker;
    /** CBC: the IV. CTR: salt | IV | 1. */
    private final byte[] iv = new byte[BLOCK];

    private final ReusedIv parameters = new ReusedIv(iv);
    private @Nullable SecretKey key;

    CipherThenMac(SaParameters sa, int opmode, byte[] key, byte[] salt, byte[] integrityKey)
            throws GeneralSecurityException {
        this.mode = sa.transform().mode();
        this.mac = PacketMac.of(sa.integrity(), integrityKey, sa.extended());
        this.opmode = opmode;
        this.icvBytes = sa.icvBytes();
        this.cipher = mode == EspTransform.Mode.NULL
                ? null
                : cipher(mode == EspTransform.Mode.CBC ? "AES/CBC/NoPadding" : "AES/CTR/NoPadding");
        this.key = cipher == null ? null : new SecretKeySpec(key, "AES");
        this.ivMaker = mode == EspTransform.Mode.CBC ? cipher("AES/ECB/NoPadding") : null;
        if (ivMaker != null) {
            ivMaker.init(Cipher.ENCRYPT_MODE, this.key);
        }
        System.arraycopy(salt, 0, iv, 0, salt.length);
    }

    @Override
    void encrypt(long sequence, long unique, byte[] packet, int off, int start, int len)
            throws GeneralSecurityException {
        int ivOff = off + EspPacket.HEADER_BYTES;
        if (ivMaker != null) {
            // Nobody may foresee an IV of CBC: the cipher makes one of what is unique (NIST SP 800-38A, Appendix C).
            Arrays.fill(packet, ivOff, start, (byte) 0);
            EspPacket.int64(packet, ivOff, unique);
            ivMaker.doFinal(packet, ivOff, BLOCK, packet, ivOff);
        } else if (cipher != null) {
            EspPacket.int64(packet, ivOff, unique);
        }
        crypt(packet, ivOff, start, len, packet, start);
        mac.compute(sequence, packet, off, start + len - off);
        System.arraycopy(mac.result(), 0, packet, start + len, icvBytes);
    }

    @Override
    boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        mac.compute(sequence, packet, off, start + len - off);
        if (!same(mac.result(), 0, packet, start + len, icvBytes)) {
            return false;
        }
        crypt(packet, off + EspPacket.HEADER_BYTES, start, len, out, outOff);
        return true;
    }

    private void crypt(byte[] packet, int ivOff, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        if (cipher == null) {
            System.arraycopy(packet, start, out, outOff, len);
            return;
        }
        if (mode == EspTransform.Mode.CBC) {
            System.arraycopy(packet, ivOff, iv, 0, BLOCK);
        } else {
            System.arraycopy(packet, ivOff, iv, 4, 8);
            EspPacket.int32(iv, 12, 1);
        }
        cipher.init(opmode, key, parameters);
        cipher.doFinal(packet, start, len, out, outOff);
    }

    @Override
    void forget() throws GeneralSecurityException {
        mac.forget();
        Arrays.fill(iv, (byte) 0);
        if (cipher != null && key != null) {
            SecretKey zeroes = new SecretKeySpec(new byte[key.getEncoded().length], "AES");
            key = zeroes;
            cipher.init(opmode, zeroes, new IvParameterSpec(new byte[BLOCK]));
            if (ivMaker != null) {
                ivMaker.init(Cipher.ENCRYPT_MODE, zeroes);
            }
        }
    }
}
