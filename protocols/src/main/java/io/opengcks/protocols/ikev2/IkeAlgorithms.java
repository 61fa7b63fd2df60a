package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import java.util.List;

/**
 * Algorithms that one side takes for an IKE SA, each list with the preferred one first. Encryption is AES-GCM with a
 * 16-octet ICV.
 *
 * @param encryptionBits 256 and 128, or one of them
 * @param prfs           pseudorandom functions
 * @param keyExchanges   key exchange methods
 * @param keyWraps       key wrap algorithms (RFC 9838 §4.5.4)
 */
public record IkeAlgorithms(
        List<Integer> encryptionBits,
        List<Prf> prfs,
        List<KeyExchangeMethod> keyExchanges,
        List<KeyWrapAlgorithm> keyWraps) {
    public IkeAlgorithms {
        encryptionBits = List.copyOf(encryptionBits);
        prfs = List.copyOf(prfs);
        keyExchanges = List.copyOf(keyExchanges);
        keyWraps = List.copyOf(keyWraps);
        if (encryptionBits.isEmpty() || prfs.isEmpty() || keyExchanges.isEmpty() || keyWraps.isEmpty()) {
            throw new IllegalArgumentException("at least one algorithm of each kind");
        }
    }

    /** Every cipher and pseudorandom function, the stronger key first. */
    public static IkeAlgorithms of(List<KeyExchangeMethod> keyExchanges, List<KeyWrapAlgorithm> keyWraps) {
        return new IkeAlgorithms(List.of(256, 128), List.of(Prf.values()), keyExchanges, keyWraps);
    }
}
