package io.opengcks.protocols.ikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.gsa.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IkeSuiteTest {
    private static final Octets NO_SPI = Octets.of(new byte[0]);
    private static final Transform GCM_256 = Transform.encryption(Ikev2.ENCR_AES_GCM_16, 256);
    private static final Transform GCM_128 = Transform.encryption(Ikev2.ENCR_AES_GCM_16, 128);
    private static final Transform SHA_256 = Transform.of(Ikev2.TRANSFORM_PRF, 5);
    private static final Transform X25519 = Transform.of(Ikev2.TRANSFORM_KE, 31);
    private static final Transform P_256 = Transform.of(Ikev2.TRANSFORM_KE, 19);
    private static final Transform KWA_256 = Transform.of(Ikev2.TRANSFORM_KWA, 3);
    private static final Transform KWA_128 = Transform.of(Ikev2.TRANSFORM_KWA, 1);
    private static final IkeAlgorithms OURS =
            IkeAlgorithms.of(List.of(KeyExchangeMethod.values()), List.of(KeyWrapAlgorithm.KW_5649_256));

    @Test
    void ourPreferenceDecidesInsideAProposal() {
        var chosen = choose(proposal(1, GCM_128, GCM_256, SHA_256, P_256, X25519, KWA_128, KWA_256));

        assertThat(chosen).contains(new IkeSuite.Chosen(1, suite(256, KeyExchangeMethod.X25519, true)));
        assertThat(chosen.orElseThrow().suite().proposal(1).transforms())
                .containsExactly(GCM_256, SHA_256, X25519, KWA_256);
    }

    @Test
    void theFirstProposalThatFitsIsTaken() {
        Transform cbc = Transform.encryption(12, 256);
        Transform hmac = Transform.of(Ikev2.TRANSFORM_INTEG, 12);
        assertThat(choose(
                        proposal(1, cbc, hmac, SHA_256, X25519, KWA_256),
                        proposal(2, GCM_128, SHA_256, P_256, KWA_256),
                        proposal(3, GCM_256, SHA_256, X25519, KWA_256)))
                .contains(new IkeSuite.Chosen(2, suite(128, KeyExchangeMethod.ECP_256, true)));
    }

    @Test
    void aProposalWithKeyWrapGoesBeforeOneWithout() {
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519), proposal(2, GCM_128, SHA_256, X25519, KWA_256)))
                .contains(new IkeSuite.Chosen(2, suite(128, KeyExchangeMethod.X25519, true)));
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519)))
                .contains(new IkeSuite.Chosen(1, suite(256, KeyExchangeMethod.X25519, false)));
    }

    @Test
    void everyTransformTypeOfAProposalMustHaveSomethingForUs() {
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519, KWA_128))).isEmpty();
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519, KWA_256, Transform.of(6, 35))))
                .as("an additional key exchange (RFC 9370)")
                .isEmpty();
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519, KWA_256, Transform.of(Ikev2.TRANSFORM_INTEG, 12))))
                .as("integrity beside AEAD")
                .isEmpty();
        assertThat(choose(proposal(1, GCM_256, SHA_256, X25519, KWA_256, Transform.of(Ikev2.TRANSFORM_INTEG, 0))))
                .isPresent();
        assertThat(choose(proposal(1, SHA_256, X25519, KWA_256))).isEmpty();
        assertThat(choose(proposal(1, GCM_256, X25519, KWA_256))).isEmpty();
        assertThat(choose(proposal(1, GCM_256, SHA_256, KWA_256))).isEmpty();
        assertThat(choose(new Proposal(1, Ikev2.PROTOCOL_ESP, NO_SPI, List.of(GCM_256, SHA_256, X25519, KWA_256))))
                .isEmpty();
        assertThat(choose(proposal(1, Transform.of(Ikev2.TRANSFORM_ENCR, 20), SHA_256, X25519, KWA_256)))
                .as("AES without a key length")
                .isEmpty();
        assertThat(choose()).isEmpty();
    }

    @Test
    void theInitiatorTakesOnlyWhatItOffered() {
        Proposal offer = IkeSuite.offer(OURS);
        assertThat(choose(offer).orElseThrow().suite().proposal(1).transforms()).hasSize(4);

        assertThat(IkeSuite.accept(List.of(proposal(1, GCM_256, SHA_256, X25519, KWA_256)), OURS))
                .contains(suite(256, KeyExchangeMethod.X25519, true));
        for (Proposal wrong : List.of(
                offer,
                proposal(2, GCM_256, SHA_256, X25519, KWA_256),
                proposal(1, GCM_256, SHA_256, X25519),
                proposal(1, GCM_256, SHA_256, X25519, KWA_128),
                proposal(1, GCM_256, GCM_128, SHA_256, X25519, KWA_256),
                proposal(1, GCM_256, SHA_256, KWA_256))) {
            assertThat(IkeSuite.accept(List.of(wrong), OURS)).as("%s", wrong).isEmpty();
        }
        Proposal good = proposal(1, GCM_256, SHA_256, X25519, KWA_256);
        assertThat(IkeSuite.accept(List.of(good, good), OURS)).isEmpty();
    }

    private static IkeSuite suite(int bits, KeyExchangeMethod method, boolean keyWrap) {
        return new IkeSuite(
                bits,
                Prf.HMAC_SHA2_256,
                method,
                keyWrap ? Optional.of(KeyWrapAlgorithm.KW_5649_256) : Optional.empty());
    }

    private static Optional<IkeSuite.Chosen> choose(Proposal... proposals) {
        return IkeSuite.choose(Arrays.asList(proposals), OURS);
    }

    private static Proposal proposal(int number, Transform... transforms) {
        return new Proposal(number, Ikev2.PROTOCOL_IKE, NO_SPI, new ArrayList<>(Arrays.asList(transforms)));
    }
}
