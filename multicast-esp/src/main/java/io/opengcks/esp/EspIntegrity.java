package io.opengcks.esp;

/** Integrity transforms for {@link EspTransform}s that have none of their own. The ICV covers SPI to trailer (RFC 4303 §2.8). */
public enum EspIntegrity {
    /** For combined transforms. */
    NONE(0, 0),
    /** RFC 4868. */
    HMAC_SHA2_256_128(32, 16),
    HMAC_SHA2_384_192(48, 24),
    HMAC_SHA2_512_256(64, 32),
    /** RFC 3566. */
    AES_XCBC_96(16, 12),
    /** RFC 4494. */
    AES_CMAC_96(16, 12);

    private final int keyBytes;
    private final int icvBytes;

    EspIntegrity(int keyBytes, int icvBytes) {
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }

    /** Octets of its key, which stands behind that of the cipher in the key material (RFC 7296 §2.17). */
    public int keyBytes() {
        return keyBytes;
    }

    /** Octets of the ICV at the end of each packet. */
    public int icvBytes() {
        return icvBytes;
    }
}
