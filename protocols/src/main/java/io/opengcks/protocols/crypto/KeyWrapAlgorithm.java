package io.opengcks.protocols.crypto;

/** AES key wrap with padding (RFC 5649) as key wrap algorithm of G-IKEv2 (RFC 9838 §4.4.2.1.2). */
public enum KeyWrapAlgorithm {
    KW_5649_128(1, 16),
    KW_5649_192(2, 24),
    KW_5649_256(3, 32);

    private final int transformId;
    private final int keyBytes;

    KeyWrapAlgorithm(int transformId, int keyBytes) {
        this.transformId = transformId;
        this.keyBytes = keyBytes;
    }

    /** Transform ID of transform type 13. */
    public int transformId() {
        return transformId;
    }

    /** Octets of the key wrap key. */
    public int keyBytes() {
        return keyBytes;
    }
}
