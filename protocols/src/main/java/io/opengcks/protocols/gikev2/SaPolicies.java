package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.Transform;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * SAs of the {@code gsa} model as Group SA policies and back (RFC 9838 §4.4.2). Reading is in two steps, because an SA is an SA
 * only with its keys: the policy is checked first and says how long they have to be.
 */
final class SaPolicies {
    /** Where a GCKS sets no lifetime, as it may with inband rekey: as long as the field could say. */
    private static final long NO_LIFETIME = 0xffff_ffffL;

    private SaPolicies() {}

    // ------------------------------------------------------------------------------------------- to the wire

    static GroupSaPolicy encode(DataSecuritySa sa, boolean privateAttributes) {
        int numbers = sa.multipleSenders() ? Ikev2.SN_32_BIT_UNSPECIFIED : Ikev2.SN_32_BIT_SEQUENTIAL;
        EspSuite suite = sa.suite();
        Transform cipher = suite.keyLengthAttribute() == 0
                ? Transform.of(Ikev2.TRANSFORM_ENCR, suite.transformId())
                : Transform.encryption(suite.transformId(), suite.keyLengthAttribute());
        return new GroupSaPolicy(
                Ikev2.PROTOCOL_ESP,
                spi(sa.spi()),
                sa.source(),
                sa.destination(),
                List.of(cipher, Transform.of(Ikev2.TRANSFORM_SN, numbers)),
                OptionalLong.of(sa.lifetimeSeconds()),
                OptionalLong.empty(),
                List.of(),
                privateAttributes ? sa.udpPort() : OptionalInt.empty(),
                privateAttributes && sa.replayWindow() > 0 ? OptionalInt.of(sa.replayWindow()) : OptionalInt.empty());
    }

