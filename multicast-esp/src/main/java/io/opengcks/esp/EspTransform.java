package io.opengcks.esp;

/**
 * Combined mode transforms of ESP. KEYMAT is the cipher key followed by 4 octets of salt (RFC 4106 §8.1, RFC 7634 §4,
 * RFC 9838 §3.4); the nonce of a packet is salt | 8 octets of IV.
 */
public enum EspTransform {
    AES_128_GCM_16(16),
    AES_256_GCM_16(32),
    CHACHA20_POLY1305(32);

    /** Octets of salt at the end of KEYMAT. */
    static final int SALT_BYTES = 4;

    private final int keyBytes;

    EspTransform(int keyBytes) {
        this.keyBytes = keyBytes;
    }

    /** Octets of the cipher key, without the salt. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Octets of KEYMAT: key and salt. */
    public int keymatBytes() {
        return keyBytes + SALT_BYTES;
    }

    /** Octets of the IV that each packet carries after its ESP header. */
    public int ivBytes() {
        return 8;
    }

    /** Octets of the ICV at the end of each packet. */
    public int icvBytes() {
        return 16;
    }
}
