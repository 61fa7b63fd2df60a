package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.PayloadChain;
import io.opengcks.protocols.ikev2.Proposal;
import io.opengcks.protocols.ikev2.Transform;
import io.opengcks.protocols.ikev2.WireReader;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SAg (RFC 9838 §2.3.3): what may be combined is said by proposal numbers, and SPIs mean nothing. */
class SagPayloadTest {
    private static final Transform AES_128 = Transform.encryption(Ikev2.ENCR_AES_GCM_16, 128);
    private static final Transform AES_256 = Transform.encryption(Ikev2.ENCR_AES_GCM_16, 256);

    @Test
    void everythingComesBackFromTheWire() throws Exception {
        byte[] chain = PayloadChain.encode(List.of(SagPayload.everything().encode()));
        Payload read =
                PayloadChain.decode(Payload.TYPE_SA, new WireReader(chain)).getFirst();
        assertThat(SagPayload.decode((Payload.SecurityAssociation) read)).containsExactly(SagPayload.everything());
    }

    @Test
    void onlyWhatHasOneNumberGoesTogether() {
        Payload.SecurityAssociation sag = new Payload.SecurityAssociation(List.of(
                proposal(1, Ikev2.PROTOCOL_ESP, AES_128),
                proposal(2, Ikev2.PROTOCOL_ESP, AES_256),
                proposal(1, Ikev2.PROTOCOL_GIKE_UPDATE, Transform.of(Ikev2.TRANSFORM_KWA, 1)),
                proposal(2, Ikev2.PROTOCOL_GIKE_UPDATE, Transform.of(Ikev2.TRANSFORM_KWA, 3))));
        assertThat(SagPayload.suitesWith(KeyWrapAlgorithm.KW_5649_128, sag)).isEqualTo(Set.of(EspSuite.AES_128_GCM_16));
        assertThat(SagPayload.suitesWith(KeyWrapAlgorithm.KW_5649_256, sag)).isEqualTo(Set.of(EspSuite.AES_256_GCM_16));
        assertThat(SagPayload.suitesWith(KeyWrapAlgorithm.KW_5649_192, sag)).isEmpty();
    }

    @Test
    void whatWeDoNotKnowIsPassedOver() {
        Transform unknownAttribute = new Transform(
                Ikev2.TRANSFORM_ENCR,
                Ikev2.ENCR_CHACHA20_POLY1305,
                List.of(new io.opengcks.protocols.ikev2.Attribute.Tv(77, 1)));
        Payload.SecurityAssociation sag = new Payload.SecurityAssociation(List.of(
                proposal(7, Ikev2.PROTOCOL_AH, Transform.of(Ikev2.TRANSFORM_INTEG, 12)),
                proposal(
                        7,
                        Ikev2.PROTOCOL_ESP,
                        Transform.of(Ikev2.TRANSFORM_ENCR, 30),
                        unknownAttribute,
                        Transform.of(99, 1),
                        AES_256),
                proposal(
                        7,
                        Ikev2.PROTOCOL_GIKE_UPDATE,
                        Transform.of(Ikev2.TRANSFORM_KWA, 4),
                        Transform.of(Ikev2.TRANSFORM_KWA, 3))));
        assertThat(SagPayload.decode(sag))
                .containsExactly(new SagPayload(
                        Set.of(EspSuite.AES_256_GCM_16), Set.of(KeyWrapAlgorithm.KW_5649_256), Set.of()));
    }

    @Test
    void theVendorIdIsKnownAgain() {
        assertThat(VendorId.PAYLOAD.data()).isEqualTo(Octets.ofHex("4f70656e47434b5301"));
        assertThat(VendorId.isAmong(List.of(new Payload.Nonce(Octets.ofHex("00")), VendorId.PAYLOAD)))
                .isTrue();
        assertThat(VendorId.isAmong(List.of(new Payload.VendorId(Octets.ofHex("4f70656e47434b5302")))))
                .isTrue();
        assertThat(VendorId.isAmong(List.of(new Payload.VendorId(Octets.ofHex("4f70656e47434b5300")))))
                .isFalse();
        assertThat(VendorId.isAmong(List.of(new Payload.VendorId(Octets.ofHex("4f70656e47434b53")))))
                .isFalse();
    }

    /** With an SPI, which a GCKS does not look at. */
    private static Proposal proposal(int number, int protocolId, Transform... transforms) {
        return new Proposal(number, protocolId, Octets.ofHex("01020304"), List.of(transforms));
    }
}
