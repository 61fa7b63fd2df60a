package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.ikev2.Payload;
import java.util.Set;

/**
 * SAg: what a member can do (RFC 9838 §2.3.3). Nothing is negotiated by it.
 *
 * @param suites     of Data-Security SAs
 * @param keyWraps   of the Rekey SA
 * @param signatures of rekey messages; empty where none was named
 */
public record SagPayload(Set<EspSuite> suites, Set<KeyWrapAlgorithm> keyWraps, Set<SignatureAlgorithm> signatures) {
    public SagPayload {
        suites = Set.copyOf(suites);
        keyWraps = Set.copyOf(keyWraps);
        signatures = Set.copyOf(signatures);
    }

    /** All that this implementation can do. */
    public static SagPayload everything() {
        return new SagPayload(
                Set.of(EspSuite.values()), Set.of(KeyWrapAlgorithm.values()), Set.of(SignatureAlgorithm.values()));
    }

    /** The payload: one proposal for ESP and one for the Rekey SA, with the same number. */
    public Payload.SecurityAssociation encode() {
        return pending();
    }

    /** What of a received SAg we know; SPIs, unknown protocols and unknown transforms are passed over. */
    public static SagPayload decode(Payload.SecurityAssociation payload) {
        return pending();
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T pending() {
        throw new UnsupportedOperationException();
    }
}
