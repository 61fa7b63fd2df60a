package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One cipher of the JDK under one key, in one direction, used by one thread. It allocates nothing itself: the parameter
 * objects are reused. There are two, because SunJCE keeps the array it got and refuses to encrypt when the next one
 * holds the same octets: with a single array every next nonce would look like the one before.
 */
final class Aead {
    /** Fastest of the JDK's own on heap arrays, and the same on every platform. */
    private static final String PROVIDER = "SunJCE";

    private static final int NONCE_BYTES = 12;
    private static final int ICV_BITS = 128;

    private final Cipher cipher;
    private final int opmode;
    private final byte[] nonce;
    private final byte[] nextNonce;
    private final AlgorithmParameterSpec parameters;
    private final AlgorithmParameterSpec nextParameters;
    private @Nullable SecretKey key;
    private boolean flip;

    private Aead(Cipher cipher, int opmode, EspTransform transform, byte[] keyAndSalt) {
        this.cipher = cipher;
        this.opmode = opmode;
        int keyBytes = transform.keyBytes();
        this.nonce = Arrays.copyOf(Arrays.copyOfRange(keyAndSalt, keyBytes, keyAndSalt.length), NONCE_BYTES);
        this.nextNonce = nonce.clone();
        this.parameters = parameters(transform, nonce);
        this.nextParameters = parameters(transform, nextNonce);
        this.key = new SecretKeySpec(keyAndSalt, 0, keyBytes, algorithm(transform));
    }

    /** For {@code opmode} ENCRYPT_MODE or DECRYPT_MODE. */
    static Aead of(EspTransform transform, Keymat keymat, int opmode) {
        byte[] keyAndSalt = keymat.copyOfRange(0, keymat.length());
        try {
            String name = switch (transform) {
                case AES_128_GCM_16, AES_256_GCM_16 -> "AES/GCM/NoPadding";
                case CHACHA20_POLY1305 -> "ChaCha20-Poly1305";
            };
            return new Aead(Cipher.getInstance(name, PROVIDER), opmode, transform, keyAndSalt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(transform + " is missing from this JDK", e);
        } finally {
            Arrays.fill(keyAndSalt, (byte) 0);
        }
    }

    /**
     * Seals {@code len} octets where they stand, and puts the ICV behind them.
     *
     * @param aadOff the 8 octets of associated data: SPI and sequence number (RFC 4106 §5, RFC 7634 §2.1)
     */
    void seal(long iv, byte[] packet, int aadOff, int off, int len) {
        try {
            start(iv, packet, aadOff);
            cipher.doFinal(packet, off, len, packet, off);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a nonce or a length of ours", e);
        }
    }

    /** Opens {@code len} octets of ciphertext and ICV into {@code out}; false, and nothing readable there, if forged. */
    boolean open(long iv, byte[] packet, int aadOff, int off, int len, byte[] out, int outOff) {
        try {
            start(iv, packet, aadOff);
            cipher.doFinal(packet, off, len, out, outOff);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a length of ours", e);
        }
    }

    private void start(long iv, byte[] packet, int aadOff) throws GeneralSecurityException {
        flip = !flip;
        EspPacket.int64(flip ? nonce : nextNonce, EspTransform.SALT_BYTES, iv);
        cipher.init(opmode, key, flip ? parameters : nextParameters);
        cipher.updateAAD(packet, aadOff, EspPacket.HEADER_BYTES);
    }

    /** Forgets the key, also inside the cipher, which keeps a copy of the last one. */
    void destroy() {
        if (key == null) {
            return;
        }
        byte[] zeroes = new byte[key.getEncoded().length];
        String algorithm = key.getAlgorithm();
        key = null;
        Arrays.fill(nonce, (byte) 0);
        Arrays.fill(nextNonce, (byte) 0);
        try {
            cipher.init(opmode, new SecretKeySpec(zeroes, algorithm), parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a key of ours", e);
        }
    }

    boolean isDestroyed() {
        return key == null;
    }

    private static String algorithm(EspTransform transform) {
        return switch (transform) {
            case AES_128_GCM_16, AES_256_GCM_16 -> "AES";
            case CHACHA20_POLY1305 -> "ChaCha20";
        };
    }

    private static AlgorithmParameterSpec parameters(EspTransform transform, byte[] nonce) {
        return switch (transform) {
            case AES_128_GCM_16, AES_256_GCM_16 -> new ReusedGcmParameters(nonce);
            case CHACHA20_POLY1305 -> new ReusedIvParameters(nonce);
        };
    }

    /** Lends out its array instead of a copy. */
    private static final class ReusedGcmParameters extends GCMParameterSpec {
        private final byte[] nonce;

        ReusedGcmParameters(byte[] nonce) {
            super(ICV_BITS, nonce);
            this.nonce = nonce;
        }

        @Override
        public byte[] getIV() {
            return nonce;
        }
    }

    /** Lends out its array instead of a copy. */
    private static final class ReusedIvParameters extends IvParameterSpec {
        private final byte[] nonce;

        ReusedIvParameters(byte[] nonce) {
            super(nonce);
            this.nonce = nonce;
        }

        @Override
        public byte[] getIV() {
            return nonce;
        }
    }
}
