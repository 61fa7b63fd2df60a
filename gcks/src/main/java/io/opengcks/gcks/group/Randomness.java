package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import java.security.SecureRandom;

/** Where the core gets keys and SPIs from; a simulation hands in a seeded one. */
interface Randomness {
    void nextBytes(byte[] octets);

    RekeySigner signer(RekeySignatureAlgorithm algorithm);

    default Secret secret(int length) {
        byte[] octets = new byte[length];
        nextBytes(octets);
        return Secret.adopt(octets);
    }

    /** Not 0. */
    default long nonZeroLong() {
        byte[] octets = new byte[Long.BYTES];
        long value;
        do {
            nextBytes(octets);
            value = java.nio.ByteBuffer.wrap(octets).getLong();
        } while (value == 0);
        return value;
    }

    static Randomness of(SecureRandom random) {
        return new Randomness() {
            @Override
            public void nextBytes(byte[] octets) {
                random.nextBytes(octets);
            }

            @Override
            public RekeySigner signer(RekeySignatureAlgorithm algorithm) {
                return RekeySigner.generate(algorithm.algorithm(), random);
            }
        };
    }
}
