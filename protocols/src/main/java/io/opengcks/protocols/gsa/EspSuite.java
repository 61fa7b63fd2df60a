package io.opengcks.protocols.gsa;

/** AEAD transforms of a Data-Security SA (RFC 4106, RFC 7634). KEYMAT is key | 4 octets of salt (RFC 9838 §3.4). */
public enum EspSuite {
    AES_128_GCM_16(20, 128, 16),
    AES_256_GCM_16(20, 256, 32),
    CHACHA20_POLY1305(28, 0, 32);

    private final int transformId;
    private final int keyLengthAttribute;
    private final int keyBytes;

    EspSuite(int transformId, int keyLengthAttribute, int keyBytes) {
        this.transformId = transformId;
        this.keyLengthAttribute = keyLengthAttribute;
        this.keyBytes = keyBytes;
    }

    /** Transform ID of transform type 1 (ENCR). */
    public int transformId() {
        return transformId;
    }

    /** Bits of the Key Length attribute; 0 where the transform has none. */
    public int keyLengthAttribute() {
        return keyLengthAttribute;
    }

    /** Octets of the cipher key, without the salt. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Octets of KEYMAT: key and salt. */
    public int keymatBytes() {
        return keyBytes + 4;
    }
}
