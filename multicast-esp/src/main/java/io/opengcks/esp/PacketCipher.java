package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * Encryption and ICV of the packets of one SA in one direction; used by one thread. A packet lies in an array from
 * {@code off} on: ESP header, IV, then from {@code start} on {@code len} octets of payload, padding and trailer, then the
 * ICV. Sequence numbers come whole, 64 bits, also where the packet carries the lower half (RFC 4303 §2.2.1).
 */
abstract class PacketCipher {
    /** Fastest of the JDK's own on heap arrays, and the same on every platform. */
    static final String PROVIDER = "SunJCE";

    private boolean destroyed;

    /** For {@code opmode} ENCRYPT_MODE or DECRYPT_MODE. */
    static PacketCipher of(SaParameters sa, int opmode) {
        EspTransform transform = sa.transform();
        Keymat keymat = sa.keymat();
        int keyEnd = transform.keyBytes();
        byte[] key = keymat.copyOfRange(0, keyEnd);
        byte[] salt = keymat.copyOfRange(keyEnd, transform.keymatBytes());
        byte[] integrityKey = keymat.copyOfRange(transform.keymatBytes(), keymat.length());
        try {
            return switch (transform.mode()) {
                case GCM ->
                    transform.icvBytes() >= ShortIcvGcm.SHORTEST_OF_THE_PROVIDER
                            ? new AeadCipher(sa, opmode, key, salt)
                            : new ShortIcvGcm(sa, key, salt);
                case CHACHA20_POLY1305 -> new AeadCipher(sa, opmode, key, salt);
                case GMAC -> new GmacCipher(sa, opmode, key, salt);
                case CCM -> new CcmCipher(sa, key, salt);
                case CTR, CBC, NULL -> new CipherThenMac(sa, opmode, key, salt, integrityKey);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(transform + " with " + sa.integrity() + " is missing from this JDK", e);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(salt, (byte) 0);
            Arrays.fill(integrityKey, (byte) 0);
        }
    }

    /**
     * Writes the IV, encrypts where the octets stand, and writes the ICV.
     *
     * @param iv unique under the key: Sender-ID and counter
     */
    final void seal(long sequence, long iv, byte[] packet, int off, int start, int len) {
        try {
            encrypt(sequence, iv, packet, off, start, len);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a nonce or a length of ours", e);
        }
    }

    /** Opens into {@code out}, which may be {@code packet} with {@code outOff} up to {@code start}; false if forged. */
    final boolean open(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff) {
        try {
            return decrypt(sequence, packet, off, start, len, out, outOff);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a length of ours", e);
        }
    }

    abstract void encrypt(long sequence, long iv, byte[] packet, int off, int start, int len)
            throws GeneralSecurityException;

    abstract boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException;

    /** Makes the provider's objects forget the key, of which they keep copies. */
    abstract void forget() throws GeneralSecurityException;

    final void destroy() {
        if (destroyed) {
            return;
        }
        destroyed = true;
        try {
            forget();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cipher refused a key of ours", e);
        }
    }

    final boolean isDestroyed() {
        return destroyed;
    }

    static Cipher cipher(String name) throws GeneralSecurityException {
        return Cipher.getInstance(name, PROVIDER);
    }

    /** Compares in a time that does not depend on where the octets differ. */
    static boolean same(byte[] one, int oneOff, byte[] other, int otherOff, int len) {
        int difference = 0;
        for (int i = 0; i < len; i++) {
            difference |= one[oneOff + i] ^ other[otherOff + i];
        }
        return difference == 0;
    }

    /** Lends out its array instead of a copy. */
    static final class ReusedIv extends IvParameterSpec {
        private final byte[] iv;

        ReusedIv(byte[] iv) {
            super(iv);
            this.iv = iv;
        }

        @Override
        public byte[] getIV() {
            return iv;
        }
    }
}
