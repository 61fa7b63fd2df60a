package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Proposal;
import io.opengcks.protocols.ikev2.Transform;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * SAg: what a member can do (RFC 9838 §2.3.3). Nothing is negotiated by it. Proposals with one number belong together: what a
 * group uses has to be found whole in one such set. OpenGCKS can combine whatever it names, so it sends one set.
 *
 * @param suites     of Data-Security SAs
 * @param keyWraps   of the Rekey SA
 * @param signatures of rekey messages; empty where none was named
 */
public record SagPayload(Set<EspSuite> suites, Set<KeyWrapAlgorithm> keyWraps, Set<SignatureAlgorithm> signatures) {
    private static final Octets NO_SPI = Octets.of(new byte[0]);

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

    /** The payload: one proposal for the Rekey SA and one for ESP, with the same number. */
    public Payload.SecurityAssociation encode() {
        List<Transform> rekey = new ArrayList<>();
        rekey.add(Transform.encryption(Ikev2.ENCR_AES_GCM_16, 256));
        rekey.add(Transform.encryption(Ikev2.ENCR_AES_GCM_16, 128));
        // One GCAUTH an algorithm says which signatures can be verified.
        inOrder(SignatureAlgorithm.class, signatures)
                .forEach(algorithm -> rekey.add(Transform.digitalSignature(algorithm.identifier())));
        inOrder(KeyWrapAlgorithm.class, keyWraps)
                .forEach(algorithm -> rekey.add(Transform.of(Ikev2.TRANSFORM_KWA, algorithm.transformId())));
        List<Transform> esp = new ArrayList<>();
        inOrder(EspSuite.class, suites)
                .forEach(suite -> esp.add(
                        suite.keyLengthAttribute() == 0
                                ? Transform.of(Ikev2.TRANSFORM_ENCR, suite.transformId())
                                : Transform.encryption(suite.transformId(), suite.keyLengthAttribute())));
        esp.add(Transform.of(Ikev2.TRANSFORM_SN, Ikev2.SN_32_BIT_SEQUENTIAL));
        esp.add(Transform.of(Ikev2.TRANSFORM_SN, Ikev2.SN_32_BIT_UNSPECIFIED));
        return new Payload.SecurityAssociation(List.of(
                new Proposal(1, Ikev2.PROTOCOL_GIKE_UPDATE, NO_SPI, rekey),
                new Proposal(1, Ikev2.PROTOCOL_ESP, NO_SPI, esp)));
    }

    /**
     * What of a received SAg we know: one element a proposal number, in the order of the payload. SPIs, unknown protocols and
     * unknown transforms are passed over.
     */
    public static List<SagPayload> decode(Payload.SecurityAssociation payload) {
        List<Proposal> proposals = payload.proposals();
        return proposals.stream()
                .map(Proposal::number)
                .distinct()
                .map(number -> of(proposals.stream()
                        .filter(proposal -> proposal.number() == number)
                        .toList()))
                .toList();
    }

    /**
     * Suites that the member can take together with this key wrap algorithm. Empty: the member said that there are none,
     * which is not the same as having said nothing.
     */
    public static Set<EspSuite> suitesWith(KeyWrapAlgorithm keyWrap, Payload.SecurityAssociation payload) {
        Set<EspSuite> suites = EnumSet.noneOf(EspSuite.class);
        decode(payload).stream()
                .filter(set -> set.keyWraps.contains(keyWrap))
                .forEach(set -> suites.addAll(set.suites));
        return suites;
    }

    private static SagPayload of(List<Proposal> proposals) {
        Set<EspSuite> suites = EnumSet.noneOf(EspSuite.class);
        Set<KeyWrapAlgorithm> keyWraps = EnumSet.noneOf(KeyWrapAlgorithm.class);
        Set<SignatureAlgorithm> signatures = EnumSet.noneOf(SignatureAlgorithm.class);
        for (Proposal proposal : proposals) {
            if (proposal.protocolId() == Ikev2.PROTOCOL_ESP) {
                proposal.transformsOf(Ikev2.TRANSFORM_ENCR)
                        .forEach(transform -> SaPolicies.suite(transform).ifPresent(suites::add));
            } else if (proposal.protocolId() == Ikev2.PROTOCOL_GIKE_UPDATE) {
                proposal.transformsOf(Ikev2.TRANSFORM_KWA)
                        .forEach(transform -> SaPolicies.keyWrap(transform).ifPresent(keyWraps::add));
                proposal.transformsOf(Ikev2.TRANSFORM_GCAUTH).stream()
                        .flatMap(transform -> transform.signatureAlgorithm().stream())
                        .forEach(identifier -> SignatureAlgorithm.of(identifier).ifPresent(signatures::add));
            }
        }
        return new SagPayload(suites, keyWraps, signatures);
    }

    private static <E extends Enum<E>> Set<E> inOrder(Class<E> type, Set<E> values) {
        Set<E> ordered = EnumSet.noneOf(type);
        ordered.addAll(values);
        return ordered;
    }
}
