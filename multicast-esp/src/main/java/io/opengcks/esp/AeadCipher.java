package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM (RFC 4106) and ChaCha20-Poly1305 (RFC 7634), also with implicit IV (RFC 8750). The way nearly all packets go.
 *
 * <p>It allocates nothing itself: the parameter objects are reused. There are two, because SunJCE keeps the array it got
 * and refuses to encrypt when the next one holds the same octets: with a single array every next nonce would look like the
 * one before.
 */
final class AeadCipher extends PacketCipher {
    static final int NONCE_BYTES = 12;
    static final int NONCE_IV = 4;

    private final Cipher cipher;
    private final int opmode;
    private final boolean implicitIv;
    private final int icvBytes;
    private final Aad aad;
    private final byte[] nonce;
    private final byte[] nextNonce;
    private final AlgorithmParameterSpec parameters;
    private final AlgorithmParameterSpec nextParameters;
    private SecretKey key;
    private boolean flip;

    AeadCipher(SaParameters sa, int opmode, byte[] key, byte[] salt) throws GeneralSecurityException {
        boolean gcm = sa.transform().mode() == EspTransform.Mode.GCM;
        this.cipher = cipher(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
        this.opmode = opmode;
        this.implicitIv = sa.transform().implicitIv();
        this.icvBytes = sa.icvBytes();
        this.aad = new Aad(sa.extended());
        this.nonce = Arrays.copyOf(salt, NONCE_BYTES);
        this.nextNonce = nonce.clone();
        this.parameters = gcm ? new ReusedGcmParameters(icvBytes, nonce) : new ReusedIv(nonce);
        this.nextParameters = gcm ? new ReusedGcmParameters(icvBytes, nextNonce) : new ReusedIv(nextNonce);
        this.key = new SecretKeySpec(key, gcm ? "AES" : "ChaCha20");
    }

    @Override
    void encrypt(long sequence, long iv, byte[] packet, int off, int start, int len) throws GeneralSecurityException {
        if (!implicitIv) {
            EspPacket.int64(packet, off + EspPacket.HEADER_BYTES, iv);
        }
        begin(implicitIv ? sequence : iv);
        aad.update(cipher, sequence, packet, off);
        cipher.doFinal(packet, start, len, packet, start);
    }

    @Override
    boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        begin(implicitIv ? sequence : EspPacket.int64(packet, off + EspPacket.HEADER_BYTES));
        aad.update(cipher, sequence, packet, off);
        try {
            cipher.doFinal(packet, start, len + icvBytes, out, outOff);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        }
    }

    private void begin(long iv) throws GeneralSecurityException {
        flip = !flip;
        EspPacket.int64(flip ? nonce : nextNonce, NONCE_IV, iv);
        cipher.init(opmode, key, flip ? parameters : nextParameters);
    }

    @Override
    void forget() throws GeneralSecurityException {
        key = new SecretKeySpec(new byte[key.getEncoded().length], key.getAlgorithm());
        Arrays.fill(nonce, (byte) 0);
        Arrays.fill(nextNonce, (byte) 0);
        begin(1); // not the nonce that stands in the other array now
    }

    /** The associated data: SPI and sequence number, the whole of it where it is extended. */
    static final class Aad {
        private final boolean extended;
        private final byte[] whole = new byte[12];

        Aad(boolean extended) {
            this.extended = extended;
        }

        void update(Cipher cipher, long sequence, byte[] packet, int off) {
            if (extended) {
                System.arraycopy(packet, off, whole, 0, 4);
                EspPacket.int64(whole, 4, sequence);
                cipher.updateAAD(whole, 0, whole.length);
            } else {
                cipher.updateAAD(packet, off, EspPacket.HEADER_BYTES);
            }
        }
    }

    /** Lends out its array instead of a copy. */
    static final class ReusedGcmParameters extends GCMParameterSpec {
        private final byte[] nonce;

        ReusedGcmParameters(int icvBytes, byte[] nonce) {
            super(icvBytes * 8, nonce);
            this.nonce = nonce;
        }

        @Override
        public byte[] getIV() {
            return nonce;
        }
    }
}
