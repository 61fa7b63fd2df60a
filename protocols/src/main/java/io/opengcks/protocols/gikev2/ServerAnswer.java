package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.MemberEffect.Kind;
import io.opengcks.protocols.gikev2.RegistrationPayloads.Registered;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.AuthenticationData;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payload.Identification;
import io.opengcks.protocols.ikev2.Payload.Identification.Role;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** GSA_AUTH as a member: what it asks, and what it makes of the answer (RFC 9838 §2.3.1). Changes nothing. */
final class ServerAnswer {
    /** What the answer means. */
    sealed interface Outcome {
        /** The server proved who it is, and handed out these keys, which the caller owns. */
        record Keys(Registered registered) implements Outcome {}

        /** The server proved who it is, and gives no keys; the IKE SA stays. */
        record GroupRefused(Kind kind, String why) implements Outcome {}

        /** The server proved who it is, but its policy is none that we carry out; it is to be told so. */
        record PolicyRefused(String why) implements Outcome {}

        /** There is no IKE SA. */
        record Failed(Kind kind, String why) implements Outcome {}
    }

    private final GroupMember.Settings settings;
    private final Authenticator authenticator;

    ServerAnswer(GroupMember.Settings settings, Authenticator authenticator) {
        this.settings = settings;
        this.authenticator = authenticator;
    }

    /**
     * Payloads of the request.
     *
     * @param asSender GROUP_SENDER goes with it; not where the registration only serves to leave
     * @throws Refused if we have no proof that this server takes
     */
    List<Payload> request(MemberIkeSa ike, boolean asSender) throws Refused {
        Prf prf = ike.suite.prf();
        Identification idi = authenticator.identification(Role.INITIATOR);
        var octets = AuthenticationData.of(
                prf, ike.channel.keys().initiatorId(), ike.init.request(), ike.init.responderNonce(), idi);
        List<Payload> payloads = new ArrayList<>();
        payloads.add(idi);
        List<Payload> proof = authenticator.prove(settings.server(), true, ike.peerHashes, octets, prf);
        payloads.addAll(proof.subList(0, proof.size() - 1));
        authenticator.certificateRequest().ifPresent(payloads::add);
        payloads.add(identification(Role.RESPONDER, settings.server()));
        payloads.add(proof.getLast());
        payloads.add(identification(Role.GROUP, settings.group()));
        payloads.add(new SagPayload(
                        settings.suites(),
                        java.util.Set.copyOf(settings.keyWraps()),
                        SagPayload.everything().signatures())
                .encode());
        if (asSender) {
            payloads.add(new Payload.Notify(
                    Ikev2.GROUP_SENDER,
                    Octets.of(
                            ByteBuffer.allocate(4).putInt(settings.senderIds()).array())));
        }
        return payloads;
    }

    /** IDg and the reason for which we are not, or no longer, a member (RFC 9838 §2.3.2). */
    List<Payload> goodbye(int notifyType) {
        return List.of(identification(Role.GROUP, settings.group()), new Payload.Notify(notifyType));
    }

    /** Judges the payloads of the answer to {@link #request}. */
    Outcome judge(MemberIkeSa ike, List<Payload> payloads) {
        try {
            Optional<Payload.Authentication> auth = Payloads.atMostOne(payloads, Payload.Authentication.class);
            Optional<Payload.Notify> error = Payloads.all(payloads, Payload.Notify.class).stream()
                    .filter(Payload.Notify::isError)
                    .findFirst();
            if (auth.isEmpty()) {
                return unproven(error);
            }
            verify(ike, payloads, auth.get());
            if (error.isPresent()) {
                return refusal(error.get());
            }
        } catch (ProtocolFault e) {
            return new Outcome.Failed(Kind.SERVER_NOT_AUTHENTIC, e.detail());
        }
        try {
            return keys(ike, payloads);
        } catch (ProtocolFault e) {
            return new Outcome.PolicyRefused(e.detail());
        }
    }

    private static Outcome unproven(Optional<Payload.Notify> error) throws MalformedMessage {
        int type = error.orElseThrow(() -> new MalformedMessage("GSA_AUTH answered without AUTH"))
                .notifyType();
        return type == Ikev2.AUTHENTICATION_FAILED
                ? new Outcome.Failed(Kind.AUTHENTICATION_FAILED, "the server does not believe who we are")
                : new Outcome.Failed(Kind.NO_COMMON_POLICY, "the server refused GSA_AUTH with error " + type);
    }

    private void verify(MemberIkeSa ike, List<Payload> payloads, Payload.Authentication auth) throws ProtocolFault {
        Identification idr = Payloads.identification(payloads, Role.RESPONDER)
                .orElseThrow(() -> new MalformedMessage("GSA_AUTH answered without IDr"));
        Identity claimed = Authenticator.claimed(idr);
        if (!claimed.equals(settings.server())) {
            throw new Refused(
                    Ikev2.AUTHENTICATION_FAILED, "the server calls itself " + claimed + ", not " + settings.server());
        }
        var octets = AuthenticationData.of(
                ike.suite.prf(), ike.channel.keys().responderId(), ike.init.response(), ike.init.initiatorNonce(), idr);
        AuthenticatedPeer server = authenticator.verify(
                idr, Payloads.all(payloads, Payload.Certificate.class), auth, octets, ike.suite.prf());
        if (settings.path().isPresent()) {
            Authenticator.addressFits(server, settings.path().get().remote().getAddress());
        }
    }

    private static Outcome refusal(Payload.Notify error) {
        return switch (error.notifyType()) {
            case Ikev2.NO_PROPOSAL_CHOSEN ->
                new Outcome.GroupRefused(Kind.NO_COMMON_POLICY, "the group's policy is none of what we can do");
            case Ikev2.INVALID_GROUP_ID -> new Outcome.GroupRefused(Kind.NOT_ADMITTED, "the server has no such group");
            case Ikev2.AUTHORIZATION_FAILED ->
                new Outcome.GroupRefused(Kind.NOT_ADMITTED, "the group does not admit us");
            case Ikev2.REGISTRATION_FAILED ->
                new Outcome.GroupRefused(Kind.TRY_LATER, "the group takes no members now");
            default ->
                new Outcome.GroupRefused(
                        Kind.TRY_LATER, "the server answered GSA_AUTH with error " + error.notifyType());
        };
    }

    private Outcome keys(MemberIkeSa ike, List<Payload> payloads) throws ProtocolFault {
        KeyWrapAlgorithm algorithm = ike.suite.keyWrap().orElseThrow(); // an IKE SA without one is not accepted
        Secret wrapKey =
                RegistrationPayloads.wrapKey(ike.suite.prf(), ike.channel.keys().derivation(), algorithm);
        Registered registered;
        try {
            registered = RegistrationPayloads.decode(payloads, wrapKey, algorithm, settings.sender(), ike.openGcks);
        } finally {
            wrapKey.destroy();
        }
        Optional<String> unacceptable = unacceptable(registered);
        return unacceptable.isPresent() ? new Outcome.PolicyRefused(unacceptable.get()) : new Outcome.Keys(registered);
    }

    private Optional<String> unacceptable(Registered registered) {
        for (DataSecuritySa sa : registered.dataSas()) {
            if (!settings.suites().contains(sa.suite())) {
                return Optional.of("a Data-Security SA with " + sa.suite());
            }
        }
        return registered
                .rekeySa()
                .filter(sa -> !settings.keyWraps().contains(sa.keyWrap()))
                .map(sa -> "a Rekey SA with " + sa.keyWrap());
    }

    private static Identification identification(Role role, Identity identity) {
        return new Identification(role, identity.type().wire(), identity.data());
    }
}
