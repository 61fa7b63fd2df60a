package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.gsa.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the two sides of an IKE SA agreed on (RFC 7296 §2.7, RFC 9838 §2.3). Encryption is AES-GCM with a 16-octet ICV.
 *
 * @param encryptionBits 128 or 256
 * @param prf            pseudorandom function
 * @param keyExchange    method of the KE payloads
 * @param keyWrap        how keys that travel on the IKE SA are wrapped; empty: the peer proposed none, so that it can
 *                       authenticate and learn why it gets no keys (RFC 9838 §4.5.4)
 */
public record IkeSuite(int encryptionBits, Prf prf, KeyExchangeMethod keyExchange, Optional<KeyWrapAlgorithm> keyWrap) {
    /** Octets of SK_ei and SK_er: key and salt (RFC 5282 §3). */
    public int encryptionKeyBytes() {
        return encryptionBits / 8 + 4;
    }

    /** The proposal of SAr1: one transform of each type (RFC 7296 §2.7). */
    public Proposal proposal(int number) {
        List<Transform> transforms = new ArrayList<>();
        transforms.add(Transform.encryption(Ikev2.ENCR_AES_GCM_16, encryptionBits));
        transforms.add(Transform.of(Ikev2.TRANSFORM_PRF, prf.transformId()));
        transforms.add(Transform.of(Ikev2.TRANSFORM_KE, keyExchange.transformId()));
        keyWrap.ifPresent(kwa -> transforms.add(Transform.of(Ikev2.TRANSFORM_KWA, kwa.transformId())));
        return new Proposal(number, Ikev2.PROTOCOL_IKE, Octets.of(new byte[0]), transforms);
    }

    /** The proposal of SAi1: everything we take, preferred first. */
    public static Proposal offer(IkeAlgorithms ours) {
        List<Transform> transforms = new ArrayList<>();
        ours.encryptionBits().forEach(bits -> transforms.add(Transform.encryption(Ikev2.ENCR_AES_GCM_16, bits)));
        for (Prf prf : ours.prfs()) {
            transforms.add(Transform.of(Ikev2.TRANSFORM_PRF, prf.transformId()));
        }
        ours.keyExchanges().forEach(method -> transforms.add(Transform.of(Ikev2.TRANSFORM_KE, method.transformId())));
        ours.keyWraps().forEach(kwa -> transforms.add(Transform.of(Ikev2.TRANSFORM_KWA, kwa.transformId())));
        return new Proposal(1, Ikev2.PROTOCOL_IKE, Octets.of(new byte[0]), transforms);
    }

    /** A selection, with the number of the proposal it was made from. */
    public record Chosen(int proposal, IkeSuite suite) {}

    /**
     * The responder's choice (RFC 7296 §2.7, §3.3.6): the first proposal in which every transform type is one we know and
     * has a transform we take, and in it our preference. A proposal with a key wrap algorithm is taken before one without.
     *
     * @param ours what we take
     * @return empty: NO_PROPOSAL_CHOSEN
     */
    public static Optional<Chosen> choose(List<Proposal> proposals, IkeAlgorithms ours) {
        Optional<Chosen> without = Optional.empty();
        for (Proposal proposal : proposals) {
            Optional<IkeSuite> suite = suite(proposal, ours);
            if (suite.isPresent()) {
                Chosen chosen = new Chosen(proposal.number(), suite.get());
                if (suite.get().keyWrap().isPresent()) {
                    return Optional.of(chosen);
                }
                without = without.isPresent() ? without : Optional.of(chosen);
            }
        }
        return without;
    }

    /**
     * The initiator's reading of SAr1: one proposal with one transform of each type, all of them offered.
     *
     * @return empty: the responder chose something that was not offered
     */
    public static Optional<IkeSuite> accept(List<Proposal> proposals, IkeAlgorithms ours) {
        if (proposals.size() != 1) {
            return Optional.empty();
        }
        Proposal proposal = proposals.getFirst();
        boolean one = proposal.number() == 1
                && proposal.transforms().stream()
                        .allMatch(transform ->
                                proposal.transformsOf(transform.type()).size() == 1);
        return one ? suite(proposal, ours).filter(suite -> suite.keyWrap().isPresent()) : Optional.empty();
    }

    private static Optional<IkeSuite> suite(Proposal proposal, IkeAlgorithms ours) {
        if (proposal.protocolId() != Ikev2.PROTOCOL_IKE || proposal.spi().length() != 0) {
            return Optional.empty();
        }
        for (Transform transform : proposal.transforms()) {
            boolean known = switch (transform.type()) {
                case Ikev2.TRANSFORM_ENCR, Ikev2.TRANSFORM_PRF, Ikev2.TRANSFORM_KE, Ikev2.TRANSFORM_KWA -> true;
                // AEAD: integrity is absent or NONE (RFC 7296 §3.3.3).
                case Ikev2.TRANSFORM_INTEG -> offered(proposal, Ikev2.TRANSFORM_INTEG, Ikev2.INTEG_NONE);
                default -> false;
            };
            if (!known) {
                return Optional.empty();
            }
        }
        Optional<Integer> bits = ours.encryptionBits().stream()
                .filter(length -> proposal.transformsOf(Ikev2.TRANSFORM_ENCR).stream()
                        .anyMatch(transform -> transform.id() == Ikev2.ENCR_AES_GCM_16
                                && !transform.hasUnknownAttribute()
                                && transform.keyLength().orElse(0) == length))
                .findFirst();
        Optional<Prf> prf = ours.prfs().stream()
                .filter(candidate -> offered(proposal, Ikev2.TRANSFORM_PRF, candidate.transformId()))
                .findFirst();
        Optional<KeyExchangeMethod> keyExchange = ours.keyExchanges().stream()
                .filter(method -> offered(proposal, Ikev2.TRANSFORM_KE, method.transformId()))
                .findFirst();
        boolean wraps = !proposal.transformsOf(Ikev2.TRANSFORM_KWA).isEmpty();
        Optional<KeyWrapAlgorithm> keyWrap = ours.keyWraps().stream()
                .filter(kwa -> offered(proposal, Ikev2.TRANSFORM_KWA, kwa.transformId()))
                .findFirst();
        if (bits.isEmpty() || prf.isEmpty() || keyExchange.isEmpty() || wraps != keyWrap.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new IkeSuite(bits.get(), prf.get(), keyExchange.get(), keyWrap));
    }

    /** True if {@code proposal} has the transform, without any attribute: none of these kinds takes one. */
    private static boolean offered(Proposal proposal, int type, int id) {
        return proposal.transformsOf(type).stream()
                .anyMatch(transform ->
                        transform.id() == id && transform.attributes().isEmpty());
    }
}
