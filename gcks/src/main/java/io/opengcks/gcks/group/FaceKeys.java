package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Hkdf;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;

/**
 * Keys of a face from the secrets of the key tree. Members only ever see derived keys, so that one tree serves the members of every
 * face and no octet string is used under two algorithms.
 */
final class FaceKeys {
    private FaceKeys() {}

    /**
     * The key of a tree node in the eyes of one face: HKDF-SHA256 (RFC 5869) with the label of the face.
     *
     * @param secret 32 octets; destroyed here
     */
    static Secret nodeKey(Face face, byte[] secret, KeyWrapAlgorithm keyWrap) {
        Secret input = Secret.adopt(secret);
        try {
            return Hkdf.derive(input, "opengcks " + face.label() + " node key", keyWrap.keyBytes());
        } finally {
            input.destroy();
        }
    }
}
