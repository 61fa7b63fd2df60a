package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-CCM (RFC 4309, RFC 3610), also with implicit IV (RFC 8750). The JDK has no CCM, but both of its parts: CBC, whose last
 * block is the MAC, and counter mode.
 */
final class CcmCipher extends PacketCipher {
    private static final int BLOCK = 16;
    /** Octets of the length field: 15 less the nonce of 11 (RFC 4309 §4). */
    private static final int LENGTH_BYTES = 4;

    private static final int SALT_BYTES = 3;
    private static final IvParameterSpec ZERO = new IvParameterSpec(new byte[BLOCK]);

    private final Cipher cbc = cipher("AES/CBC/NoPadding");
    private final Cipher counter = cipher("AES/CTR/NoPadding");
    private final boolean extended;
    private final boolean implicitIv;
    private final int icvBytes;
    /** Flags | salt | IV | counter. */
    private final byte[] counterBlock = new byte[BLOCK];

    private final byte[] keyStream = new byte[BLOCK];
    private SecretKey key;
    /** What is authenticated: first block, associated data, payload, each filled up to whole blocks. */
    private byte[] blocks = new byte[2048];

    private byte[] mac = new byte[2048];

    CcmCipher(SaParameters sa, byte[] key, byte[] salt) throws GeneralSecurityException {
        this.extended = sa.extended();
        this.implicitIv = sa.transform().implicitIv();
        this.icvBytes = sa.icvBytes();
        this.key = new SecretKeySpec(key, "AES");
        counterBlock[0] = LENGTH_BYTES - 1;
        System.arraycopy(salt, 0, counterBlock, 1, SALT_BYTES);
    }

    @Override
    void encrypt(long sequence, long iv, byte[] packet, int off, int start, int len) throws GeneralSecurityException {
        if (!implicitIv) {
            EspPacket.int64(packet, off + EspPacket.HEADER_BYTES, iv);
        }
        begin(implicitIv ? sequence : iv);
        int last = authenticate(sequence, packet, off, packet, start, len);
        counter.doFinal(packet, start, len, packet, start);
        for (int i = 0; i < icvBytes; i++) {
            packet[start + len + i] = (byte) (mac[last + i] ^ keyStream[i]);
        }
    }

    @Override
    boolean decrypt(long sequence, byte[] packet, int off, int start, int len, byte[] out, int outOff)
            throws GeneralSecurityException {
        begin(implicitIv ? sequence : EspPacket.int64(packet, off + EspPacket.HEADER_BYTES));
        byte[] plain = counter.doFinal(packet, start, len);
        int last = authenticate(sequence, packet, off, plain, 0, len);
        for (int i = 0; i < icvBytes; i++) {
            mac[last + i] ^= keyStream[i];
        }
        if (!same(mac, last, packet, start + len, icvBytes)) {
            return false;
        }
        System.arraycopy(plain, 0, out, outOff, len);
        return true;
    }

    /** Starts the key stream, whose first block hides the MAC. */
    private void begin(long iv) throws GeneralSecurityException {
        EspPacket.int64(counterBlock, 1 + SALT_BYTES, iv);
        counter.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counterBlock));
        Arrays.fill(keyStream, (byte) 0);
        counter.update(keyStream, 0, BLOCK, keyStream, 0);
    }

    /** Leaves the CBC-MAC in {@link #mac} and says where (RFC 3610 §2.2). */
    private int authenticate(long sequence, byte[] packet, int off, byte[] payload, int payloadOff, int len)
            throws GeneralSecurityException {
        int filled = (len + BLOCK - 1) & -BLOCK;
        int total = 2 * BLOCK + filled;
        if (blocks.length < total) {
            blocks = new byte[total];
            mac = new byte[total];
        }
        System.arraycopy(counterBlock, 0, blocks, 0, BLOCK);
        blocks[0] = (byte) (0x40 | ((icvBytes - 2) / 2) << 3 | (LENGTH_BYTES - 1));
        EspPacket.int32(blocks, BLOCK - LENGTH_BYTES, len);
        Arrays.fill(blocks, BLOCK, 2 * BLOCK, (byte) 0);
        EspPacket.int16(blocks, BLOCK, extended ? 12 : 8);
        System.arraycopy(packet, off, blocks, BLOCK + 2, 4);
        if (extended) {
            EspPacket.int64(blocks, BLOCK + 6, sequence);
        } else {
            EspPacket.int32(blocks, BLOCK + 6, (int) sequence);
        }
        System.arraycopy(payload, payloadOff, blocks, 2 * BLOCK, len);
        Arrays.fill(blocks, 2 * BLOCK + len, total, (byte) 0);
        cbc.init(Cipher.ENCRYPT_MODE, key, ZERO);
        cbc.doFinal(blocks, 0, total, mac, 0);
        return total - BLOCK;
    }

    @Override
    void forget() throws GeneralSecurityException {
        key = new SecretKeySpec(new byte[key.getEncoded().length], "AES");
        Arrays.fill(counterBlock, (byte) 0);
        Arrays.fill(keyStream, (byte) 0);
        Arrays.fill(blocks, (byte) 0);
        cbc.init(Cipher.ENCRYPT_MODE, key, ZERO);
        counter.init(Cipher.ENCRYPT_MODE, key, ZERO);
    }
}
