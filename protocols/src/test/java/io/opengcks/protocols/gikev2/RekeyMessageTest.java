package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gikev2.RekeyMessage.Opened;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.PayloadChain;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.WireWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rekey message may say, and what a member makes of it (RFC 9838 §2.4). */
class RekeyMessageTest {
    private static final RekeySa CARRIER = SpecVectors.current();
    private static final RekeySigner SIGNER = SpecVectors.signer();

    @Test
    void excludingAllIsTwoDeletesThatEveryMemberUnderstands() throws Exception {
        Rekey reset = new Rekey(Optional.empty(), List.of(), List.of(), List.of(), true, GroupWidePolicy.NO_DELAY);
        List<Payload> content = RekeyContent.encode(CARRIER, reset, false);
        assertThat(content)
                .containsExactly(
                        new Payload.Delete(Ikev2.PROTOCOL_ESP, 4, List.of(Octets.ofHex("00000000"))),
                        new Payload.Delete(Ikev2.PROTOCOL_GIKE_UPDATE, 16, List.of(Octets.of(new byte[16]))));
        byte[] datagram = RekeyMessage.seal(CARRIER, 9, reset, SIGNER, false);
        assertThat(open(datagram)).isInstanceOf(Opened.Excluded.class);
        assertThat(open(datagram).messageId()).isEqualTo(9);
    }

    @Test
    void theOtherFormsOfDelete() throws Exception {
        assertThat(receive(new Payload.Delete(Ikev2.PROTOCOL_NONE, 0, List.of())))
                .isInstanceOf(Opened.Excluded.class);
        assertThat(receive(new Payload.Delete(Ikev2.PROTOCOL_ESP, 4, List.of(Octets.ofHex("00000000")))))
                .isInstanceOfSatisfying(Opened.Updated.class, updated -> {
                    assertThat(updated.deletesAllData()).isTrue();
                    assertThat(updated.deletedSpis()).isEmpty();
                });
        assertThat(receive(new Payload.Delete(Ikev2.PROTOCOL_GIKE_UPDATE, 16, List.of(SaPolicies.spi(CARRIER.spi())))))
                .isInstanceOfSatisfying(
                        Opened.Updated.class,
                        updated -> assertThat(updated.deletedRekeySas()).containsExactly(CARRIER.spi()));
        assertThat(receive(new Payload.Delete(Ikev2.PROTOCOL_AH, 4, List.of(Octets.ofHex("00000000")))))
                .isInstanceOfSatisfying(
                        Opened.Updated.class,
                        updated -> assertThat(updated.deletesAllData()).isFalse());
        assertThat(receive(new Payload.Delete(Ikev2.PROTOCOL_ESP, 8, List.of(Octets.of(new byte[8])))))
                .isInstanceOf(Opened.Unusable.class);
    }

    @Test
    void aMessageThatSaysNothingIsUnusable() throws Exception {
        assertThat(receive(new Payload.Notify(Ikev2.USE_TRANSPORT_MODE))).isInstanceOf(Opened.Unusable.class);
        assertThat(receive(new Payload.GroupSecurityAssociation(Octets.of(SpecVectors.hex(SpecVectors.GSA)))))
                .isInstanceOf(Opened.Unusable.class);
    }

    /** RFC 9838 §4.5.3.3, §4.4.2.1.1: no Sender-IDs and no GCAUTH by rekey. */
    @Test
    void whatOnlyARegistrationMayHold() throws Exception {
        var gsa = new Payload.GroupSecurityAssociation(Octets.of(SpecVectors.hex(SpecVectors.GSA)));
        var kd = new Payload.KeyDownload(Octets.of(SpecVectors.hex(SpecVectors.KD)));
        assertThat(receive(gsa, kd)).isInstanceOf(Opened.Updated.class);
        KdPayload withId = new KdPayload(
                KdPayload.decode(kd).groups(), new KeyBag.Member(List.of(), Optional.empty(), List.of(1L)));
        assertThat(receive(gsa, withId.encode())).isInstanceOf(Opened.Unusable.class);
        GsaPayload withGcauth = new GsaPayload(List.of(SaPolicies.encode(SpecVectors.next(), true)), Optional.empty());
        assertThat(receive(withGcauth.encode(), kd)).isInstanceOf(Opened.Unusable.class);
    }