    /** @param registration true: with GCAUTH and GSA_INITIAL_MESSAGE_ID; in rekey messages both are left out */
    static GroupSaPolicy encode(RekeySa sa, boolean registration) {
        checkDestination(sa.destination());
        List<Transform> transforms = new ArrayList<>();
        transforms.add(Transform.encryption(Ikev2.ENCR_AES_GCM_16, sa.encryptionBits()));
        if (registration) {
            transforms.add(sa.signature()
                    .map(signature -> Transform.digitalSignature(signature.algorithmIdentifier()))
                    .orElse(Transform.of(Ikev2.TRANSFORM_GCAUTH, Ikev2.GCAUTH_IMPLICIT)));
        }
        transforms.add(Transform.of(Ikev2.TRANSFORM_KWA, sa.keyWrap().transformId()));
        return new GroupSaPolicy(
                Ikev2.PROTOCOL_GIKE_UPDATE,
                spi(sa.spi()),
                sa.source(),
                sa.destination(),
                transforms,
                OptionalLong.of(sa.lifetimeSeconds()),
                registration && sa.initialMessageId() != 0
                        ? OptionalLong.of(sa.initialMessageId())
                        : OptionalLong.empty(),
                List.of(),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    static Octets spi(long spi) {
        return Octets.of(new WireWriter().u32(spi).toByteArray());
    }

    static Octets spi(RekeySpi spi) {
        return Octets.of(new WireWriter()
                .u64(spi.initiatorHalf())
                .u64(spi.responderHalf())
                .toByteArray());
    }

    // ----------------------------------------------------------------------------------------- from the wire

    /** A Data-Security SA that lacks only its keys. */
    record DataPolicy(GroupSaPolicy policy, EspSuite suite, boolean multipleSenders, long spi, long lifetimeSeconds) {
        DataSecuritySa with(Secret keymat, boolean transportMode, boolean privateAttributes) {
            return new DataSecuritySa(
                    spi,
                    policy.source(),
                    policy.destination(),
                    suite,
                    transportMode ? DataSecuritySa.Mode.TRANSPORT : DataSecuritySa.Mode.TUNNEL,
                    multipleSenders,
                    privateAttributes ? policy.udpPort() : OptionalInt.empty(),
                    privateAttributes ? policy.replayWindow().orElse(0) : 0,
                    lifetimeSeconds,
                    keymat);
        }
    }

    /**
     * Checks the policy of a Data-Security SA.
     *
     * @param lifetimeRequired true where the group is rekeyed by multicast (RFC 9838 §4.4.2.2.1)
     * @throws Refused if it is a policy that we cannot carry out
     */
    static DataPolicy dataPolicy(GroupSaPolicy policy, boolean lifetimeRequired) throws MalformedMessage, Refused {
        if (policy.protocolId() != Ikev2.PROTOCOL_ESP) {
            throw refused("no AH SAs");
        }
        Transform encryption = null;
        Transform numbers = null;
        for (Transform transform : policy.transforms()) {
            switch (transform.type()) {
                case Ikev2.TRANSFORM_ENCR -> encryption = first(encryption, transform);
                case Ikev2.TRANSFORM_SN -> numbers = first(numbers, transform);
                case Ikev2.TRANSFORM_INTEG -> checkNoIntegrity(transform);
                default -> throw refused("transform type " + transform.type() + " for ESP");
            }
        }
        if (encryption == null || numbers == null) {
            throw new MalformedMessage("an ESP SA takes ENCR and SN");
        }
        checkOnce(policy, Ikev2.TRANSFORM_INTEG);
        EspSuite suite = suite(encryption).orElseThrow(() -> refused("a cipher that we do not have for ESP"));
        if (!numbers.attributes().isEmpty()
                || (numbers.id() != Ikev2.SN_32_BIT_SEQUENTIAL && numbers.id() != Ikev2.SN_32_BIT_UNSPECIFIED)) {
            throw refused("sequence numbers of kind " + numbers.id());
        }
        if (policy.initialMessageId().isPresent()) {
            throw new MalformedMessage("GSA_INITIAL_MESSAGE_ID of an ESP SA");
        }
        sameFamily(policy);
        long spi = new WireReader(policy.spi().toArray()).u32("SPI");
        if (spi < 256) {
            throw new MalformedMessage("reserved SPI " + spi);
        }
        if (policy.udpPort().isPresent() && policy.udpPort().getAsInt() == 0) {
            throw new MalformedMessage("ESP in UDP to port 0");
        }
        boolean many = numbers.id() == Ikev2.SN_32_BIT_UNSPECIFIED;
        return new DataPolicy(policy, suite, many, spi, lifetime(policy, lifetimeRequired));
    }

    /** The suite that a transform of type ENCR means. */
    static Optional<EspSuite> suite(Transform transform) {
        if (transform.hasUnknownAttribute()) {
            return Optional.empty();
        }
        return Arrays.stream(EspSuite.values())
                .filter(suite -> suite.transformId() == transform.id()
                        && suite.keyLengthAttribute() == transform.keyLength().orElse(0))
                .findFirst();
    }

    /** A Rekey SA that lacks only its keys; {@code authentication} is GCAUTH, empty in rekey messages. */
    record RekeyPolicy(
            GroupSaPolicy policy,
            RekeySpi spi,
            int encryptionBits,
            KeyWrapAlgorithm keyWrap,
            Optional<Transform> authentication,
            long lifetimeSeconds) {
        int keymatBytes() {
            return RekeySa.keymatBytes(encryptionBits, keyWrap);
        }

        RekeySa with(Secret keymat, Optional<RekeySignature> signature) {
            return new RekeySa(
                    spi,
                    policy.source(),
                    policy.destination(),
                    encryptionBits,
                    keyWrap,
                    signature,
                    lifetimeSeconds,
                    policy.initialMessageId().orElse(0),
                    keymat);
        }
    }

    /**
     * Checks the policy of a Rekey SA.
     *
     * @param registration true: GCAUTH has to be there; false: it must not (RFC 9838 §4.4.2.1.1)
     * @throws Refused if it is a policy that we cannot carry out
     */
    static RekeyPolicy rekeyPolicy(GroupSaPolicy policy, boolean registration) throws MalformedMessage, Refused {
        Transform encryption = null;
        Transform keyWrap = null;
        Transform authentication = null;
        for (Transform transform : policy.transforms()) {
            switch (transform.type()) {
                case Ikev2.TRANSFORM_ENCR -> encryption = first(encryption, transform);
                case Ikev2.TRANSFORM_KWA -> keyWrap = first(keyWrap, transform);
                case Ikev2.TRANSFORM_GCAUTH -> authentication = first(authentication, transform);
                case Ikev2.TRANSFORM_INTEG -> checkNoIntegrity(transform);
                default -> throw refused("transform type " + transform.type() + " for a Rekey SA");
            }
        }
        if (encryption == null || keyWrap == null || registration != (authentication != null)) {
            throw new MalformedMessage("a Rekey SA takes ENCR and KWA, and GCAUTH at registration only");
        }
        checkOnce(policy, Ikev2.TRANSFORM_INTEG);
        int bits = encryption.keyLength().orElse(0);
        if (encryption.id() != Ikev2.ENCR_AES_GCM_16
                || encryption.hasUnknownAttribute()
                || (bits != 128 && bits != 256)) {
            throw refused("a cipher that we do not have for rekey messages");
        }
        KeyWrapAlgorithm algorithm =
                keyWrap(keyWrap).orElseThrow(() -> refused("a key wrap algorithm that we do not have"));
        sameFamily(policy);
        try {
            checkDestination(policy.destination());
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage("destination of a Rekey SA: " + e.getMessage());
        }
        WireReader spi = new WireReader(policy.spi().toArray());
        long initiatorHalf = spi.u64("SPI");
        long responderHalf = spi.u64("SPI");
        if (initiatorHalf == 0 || responderHalf == 0) {
            throw new MalformedMessage("half of the SPI of a Rekey SA is 0");
        }
        return new RekeyPolicy(
                policy,
                new RekeySpi(initiatorHalf, responderHalf),
                bits,
                algorithm,
                Optional.ofNullable(authentication),
                lifetime(policy, true));
    }

    /** The algorithm that a transform of type KWA means. */
    static Optional<KeyWrapAlgorithm> keyWrap(Transform transform) {
        return Arrays.stream(KeyWrapAlgorithm.values())
                .filter(algorithm -> algorithm.transformId() == transform.id()
                        && transform.attributes().isEmpty())
                .findFirst();
    }

    /**
     * How rekey messages are signed: GCAUTH and AUTH_KEY of a registration have to fit together (RFC 9838 §4.4.2.1.1).
     */
    static Optional<RekeySignature> signature(Transform authentication, Optional<Octets> authKey)
            throws MalformedMessage, Refused {
        Optional<Octets> identifier = authentication.signatureAlgorithm();
        return switch (authentication.id()) {
            case Ikev2.GCAUTH_IMPLICIT -> {
                if (!authentication.attributes().isEmpty() || authKey.isPresent()) {
                    throw new MalformedMessage("implicit authentication with an algorithm or a public key");
                }
                yield Optional.empty();
            }
            case Ikev2.GCAUTH_DIGITAL_SIGNATURE -> {
                if (identifier.isEmpty() || authKey.isEmpty()) {
                    throw new MalformedMessage("digital signature without an algorithm or without a public key");
                }
                SignatureAlgorithm algorithm = SignatureAlgorithm.of(identifier.get())
                        .orElseThrow(() -> refused("a signature algorithm that we do not have"));
                if (authentication.attributes().size() != 1) {
                    throw refused("an unknown attribute of GCAUTH");
                }
                algorithm.publicKey(authKey.get());
                yield Optional.of(new RekeySignature(identifier.get(), authKey.get()));
            }
            default -> throw refused("authentication method " + authentication.id() + " of rekey messages");
        };
    }

    static Refused refused(String detail) {
        return new Refused(Ikev2.NO_PROPOSAL_CHOSEN, detail);
    }

    private static Transform first(@org.jspecify.annotations.Nullable Transform before, Transform transform)
            throws MalformedMessage {
        Attributes.once(before != null, "transform of type " + transform.type());
        return transform;
    }

    private static void checkOnce(GroupSaPolicy policy, int type) throws MalformedMessage {
        long count = policy.transforms().stream()
                .filter(transform -> transform.type() == type)
                .count();
        Attributes.once(count > 1, "transform of type " + type);
    }

    /** All our ciphers are combined ones: RFC 9838 §4.4.2.1. */
    private static void checkNoIntegrity(Transform transform) throws Refused {
        if (transform.id() != Ikev2.INTEG_NONE || !transform.attributes().isEmpty()) {
            throw refused("integrity transform " + transform.id() + " beside a combined cipher");
        }
    }

    /** RFC 9838 §4.4.2: one multicast address, a protocol, one port. */
    private static void checkDestination(TrafficSelector destination) {
        if (!destination.start().equals(destination.end())
                || !destination.start().isMulticastAddress()
                || destination.ipProtocol() != TrafficSelector.UDP
                || destination.startPort() != destination.endPort()
                || destination.startPort() == 0) {
            throw new IllegalArgumentException("rekey messages go to one multicast address and one UDP port");
        }
    }

    private static void sameFamily(GroupSaPolicy policy) throws MalformedMessage {
        if (policy.source().start().getClass() != policy.destination().start().getClass()) {
            throw new MalformedMessage("source and destination of two address families");
        }
    }

    private static long lifetime(GroupSaPolicy policy, boolean required) throws MalformedMessage {
        if (policy.lifetimeSeconds().isEmpty() && required) {
            throw new MalformedMessage("no GSA_KEY_LIFETIME");
        }
        long seconds = policy.lifetimeSeconds().orElse(NO_LIFETIME);
        if (seconds == 0) {
            throw new MalformedMessage("GSA_KEY_LIFETIME 0");
        }
        return seconds;
    }
}
