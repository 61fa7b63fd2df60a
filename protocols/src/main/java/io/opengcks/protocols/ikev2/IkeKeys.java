package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Keys of an IKE SA with an AEAD cipher (RFC 7296 §2.14; SK_ai and SK_ar are empty, RFC 5282 §3). The owner destroys them.
 *
 * @param prf         pseudorandom function of the IKE SA
 * @param derivation  SK_d
 * @param initiator   SK_ei: AES key | salt
 * @param responder   SK_er: AES key | salt
 * @param initiatorId SK_pi
 * @param responderId SK_pr
 */
public record IkeKeys(
        Prf prf, Secret derivation, Secret initiator, Secret responder, Secret initiatorId, Secret responderId) {
    /**
     * Derives the keys.
     *
     * @param shared         g^ir; not destroyed here
     * @param initiatorNonce Ni, 16 to 256 octets
     * @param responderNonce Nr, 16 to 256 octets
     */
    public static IkeKeys derive(
            IkeSuite suite,
            Secret shared,
            byte[] initiatorNonce,
            byte[] responderNonce,
            long initiatorSpi,
            long responderSpi) {
        Prf prf = suite.prf();
        byte[] nonces = ByteBuffer.allocate(initiatorNonce.length + responderNonce.length)
                .put(initiatorNonce)
                .put(responderNonce)
                .array();
        byte[] secret = shared.copy();
        Secret seed = Secret.adopt(prf.compute(Secret.adopt(nonces), secret));
        Arrays.fill(secret, (byte) 0);
        byte[] label = ByteBuffer.allocate(nonces.length + 16)
                .put(nonces)
                .putLong(initiatorSpi)
                .putLong(responderSpi)
                .array();
        int prfBytes = prf.keyBytes();
        int keyBytes = suite.encryptionKeyBytes();
        Secret all = prf.expand(seed, label, 3 * prfBytes + 2 * keyBytes);
        int[] at = {0};
        Secret[] cut = Stream.of(prfBytes, keyBytes, keyBytes, prfBytes, prfBytes)
                .map(length -> all.slice(at[0], at[0] += length))
                .toArray(Secret[]::new);
        all.destroy();
        seed.destroy();
        return new IkeKeys(prf, cut[0], cut[1], cut[2], cut[3], cut[4]);
    }

    /** Overwrites all of them. */
    public void destroy() {
        Stream.of(derivation, initiator, responder, initiatorId, responderId).forEach(Secret::destroy);
    }
}