    @Test
    void aNewPublicKeyHoldsFromTheNextMessageOn() throws Exception {
        RekeySigner later = RekeySigner.generate(SignatureAlgorithm.ED25519, new SecureRandom());
        RekeySa next = signedBy(SpecVectors.next(), Optional.of(later));
        byte[] datagram = RekeyMessage.seal(CARRIER, 1, rekey(next), SIGNER, false);
        Opened.Updated updated = (Opened.Updated) open(datagram);
        assertThat(updated.newRekeySa()).hasValue(next);
        assertThat(updated.carrier().signature()).hasValue(later.signature());
        RekeySa taken = updated.newRekeySa().orElseThrow();
        byte[] first = RekeyMessage.seal(next, 0, rekey(CARRIER), later, false);
        assertThat(RekeyMessage.open(first, taken, 0, KeyPath.EMPTY, false)).isInstanceOf(Opened.Updated.class);
        assertThatThrownBy(() -> RekeyMessage.seal(next, 0, rekey(CARRIER), SIGNER, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoHasNoKeyIsExcluded() throws Exception {
        Secret treeKey = Secret.adopt(SpecVectors.counting(3, 32));
        Rekey eviction = new Rekey(
                Optional.of(SpecVectors.next()),
                List.of(new TreeKey(0, SpecVectors.next().keymat(), 5, treeKey)),
                List.of(),
                List.of(),
                false,
                GroupWidePolicy.NO_DELAY);
        byte[] datagram = RekeyMessage.seal(CARRIER, 1, eviction, SIGNER, false);
        assertThat(open(datagram)).isInstanceOf(Opened.Excluded.class);
        KeyPath inside = new KeyPath(List.of(new KeyPath.Entry(5, treeKey)));
        assertThat(RekeyMessage.open(datagram, CARRIER, 0, inside, false)).isInstanceOf(Opened.Updated.class);
    }

    @Test
    void implicitAuthenticationTakesNoSignatureAndASignatureIsNotLeftOut() throws Exception {
        RekeySa implicit = signedBy(CARRIER, Optional.empty());
        Rekey rekey = rekey(signedBy(SpecVectors.next(), Optional.empty()));
        byte[] unsigned = RekeyMessage.seal(implicit, 1, rekey, null, false);
        assertThat(RekeyMessage.open(unsigned, implicit, 0, KeyPath.EMPTY, false))
                .isInstanceOf(Opened.Updated.class);
        assertThatThrownBy(() -> RekeyMessage.open(unsigned, CARRIER, 0, KeyPath.EMPTY, false))
                .isInstanceOf(NotAuthentic.class);
        byte[] signed = RekeyMessage.seal(CARRIER, 1, SpecVectors.rekey(), SIGNER, false);
        assertThatThrownBy(() -> RekeyMessage.open(signed, implicit, 0, KeyPath.EMPTY, false))
                .isInstanceOf(NotAuthentic.class);
    }

    /** Signed by the right key, but named otherwise than in the policy (RFC 9838 §4.4.2.1.1). */
    @Test
    void theAlgorithmIsNamedOctetForOctetAsInThePolicy() {
        byte[] named = SpecVectors.hex("07300506032b6570");
        byte[] withParameters = SpecVectors.hex("09300706032b65700500");
        assertThatCode(() -> open(signedAs(named))).doesNotThrowAnyException();
        assertThatThrownBy(() -> open(signedAs(withParameters)))
                .isInstanceOf(NotAuthentic.class)
                .hasMessageContaining("another way");
    }

    private static byte[] signedAs(byte[] identifier) {
        byte[] data = Arrays.copyOf(identifier, identifier.length + 64);
        List<Payload> content = List.of(
                new Payload.Delete(Ikev2.PROTOCOL_ESP, 4, List.of(Octets.ofHex("00001000"))),
                new Payload.Authentication(Ikev2.AUTH_DIGITAL_SIGNATURE, Octets.of(data)));
        byte[] inner = PayloadChain.encode(content);
        IkeHeader header = new IkeHeader(
                CARRIER.spi().initiatorHalf(), CARRIER.spi().responderHalf(), Ikev2.GSA_REKEY, IkeHeader.INITIATOR, 4);
        WireWriter adjusted = new WireWriter();
        header.withNextPayload(Payload.TYPE_SK).encode(adjusted, 32 + inner.length);
        adjusted.u8(Payload.TYPE_DELETE).u8(0).u16(4 + inner.length);
        byte[] signature = SIGNER.sign(adjusted.toByteArray(), inner);
        System.arraycopy(signature, 0, inner, inner.length - 64, 64);
        return EncryptedPayload.seal(
                header, Payload.TYPE_DELETE, inner, CARRIER.keymat().slice(0, 36), 4);
    }

    @Test
    void anotherRekeySaIsUnexpected() {
        byte[] datagram = RekeyMessage.seal(CARRIER, 1, SpecVectors.rekey(), SIGNER, false);
        assertThatThrownBy(() -> RekeyMessage.open(datagram, SpecVectors.next(), 0, KeyPath.EMPTY, false))
                .isInstanceOf(Unexpected.class);
    }

    /** The group core relies on these: what it forgot must not become a message. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void whatIsNeverSent(int which) {
        RekeySa next = SpecVectors.next();
        TreeKey keymat = new TreeKey(0, next.keymat(), 0, null);
        TreeKey other = new TreeKey(0, CARRIER.keymat(), 0, null);
        TreeKey node = new TreeKey(5, Secret.adopt(new byte[32]), 0, null);
        TreeKey narrow = new TreeKey(5, Secret.adopt(new byte[16]), 0, null);
        Rekey rekey = switch (which) {
            case 0 -> keys(Optional.of(next)); // nobody gets the keys
            case 1 -> keys(Optional.of(next), other); // others than the SA's
            case 2 -> keys(Optional.empty(), node); // a tree without a Rekey SA
            case 3 -> keys(Optional.of(next), keymat, narrow);
            case 4 -> keys(Optional.of(signedBy(next, Optional.empty())), keymat);
            case 5 -> keys(Optional.empty());
            case 6 -> new Rekey(Optional.empty(), List.of(), List.of(), List.of(0L), false, GroupWidePolicy.NO_DELAY);
            default -> throw new AssertionError();
        };
        assertThatThrownBy(() -> RekeyMessage.seal(CARRIER, 1, rekey, SIGNER, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSignerExactlyWhereThereIsASignature() {
        assertThatThrownBy(() -> RekeyMessage.seal(CARRIER, 1, SpecVectors.rekey(), null, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Opened open(byte[] datagram) throws ProtocolFault {
        return RekeyMessage.open(datagram, CARRIER, 0, KeyPath.EMPTY, false);
    }

    /** A message of the GCKS that we would not send. */
    private static Opened receive(Payload... content) throws ProtocolFault {
        IkeHeader header = new IkeHeader(
                CARRIER.spi().initiatorHalf(), CARRIER.spi().responderHalf(), Ikev2.GSA_REKEY, IkeHeader.INITIATOR, 4);
        byte[] inner = RekeyAuthentication.sign(header, List.of(content), SIGNER);
        return open(EncryptedPayload.seal(
                header,
                PayloadChain.firstType(List.of(content)),
                inner,
                CARRIER.keymat().slice(0, 36),
                4));
    }

    private static Rekey rekey(RekeySa next) {
        return keys(Optional.of(next), new TreeKey(0, next.keymat(), 0, null));
    }

    private static Rekey keys(Optional<RekeySa> next, TreeKey... keys) {
        return new Rekey(next, List.of(keys), List.of(), List.of(), false, GroupWidePolicy.NO_DELAY);
    }

    private static RekeySa signedBy(RekeySa sa, Optional<RekeySigner> signer) {
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                signer.map(RekeySigner::signature),
                sa.lifetimeSeconds(),
                sa.initialMessageId(),
                sa.keymat());
    }
}
