package io.opengcks.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A MAC over the octets of a packet, followed by the upper half of the sequence number where it is extended. */
abstract class PacketMac {
    private final boolean extended;

    private PacketMac(boolean extended) {
        this.extended = extended;
    }

    static PacketMac of(EspIntegrity integrity, byte[] key, boolean extended) throws GeneralSecurityException {
        return switch (integrity) {
            case HMAC_SHA2_256_128 -> new Hmac("HmacSHA256", key, extended);
            case HMAC_SHA2_384_192 -> new Hmac("HmacSHA384", key, extended);
            case HMAC_SHA2_512_256 -> new Hmac("HmacSHA512", key, extended);
            case AES_XCBC_96 -> CbcMac.xcbc(key, extended);
            case AES_CMAC_96 -> CbcMac.cmac(key, extended);
            case NONE -> throw new IllegalArgumentException("no integrity transform");
        };
    }

    /** Leaves the whole MAC in {@link #result}, whose beginning is the ICV. */
    final void compute(long sequence, byte[] packet, int off, int len) throws GeneralSecurityException {
        compute(packet, off, len, (int) (sequence >>> 32), extended);
    }

    abstract void compute(byte[] packet, int off, int len, int upperHalf, boolean withUpperHalf)
            throws GeneralSecurityException;

    abstract byte[] result();

    abstract void forget() throws GeneralSecurityException;

    /** RFC 4868. */
    private static final class Hmac extends PacketMac {
        private final Mac mac;
        private final byte[] result;
        private final byte[] upper = new byte[4];

        Hmac(String name, byte[] key, boolean extended) throws GeneralSecurityException {
            super(extended);
            this.mac = Mac.getInstance(name, PacketCipher.PROVIDER);
            this.result = new byte[mac.getMacLength()];
            mac.init(new SecretKeySpec(key, name));
        }

        @Override
        void compute(byte[] packet, int off, int len, int upperHalf, boolean withUpperHalf)
                throws ShortBufferException {
            mac.update(packet, off, len);
            if (withUpperHalf) {
                EspPacket.int32(upper, 0, upperHalf);
                mac.update(upper, 0, 4);
            }
            mac.doFinal(result, 0);
        }

        @Override
        byte[] result() {
            return result;
        }

        @Override
        void forget() throws GeneralSecurityException {
            mac.init(new SecretKeySpec(new byte[result.length], mac.getAlgorithm()));
        }
    }

    /**
     * CBC-MAC whose last block is changed before it goes in, so that no message can be continued: by one mask if it is full, by
     * another if it had to be filled up.
     */
    private static final class CbcMac extends PacketMac {
        private static final int BLOCK = 16;
        private static final IvParameterSpec ZERO = new IvParameterSpec(new byte[BLOCK]);

        private final Cipher cbc;
        private final byte[] full;
        private final byte[] filledUp;
        private final byte[] result = new byte[BLOCK];
        private SecretKeySpec key;
        private byte[] blocks = new byte[2048];
        private byte[] chain = new byte[2048];

        private CbcMac(SecretKeySpec key, byte[] full, byte[] filledUp, boolean extended)
                throws GeneralSecurityException {
            super(extended);
            this.cbc = PacketCipher.cipher("AES/CBC/NoPadding");
            this.key = key;
            this.full = full;
            this.filledUp = filledUp;
        }

        /** RFC 3566 §4: three keys made from one. */
        static CbcMac xcbc(byte[] key, boolean extended) throws GeneralSecurityException {
            byte[] first = encrypt(key, filled(1));
            CbcMac mac = new CbcMac(
                    new SecretKeySpec(first, "AES"), encrypt(key, filled(2)), encrypt(key, filled(3)), extended);
            Arrays.fill(first, (byte) 0);
            return mac;
        }

        /** RFC 4493 §2.3: two masks made by doubling in GF(2^128). */
        static CbcMac cmac(byte[] key, boolean extended) throws GeneralSecurityException {
            byte[] once = doubled(encrypt(key, filled(0)));
            return new CbcMac(new SecretKeySpec(key, "AES"), once, doubled(once), extended);
        }

        private static byte[] filled(int value) {
            byte[] block = new byte[BLOCK];
            Arrays.fill(block, (byte) value);
            return block;
        }

        private static byte[] encrypt(byte[] key, byte[] block) throws GeneralSecurityException {
            Cipher once = PacketCipher.cipher("AES/ECB/NoPadding");
            once.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return once.doFinal(block);
        }

        private static byte[] doubled(byte[] block) {
            byte[] twice = new byte[BLOCK];
            int carry = 0;
            for (int i = BLOCK - 1; i >= 0; i--) {
                int value = (block[i] & 0xFF) << 1 | carry;
                twice[i] = (byte) value;
                carry = value >> 8;
            }
            twice[BLOCK - 1] ^= (byte) (-carry & 0x87); // no branch on key bits
            return twice;
        }

        @Override
        void compute(byte[] packet, int off, int len, int upperHalf, boolean withUpperHalf)
                throws GeneralSecurityException {
            int octets = len + (withUpperHalf ? 4 : 0);
            int total = (octets + BLOCK - 1) & -BLOCK;
            if (blocks.length < total) {
                blocks = new byte[total];
                chain = new byte[total];
            }
            System.arraycopy(packet, off, blocks, 0, len);
            if (withUpperHalf) {
                EspPacket.int32(blocks, len, upperHalf);
            }
            Arrays.fill(blocks, octets, total, (byte) 0);
            if (octets < total) {
                blocks[octets] = (byte) 0x80;
            }
            byte[] mask = octets < total ? filledUp : full;
            for (int i = 0; i < BLOCK; i++) {
                blocks[total - BLOCK + i] ^= mask[i];
            }
            cbc.init(Cipher.ENCRYPT_MODE, key, ZERO);
            cbc.doFinal(blocks, 0, total, chain, 0);
            System.arraycopy(chain, total - BLOCK, result, 0, BLOCK);
        }

        @Override
        byte[] result() {
            return result;
        }

        @Override
        void forget() throws GeneralSecurityException {
            key = new SecretKeySpec(new byte[BLOCK], "AES");
            Arrays.fill(full, (byte) 0);
            Arrays.fill(filledUp, (byte) 0);
            cbc.init(Cipher.ENCRYPT_MODE, key, ZERO);
        }
    }
}
