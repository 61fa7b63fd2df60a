package io.opengcks.gcks.group;

/** How rekey messages are signed (RFC 9838 §4.4.2.1.1). */
public enum RekeySignatureAlgorithm {
    ED25519,
    ECDSA_P256
}
