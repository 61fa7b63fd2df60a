package io.opengcks.protocols.crypto;

import java.util.Arrays;
import java.util.Optional;

/** Key exchange methods of an IKE SA (transform type 4): RFC 8031, RFC 5903, RFC 3526. In our order of preference. */
public enum KeyExchangeMethod {
    X25519(31, 32, 32),
    ECP_256(19, 64, 32),
    ECP_384(20, 96, 48),
    MODP_2048(14, 256, 256),
    MODP_3072(15, 384, 384),
    MODP_4096(16, 512, 512);

    private final int transformId;
    private final int publicBytes;
    private final int sharedBytes;

    KeyExchangeMethod(int transformId, int publicBytes, int sharedBytes) {
        this.transformId = transformId;
        this.publicBytes = publicBytes;
        this.sharedBytes = sharedBytes;
    }

    /** Transform ID, and group number of the KE payload. */
    public int transformId() {
        return transformId;
    }

    /** Octets of Key Exchange Data. */
    public int publicBytes() {
        return publicBytes;
    }

    /** Octets of the shared secret. */
    public int sharedBytes() {
        return sharedBytes;
    }

    /** The method with this transform ID, where we have it. */
    public static Optional<KeyExchangeMethod> ofTransformId(int transformId) {
        return Arrays.stream(values())
                .filter(method -> method.transformId == transformId)
                .findFirst();
    }
}
