package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One broken rule of RFC 9838 at a time, in a registration that is right in everything else. */
class GroupRulesTest {
    private static final KeyWrapAlgorithm KWA = KeyWrapAlgorithm.KW_5649_256;
    private static final Secret GSK_W = Secret.adopt(SpecVectors.counting(9, 32));
    private static final Secret TREE_KEY = Secret.adopt(SpecVectors.counting(77, 32));

    private static DataSecuritySa dataSa() {
        return dataSa(0x10000, DataSecuritySa.Mode.TRANSPORT);
    }

    private static DataSecuritySa dataSa(long spi, DataSecuritySa.Mode mode) {
        return new DataSecuritySa(
                spi,
                TrafficSelector.anyUdp(SpecVectors.address("239.1.2.3")),
                TrafficSelector.udp(SpecVectors.address("239.1.2.3"), 5004),
                EspSuite.AES_256_GCM_16,
                mode,
                true,
                OptionalInt.of(4500),
                128,
                3600,
                Secret.adopt(SpecVectors.counting(5, 36)));
    }

    private static Registration registration() {
        return new Registration(
                List.of(dataSa()),
                Optional.of(SpecVectors.current()),
                List.of(new TreeKey(7, TREE_KEY, 0, null)),
                7,
                new GroupWidePolicy(1, 2),
                List.of(3L),
                8);
    }

    /** The payloads of {@link #registration}, taken apart. */
    private static final class Parts {
        private final List<GroupSaPolicy> policies = new ArrayList<>();
        private final List<KeyBag.Group> bags = new ArrayList<>();
        private Optional<GroupWideAttributes> groupWide;
        private KeyBag.Member member;
        private final List<Payload> others = new ArrayList<>();

        Parts() throws ProtocolFault {
            List<Payload> payloads = RegistrationPayloads.encode(registration(), GSK_W, KWA, true);
            GsaPayload gsa = GsaPayload.decode((Payload.GroupSecurityAssociation) payloads.get(0));
            KdPayload kd = KdPayload.decode((Payload.KeyDownload) payloads.get(1));
            policies.addAll(gsa.policies());
            bags.addAll(kd.groups());
            groupWide = gsa.groupWide();
            member = kd.member();
            others.addAll(payloads.subList(2, payloads.size()));
        }

        RegistrationPayloads.Registered decode() throws ProtocolFault {
            List<Payload> payloads = new ArrayList<>(others);
            payloads.add(new KdPayload(bags, member).encode());
            payloads.add(new GsaPayload(policies, groupWide).encode());
            return RegistrationPayloads.decode(payloads, GSK_W, KWA, true, true);
        }

        Parts rekeyTransforms(UnaryOperator<List<Transform>> change) {
            policies.set(0, transforms(policies.get(0), change));
            return this;
        }

        Parts dataTransforms(UnaryOperator<List<Transform>> change) {
            policies.set(1, transforms(policies.get(1), change));
            return this;
        }
    }

    private static GroupSaPolicy transforms(GroupSaPolicy policy, UnaryOperator<List<Transform>> change) {
        return new GroupSaPolicy(
                policy.protocolId(),
                policy.spi(),
                policy.source(),
                policy.destination(),
                change.apply(policy.transforms()),
                policy.lifetimeSeconds(),
                policy.initialMessageId(),
                policy.nextSpis(),
                policy.udpPort(),
                policy.replayWindow());
    }

    private static UnaryOperator<List<Transform>> replacing(int type, Transform... with) {
        return transforms -> {
            List<Transform> changed = new ArrayList<>(transforms);
            changed.removeIf(transform -> transform.type() == type);
            changed.addAll(List.of(with));
            return changed;
        };
    }

    private static UnaryOperator<List<Transform>> adding(Transform... more) {
        return replacing(-1, more);
    }

    private static <F extends ProtocolFault> void refused(Class<F> how, Parts parts) {
        assertThatThrownBy(parts::decode).isInstanceOf(how);
    }

    @Test
    void nothingIsWrongWithTheWhole() throws Exception {
        RegistrationPayloads.Registered got = new Parts().decode();
        assertThat(got.dataSas()).containsExactly(dataSa());
        assertThat(got.rekeySa()).hasValue(SpecVectors.current());
        assertThat(got.keyPath().keys()).containsExactly(new KeyPath.Entry(7, TREE_KEY));
    }

