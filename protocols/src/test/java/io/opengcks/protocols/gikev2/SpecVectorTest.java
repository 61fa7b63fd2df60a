package io.opengcks.protocols.gikev2;

import static io.opengcks.protocols.gikev2.SpecVectors.counting;
import static io.opengcks.protocols.gikev2.SpecVectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** G-IKEv2 byte for byte: the expected values were computed elsewhere from RFC 9838. */
class SpecVectorTest {
    @ParameterizedTest
    @CsvSource({
        "KW_5649_128, b169180742eb22165048cce7281f2e65",
        "KW_5649_192, b169180742eb22165048cce7281f2e65465010931c41a1b3",
        "KW_5649_256, b169180742eb22165048cce7281f2e65465010931c41a1b39a8492aff33a06d4"
    })
    void theWrapKeyOfAnIkeSa(KeyWrapAlgorithm algorithm, String expected) {
        Secret skD = Secret.adopt(counting(0, 32));
        assertThat(RegistrationPayloads.wrapKey(Prf.HMAC_SHA2_256, skD, algorithm)
                        .copy())
                .isEqualTo(hex(expected));
    }

    @Test
    void theSaKeyAttribute() throws Exception {
        Secret gskW = Secret.adopt(hex("b169180742eb22165048cce7281f2e65465010931c41a1b39a8492aff33a06d4"));
        Secret keymat = Secret.adopt(counting(0x40, 36));
        WrappedKey wrapped = WrappedKey.wrap(0, keymat, 0, gskW);
        WireWriter out = new WireWriter();
        io.opengcks.protocols.ikev2.Attribute.encodeAll(List.of(wrapped.encode(1)), out);
        assertThat(out.toByteArray())
                .isEqualTo(hex("0001 0038 00000000 00000000"
                        + "24c1a8294162205d9398add4d53a513116f1d4d96ccbf4575a15530d2486a604"
                        + "3cb67e5a4a9f8c4fe0d807698cdad154"));
        assertThat(wrapped.unwrap(gskW, 36).sameAs(keymat)).isTrue();
    }

    @Test
    void theCompleteRekeyMessageIsSealed() throws Exception {
        byte[] message = RekeyMessage.seal(
                SpecVectors.current(), SpecVectors.MESSAGE_ID, SpecVectors.rekey(), SpecVectors.signer(), false);
        assertThat(HexFormat.of().formatHex(message)).isEqualTo(SpecVectors.MESSAGE.replaceAll("\\s", ""));
        assertThat(Providers.digest("SHA-256").digest(message))
                .isEqualTo(hex("d0e787b0fcb35bcc8e35083e50673c3c351c3008669666863b0c55a04f6f66fb"));
    }

    @Test
    void theCompleteRekeyMessageIsOpened() throws Exception {
        byte[] message = hex(SpecVectors.MESSAGE);
        assertThat(RekeyMessage.spi(message)).isEqualTo(SpecVectors.current().spi());
        RekeyMessage.Opened opened =
                RekeyMessage.open(message, SpecVectors.current(), SpecVectors.MESSAGE_ID, KeyPath.EMPTY, false);
        assertThat(opened)
                .isEqualTo(new RekeyMessage.Opened.Updated(
                        SpecVectors.MESSAGE_ID,
                        SpecVectors.current(),
                        Optional.of(SpecVectors.next()),
                        KeyPath.EMPTY,
                        List.of(),
                        List.of(),
                        false,
                        List.of(),
                        new GroupWidePolicy(5, 10)));
    }

    @Test
    void aSecondCopyIsAReplay() {
        assertThatThrownBy(() ->
                        RekeyMessage.open(hex(SpecVectors.MESSAGE), SpecVectors.current(), 8, KeyPath.EMPTY, false))
                .isInstanceOf(Replayed.class);
    }

    @Test
    void everyBitOfTheMessageIsProtected() {
        byte[] message = hex(SpecVectors.MESSAGE);
        for (int bit = 0; bit < message.length * 8; bit++) {
            byte[] forged = message.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> RekeyMessage.open(forged, SpecVectors.current(), 0, KeyPath.EMPTY, false))
                    .as("bit " + bit)
                    .isInstanceOf(ProtocolFault.class);
        }
    }

    @Test
    void theBodiesOfGsaAndKd() throws Exception {
        Payload.GroupSecurityAssociation gsa = new Payload.GroupSecurityAssociation(Octets.of(hex(SpecVectors.GSA)));
        Payload.KeyDownload kd = new Payload.KeyDownload(Octets.of(hex(SpecVectors.KD)));
        GsaPayload policies = GsaPayload.decode(gsa);
        assertThat(policies.policies()).singleElement().satisfies(policy -> {
            assertThat(policy.protocolId()).isEqualTo(Ikev2.PROTOCOL_GIKE_UPDATE);
            assertThat(policy.lifetimeSeconds()).hasValue(86400);
        });
        assertThat(policies.encode()).isEqualTo(gsa);
        assertThat(KdPayload.decode(kd).encode()).isEqualTo(kd);
    }
}
