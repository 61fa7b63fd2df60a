package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.SignatureAlgorithm;

/** How rekey messages are signed (RFC 9838 §4.4.2.1.1). */
public enum RekeySignatureAlgorithm {
    ED25519(SignatureAlgorithm.ED25519),
    ECDSA_P256(SignatureAlgorithm.ECDSA_SHA256);

    private final SignatureAlgorithm algorithm;

    RekeySignatureAlgorithm(SignatureAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    SignatureAlgorithm algorithm() {
        return algorithm;
    }
}