    @Nested
    class OfRekeySas {
        @Test
        void gcauthIsThereAtRegistration() throws Exception {
            refused(MalformedMessage.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_GCAUTH)));
        }

        @Test
        void implicitAuthenticationHasNoPublicKey() throws Exception {
            Transform implicit = Transform.of(Ikev2.TRANSFORM_GCAUTH, Ikev2.GCAUTH_IMPLICIT);
            Parts parts = new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_GCAUTH, implicit));
            refused(MalformedMessage.class, parts);
            parts.member = new KeyBag.Member(parts.member.wrapKeys(), Optional.empty(), parts.member.senderIds());
            assertThat(parts.decode().rekeySa().orElseThrow().signature()).isEmpty();
        }

        @Test
        void aDigitalSignatureHasOne() throws Exception {
            Parts parts = new Parts();
            parts.member = new KeyBag.Member(parts.member.wrapKeys(), Optional.empty(), parts.member.senderIds());
            refused(MalformedMessage.class, parts);
        }

        @Test
        void theKeyFitsTheAlgorithm() throws Exception {
            Transform ecdsa = Transform.digitalSignature(SignatureAlgorithm.ECDSA_SHA256.identifier());
            refused(MalformedMessage.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_GCAUTH, ecdsa)));
        }

        @Test
        void aSignatureAlgorithmWeDoNotHaveIsRefused() throws Exception {
            Transform rsa = Transform.digitalSignature(Octets.ofHex("300d06092a864886f70d01010b0500"));
            refused(Refused.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_GCAUTH, rsa)));
        }

        @Test
        void theKeyWrapAlgorithmIsNamed() throws Exception {
            refused(MalformedMessage.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_KWA)));
            Transform arx = Transform.of(Ikev2.TRANSFORM_KWA, 4);
            refused(Refused.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_KWA, arx)));
        }

        @Test
        void implicitIvsAreRefused() throws Exception {
            Transform iiv = Transform.encryption(30, 256);
            refused(Refused.class, new Parts().rekeyTransforms(replacing(Ikev2.TRANSFORM_ENCR, iiv)));
            refused(Refused.class, new Parts().dataTransforms(replacing(Ikev2.TRANSFORM_ENCR, iiv)));
        }

        @Test
        void oneOfEachTransform() throws Exception {
            Transform kwa = Transform.of(Ikev2.TRANSFORM_KWA, 3);
            refused(MalformedMessage.class, new Parts().rekeyTransforms(adding(kwa)));
            Transform none = Transform.of(Ikev2.TRANSFORM_INTEG, Ikev2.INTEG_NONE);
            assertThatCode(() -> new Parts().rekeyTransforms(adding(none)).decode())
                    .doesNotThrowAnyException();
            refused(MalformedMessage.class, new Parts().rekeyTransforms(adding(none, none)));
            Transform hmac = Transform.of(Ikev2.TRANSFORM_INTEG, 12);
            refused(Refused.class, new Parts().rekeyTransforms(adding(hmac)));
        }

        @Test
        void anUnknownTransformMakesThePolicyUnacceptable() throws Exception {
            refused(Refused.class, new Parts().rekeyTransforms(adding(Transform.of(200, 1))));
            refused(Refused.class, new Parts().dataTransforms(adding(Transform.of(200, 1))));
        }

        @Test
        void itGoesToOneMulticastAddressAndOnePort() throws Exception {
            TrafficSelector unicast = TrafficSelector.udp(SpecVectors.address("192.0.2.9"), 848);
            Parts parts = new Parts();
            GroupSaPolicy policy = parts.policies.getFirst();
            parts.policies.set(
                    0,
                    new GroupSaPolicy(
                            policy.protocolId(),
                            policy.spi(),
                            policy.source(),
                            unicast,
                            policy.transforms(),
                            policy.lifetimeSeconds(),
                            policy.initialMessageId(),
                            List.of(),
                            policy.udpPort(),
                            policy.replayWindow()));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void itHasOneSaKeyAtRegistration() throws Exception {
            Parts parts = new Parts();
            KeyBag.Group bag = parts.bags.getFirst();
            parts.bags.set(
                    0,
                    new KeyBag.Group(
                            bag.protocolId(),
                            bag.spi(),
                            List.of(bag.keys().getFirst(), bag.keys().getFirst())));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void thereIsOneOfThem() throws Exception {
            Parts parts = new Parts();
            GroupSaPolicy again = SaPolicies.encode(SpecVectors.next(), true);
            parts.policies.add(again);
            parts.bags.add(new KeyBag.Group(
                    again.protocolId(), again.spi(), parts.bags.getFirst().keys()));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void withoutOneThereIsNoTree() throws Exception {
            Parts parts = new Parts();
            parts.policies.removeFirst();
            parts.bags.removeFirst();
            refused(MalformedMessage.class, parts);
            parts.member = new KeyBag.Member(List.of(), Optional.empty(), parts.member.senderIds());
            assertThat(parts.decode().rekeySa()).isEmpty();
        }
    }

    @Nested
    class OfDataSecuritySas {
        @ParameterizedTest
        @ValueSource(ints = {1, 3, 1024})
        void sequenceNumbersWeDoNotHaveAreRefused(int kind) throws Exception {
            Transform numbers = Transform.of(Ikev2.TRANSFORM_SN, kind);
            refused(Refused.class, new Parts().dataTransforms(replacing(Ikev2.TRANSFORM_SN, numbers)));
        }

        @Test
        void sequenceNumbersAreNamed() throws Exception {
            refused(MalformedMessage.class, new Parts().dataTransforms(replacing(Ikev2.TRANSFORM_SN)));
        }

        @Test
        void aKeyLengthWeDoNotHaveIsRefused() throws Exception {
            Transform cipher = Transform.encryption(Ikev2.ENCR_AES_GCM_16, 192);
            refused(Refused.class, new Parts().dataTransforms(replacing(Ikev2.TRANSFORM_ENCR, cipher)));
            Transform unknownAttribute = new Transform(
                    Ikev2.TRANSFORM_ENCR,
                    Ikev2.ENCR_AES_GCM_16,
                    List.of(new Attribute.Tv(Ikev2.ATTRIBUTE_KEY_LENGTH, 256), new Attribute.Tv(99, 1)));
            refused(Refused.class, new Parts().dataTransforms(replacing(Ikev2.TRANSFORM_ENCR, unknownAttribute)));
        }

        @Test
        void keysAreWrappedUnderTheDefaultKeyAlone() throws Exception {
            Parts parts = new Parts();
            KeyBag.Group bag = parts.bags.get(1);
            WrappedKey underTree = WrappedKey.wrap(0, dataSa().keymat(), 7, TREE_KEY);
            parts.bags.set(1, new KeyBag.Group(bag.protocolId(), bag.spi(), List.of(underTree)));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void keysOfTheWrongLengthAreRefused() throws Exception {
            Parts parts = new Parts();
            KeyBag.Group bag = parts.bags.get(1);
            WrappedKey longer = WrappedKey.wrap(0, Secret.adopt(new byte[37]), 0, GSK_W);
            parts.bags.set(1, new KeyBag.Group(bag.protocolId(), bag.spi(), List.of(longer)));
            refused(MalformedMessage.class, parts);
            WrappedKey strange = WrappedKey.wrap(0, dataSa().keymat(), 0, TREE_KEY);
            parts.bags.set(1, new KeyBag.Group(bag.protocolId(), bag.spi(), List.of(strange)));
            refused(NotAuthentic.class, parts);
        }

        @Test
        void lifetimesAreThereWhereRekeyIsByMulticast() throws Exception {
            Parts parts = new Parts();
            GroupSaPolicy policy = parts.policies.get(1);
            parts.policies.set(
                    1,
                    new GroupSaPolicy(
                            policy.protocolId(),
                            policy.spi(),
                            policy.source(),
                            policy.destination(),
                            policy.transforms(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            List.of(),
                            policy.udpPort(),
                            policy.replayWindow()));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void everyPolicyHasItsKeysAndEveryKeyItsPolicy() throws Exception {
            Parts withoutKeys = new Parts();
            withoutKeys.bags.removeLast();
            refused(MalformedMessage.class, withoutKeys);
            Parts withoutPolicy = new Parts();
            withoutPolicy.policies.removeLast();
            // Not for the Sender-ID that then has no SA, which would be refused as well.
            assertThatThrownBy(withoutPolicy::decode)
                    .isInstanceOf(MalformedMessage.class)
                    .hasMessageContaining("has no policy");
        }

        @Test
        void privateAttributesMeanSomethingToUsAlone() throws Exception {
            List<Payload> payloads = RegistrationPayloads.encode(registration(), GSK_W, KWA, true);
            DataSecuritySa strangers = RegistrationPayloads.decode(payloads, GSK_W, KWA, true, false)
                    .dataSas()
                    .getFirst();
            assertThat(strangers.udpPort()).isEmpty();
            assertThat(strangers.replayWindow()).isZero();
            List<Payload> plain = RegistrationPayloads.encode(registration(), GSK_W, KWA, false);
            assertThat(RegistrationPayloads.decode(plain, GSK_W, KWA, true, true)
                            .dataSas()
                            .getFirst())
                    .isEqualTo(strangers);
        }
    }

    @Nested
    class OfSenderIds {
        @Test
        void oneThatDoesNotFitIsFatal() throws Exception {
            Parts parts = new Parts();
            parts.member = new KeyBag.Member(parts.member.wrapKeys(), parts.member.authKey(), List.of(256L));
            refused(MalformedMessage.class, parts);
        }

        @Test
        void aSenderWithoutIsRefused() throws Exception {
            Parts parts = new Parts();
            parts.member = new KeyBag.Member(parts.member.wrapKeys(), parts.member.authKey(), List.of());
            refused(Refused.class, parts);
            Parts withoutBits = new Parts();
            withoutBits.groupWide = Optional.empty();
            refused(Refused.class, withoutBits);
        }

        @ParameterizedTest
        @ValueSource(strings = {"03", "0003", "0000000000000003"})
        void theirLengthIsFree(String octets) throws Exception {
            var value = Octets.ofHex(octets);
            String body = "0000%04x0003%04x%s".formatted(8 + value.length(), value.length(), octets);
            KdPayload kd = KdPayload.decode(new Payload.KeyDownload(Octets.ofHex(body)));
            assertThat(kd.member().senderIds()).containsExactly(3L);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "000000000000000003"})
        void butNotThatFree(String octets) {
            int length = octets.length() / 2;
            String body = "0000%04x0003%04x%s".formatted(8 + length, length, octets);
            assertThatThrownBy(() -> KdPayload.decode(new Payload.KeyDownload(Octets.ofHex(body))))
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Nested
    class OfBodies {
        private static final String GSA = SpecVectors.GSA.replaceAll("\\s", "");

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", // no SA at all
                    "0000000c800100058002000a", // delays alone
                    "01100004", // IKE has no place in a group
                    "03040004", // shorter than its parts
                    "0000000880010005" + "0000000880010006" // two GW policies
                })
        void thatAreNoGsa(String body) {
            assertMalformedGsa(body);
        }

        @Test
        void whichAreNearlyRight() {
            String gwTwice = "0000000c8001000580010005";
            assertMalformedGsa(GSA.replace("0000000c800100058002000a", gwTwice));
            String asTlv = "0000000e0001000200058002000a";
            assertMalformedGsa(GSA.replace("0000000c800100058002000a", asTlv));
            assertMalformedGsa(GSA.replace("0001000400015180", "8001000080010000")); // lifetime as TV
            assertMalformedGsa(GSA.replace("0001000400015180", "0003000400015180")); // next SPI of 4 octets
            assertMalformedGsa(GSA.replace("000000080d000003", "030000080d000003")); // no last transform
            assertMalformedGsa(GSA.replace("0711001003500350e9fc0001e9fc0001", "0811001003500350e9fc0001e9fc0001"));
            assertMalformedGsa(GSA.replace("06100050", "06040050"));
        }

        @Test
        void unknownAttributesArePassedOver() throws Exception {
            String unknown =
                    GSA.replace("06100050", "06100054").replace("0001000400015180", "0001000400015180" + "ffff0001");
            assertThat(GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(unknown))))
                    .isEqualTo(GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(GSA))));
        }

        @Test
        void withMoreTransformsThanTheLimit() {
            String many = GSA.replace("06100050", "061000d0")
                    .replace("000000080d000003", "030000080d000003".repeat(16) + "000000080d000003");
            assertThatThrownBy(() -> GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(many))))
                    .isInstanceOf(MalformedMessage.class)
                    .hasMessageContaining("transforms");
        }

        /** RFC 9838 §4.4.3, §4.5.3. */
        @Test
        void reservedOctetsAreIgnored() throws Exception {
            String noisy = GSA.replace("0000000c80010005", "0055000c80010005");
            assertThat(noisy).isNotEqualTo(GSA);
            assertThat(GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(noisy))))
                    .isEqualTo(GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(GSA))));
            assertThat(KdPayload.decode(new Payload.KeyDownload(Octets.ofHex("0055000900030001" + "07")))
                            .member()
                            .senderIds())
                    .containsExactly(7L);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0304000800000100", // no SA_KEY
                    "0000000e" + "0002000130" + "0002000130", // two public keys
                    "00000004" + "00000004", // two member key bags
                    "030400240000010000010018" + "00000001" + "00000000"
                            + "00000000000000000000000000000000", // key ID of SA_KEY
                    "0000002000010018" + "00000000" + "00000000"
                            + "00000000000000000000000000000000" // no key ID of WRAP_KEY
                })
        void thatAreNoKd(String body) {
            assertThatThrownBy(() -> KdPayload.decode(new Payload.KeyDownload(Octets.ofHex(body))))
                    .isInstanceOf(MalformedMessage.class);
        }

        private static void assertMalformedGsa(String body) {
            assertThatThrownBy(() -> GsaPayload.decode(new Payload.GroupSecurityAssociation(Octets.ofHex(body))))
                    .as(body)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Nested
    class OfWhatWeHandOut {
        private static void notSent(Registration registration) {
            assertThatThrownBy(() -> RegistrationPayloads.encode(registration, GSK_W, KWA, true))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void atLeastOneSa() {
            notSent(new Registration(
                    List.of(), Optional.empty(), List.of(), 0, GroupWidePolicy.NO_DELAY, List.of(), 8));
        }

        @Test
        void noTreeWithoutARekeySa() {
            notSent(new Registration(
                    List.of(dataSa()),
                    Optional.empty(),
                    List.of(new TreeKey(7, TREE_KEY, 0, null)),
                    0,
                    GroupWidePolicy.NO_DELAY,
                    List.of(),
                    8));
        }

        @Test
        void treeKeysAsLongAsTheAlgorithmTakes() {
            notSent(new Registration(
                    List.of(),
                    Optional.of(SpecVectors.current()),
                    List.of(new TreeKey(7, Secret.adopt(new byte[16]), 0, null)),
                    7,
                    GroupWidePolicy.NO_DELAY,
                    List.of(),
                    8));
        }

        @Test
        void keysWrappedUnderOneThatIsHandedOut() {
            notSent(new Registration(
                    List.of(),
                    Optional.of(SpecVectors.current()),
                    List.of(new TreeKey(7, TREE_KEY, 0, null)),
                    8,
                    GroupWidePolicy.NO_DELAY,
                    List.of(),
                    8));
        }

        @Test
        void senderIdsThatFit() {
            notSent(new Registration(
                    List.of(dataSa()), Optional.empty(), List.of(), 0, GroupWidePolicy.NO_DELAY, List.of(256L), 8));
        }

        @Test
        void oneMode() {
            notSent(new Registration(
                    List.of(dataSa(), dataSa(0x20000, DataSecuritySa.Mode.TUNNEL)),
                    Optional.empty(),
                    List.of(),
                    0,
                    GroupWidePolicy.NO_DELAY,
                    List.of(),
                    8));
        }

        @Test
        void rekeyMessagesToMulticast() {
            RekeySa sa = SpecVectors.current();
            RekeySigner signer = SpecVectors.signer();
            RekeySa unicast = new RekeySa(
                    sa.spi(),
                    sa.source(),
                    sa.source(),
                    sa.encryptionBits(),
                    sa.keyWrap(),
                    Optional.of(signer.signature()),
                    sa.lifetimeSeconds(),
                    0,
                    sa.keymat());
            notSent(new Registration(
                    List.of(), Optional.of(unicast), List.of(), 0, GroupWidePolicy.NO_DELAY, List.of(), 8));
        }
    }
}
