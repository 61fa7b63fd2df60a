package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.gikev2.ServerIkeSa.Phase;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationRequest;
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
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the key server makes of a member's authentic requests (RFC 9838 §2.3). It decides and changes nothing: the outcome
 * says what is to become of the IKE SA.
 */
final class MemberRequests {
    /** What is to be done. */
    sealed interface Outcome {
        /** Answer with these payloads; the IKE SA stays. */
        record Answer(List<Payload> payloads, KeyServerEffect.Step step) implements Outcome {}

        /** Answer with these payloads, because of this; the IKE SA stays. */
        record Decline(List<Payload> payloads, ProtocolFault fault) implements Outcome {}

        /** The peer proved who it is; then {@code next}. */
        record Authenticated(AuthenticatedPeer peer, Outcome next) implements Outcome {}

        /** Ask the group, then answer with {@code head} and what the group says. */
        record Ask(List<Payload> head, RegistrationRequest request) implements Outcome {}

        /** The member leaves {@code group}; answered with an empty message. */
        record Leave(AuthenticatedPeer peer, Identity group) implements Outcome {}

        /** Answer with an empty message; the IKE SA is over. */
        record Delete() implements Outcome {}

        /** Answer with this notification alone; the IKE SA is over (RFC 7296 §2.21.2, §2.21.3). */
        record Fatal(Payload.Notify notification, ProtocolFault fault) implements Outcome {}
    }

    private static final int NO_ADDITIONAL_SAS = 35; // RFC 7296 §3.10.1
    private static final long MAX_SENDER_IDS_WANTED = 65535;

    private final Authenticator authenticator;

    MemberRequests(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Judges the payloads of a request that came on {@code sa}, from {@code source}. */
    Outcome judge(ServerIkeSa sa, int exchangeType, List<Payload> payloads, InetAddress source) {
        try {
            return switch (sa.phase) {
                case Phase.HalfOpen halfOpen -> first(sa, halfOpen, exchangeType, payloads, source);
                case Phase.Established(AuthenticatedPeer peer) -> later(sa, peer, exchangeType, payloads);
                case Phase.Ended() -> throw new IllegalStateException("a request on an IKE SA that is over");
            };
        } catch (MalformedMessage e) {
            return new Outcome.Fatal(new Payload.Notify(Ikev2.INVALID_SYNTAX), e);
        } catch (Refused e) {
            return new Outcome.Fatal(new Payload.Notify(e.notifyType()), e);
        }
    }

    private Outcome first(
            ServerIkeSa sa, Phase.HalfOpen halfOpen, int exchangeType, List<Payload> payloads, InetAddress source)
            throws MalformedMessage, Refused {
        return switch (exchangeType) {
            case Ikev2.GSA_AUTH -> authenticate(sa, halfOpen, payloads, source);
            case Ikev2.IKE_AUTH ->
                throw new Refused(Ikev2.AUTHENTICATION_FAILED, "IKE_AUTH: no Child SAs here, only group registration");
            default -> throw new MalformedMessage("exchange " + exchangeType + " before GSA_AUTH");
        };
    }

    private Outcome later(ServerIkeSa sa, AuthenticatedPeer peer, int exchangeType, List<Payload> payloads)
            throws MalformedMessage {
        return switch (exchangeType) {
            case Ikev2.GSA_REGISTRATION -> register(sa, peer, payloads);
            case Ikev2.INFORMATIONAL -> informational(payloads);
            case Ikev2.CREATE_CHILD_SA ->
                new Outcome.Decline(
                        List.of(new Payload.Notify(NO_ADDITIONAL_SAS)),
                        new Refused(NO_ADDITIONAL_SAS, "CREATE_CHILD_SA: a registration IKE SA is short-lived"));
            default -> throw new MalformedMessage("exchange " + exchangeType + " after GSA_AUTH");
        };
    }

    private Outcome authenticate(ServerIkeSa sa, Phase.HalfOpen halfOpen, List<Payload> payloads, InetAddress source)
            throws MalformedMessage, Refused {
        Identification idi = Payloads.identification(payloads, Role.INITIATOR)
                .orElseThrow(() -> new MalformedMessage("GSA_AUTH without IDi"));
        Identification idg = group(payloads);
        OptionalInt senderIds = senderIds(payloads);
        Optional<Payload.SecurityAssociation> capabilities = capabilities(payloads);
        Payload.Authentication auth = Payloads.atMostOne(payloads, Payload.Authentication.class)
                .orElseThrow(() -> new Refused(Ikev2.AUTHENTICATION_FAILED, "no AUTH: EAP is not offered"));
        Prf prf = sa.suite.prf();
        var theirs = AuthenticationData.of(
                prf, sa.channel.keys().initiatorId(), halfOpen.request(), halfOpen.responderNonce(), idi);
        AuthenticatedPeer peer =
                authenticator.verify(idi, Payloads.all(payloads, Payload.Certificate.class), auth, theirs, prf);
        Authenticator.addressFits(peer, source);

        Identification idr = authenticator.identification(Role.RESPONDER);
        var ours = AuthenticationData.of(
                prf, sa.channel.keys().responderId(), halfOpen.response(), halfOpen.initiatorNonce(), idr);
        List<Payload> head = new ArrayList<>();
        head.add(idr);
        head.addAll(authenticator.prove(
                peer.identity(), auth.method() == Ikev2.AUTH_DIGITAL_SIGNATURE, sa.peerHashes, ours, prf));
        return new Outcome.Authenticated(peer, ask(sa, peer, head, idg, senderIds, capabilities));
    }

    private Outcome register(ServerIkeSa sa, AuthenticatedPeer peer, List<Payload> payloads) throws MalformedMessage {
        Identification idg = group(payloads);
        OptionalInt senderIds = senderIds(payloads);
        Optional<Payload.SecurityAssociation> capabilities = capabilities(payloads);
        boolean leaves = Payloads.all(payloads, Payload.Notify.class).stream().anyMatch(Payload.Notify::isError);
        if (!leaves) {
            return ask(sa, peer, List.of(), idg, senderIds, capabilities);
        }
        Identity group;
        try {
            group = Authenticator.claimed(idg);
        } catch (MalformedMessage _) {
            // Leaving what it cannot be in is done already (spec decision O19).
            return new Outcome.Answer(List.of(), KeyServerEffect.Step.LEFT);
        }
        return new Outcome.Leave(peer, group);
    }

    private static Outcome ask(
            ServerIkeSa sa,
            AuthenticatedPeer peer,
            List<Payload> head,
            Identification idg,
            OptionalInt senderIds,
            Optional<Payload.SecurityAssociation> capabilities) {
        Identity group;
        try {
            group = Authenticator.claimed(idg);
        } catch (MalformedMessage e) {
            return declined(head, Ikev2.INVALID_GROUP_ID, e.detail());
        }
        Optional<KeyWrapAlgorithm> keyWrap = sa.suite.keyWrap();
        if (keyWrap.isEmpty()) {
            return declined(head, Ikev2.NO_PROPOSAL_CHOSEN, peer.identity() + " proposed no key wrap algorithm");
        }
        // Nothing said: empty, and the group gives what it has. Something said, but nothing that goes with our key wrap
        // algorithm: the member would not be able to use it.
        Set<EspSuite> suites = Set.of();
        if (capabilities.isPresent()) {
            suites = SagPayload.suitesWith(keyWrap.get(), capabilities.get());
            if (suites.isEmpty()) {
                return declined(
                        head,
                        Ikev2.NO_PROPOSAL_CHOSEN,
                        peer.identity() + " names no ESP suite of ours together with " + keyWrap.get());
            }
        }
        return new Outcome.Ask(
                head,
                new RegistrationRequest(
                        peer, group, senderIds.isPresent(), senderIds.orElse(0), keyWrap.get(), suites, sa.openGcks));
    }

    private static Outcome informational(List<Payload> payloads) {
        boolean deletes = Payloads.all(payloads, Payload.Delete.class).stream()
                .anyMatch(delete -> delete.protocolId() == Ikev2.PROTOCOL_IKE);
        boolean fatal =
                Payloads.notification(payloads, Ikev2.AUTHENTICATION_FAILED).isPresent()
                        || Payloads.notification(payloads, Ikev2.INVALID_SYNTAX).isPresent();
        return deletes || fatal
                ? new Outcome.Delete()
                : new Outcome.Answer(List.of(), KeyServerEffect.Step.LIVENESS_ANSWERED);
    }

    private static Identification group(List<Payload> payloads) throws MalformedMessage {
        return Payloads.identification(payloads, Role.GROUP).orElseThrow(() -> new MalformedMessage("no IDg"));
    }

    private static Optional<Payload.SecurityAssociation> capabilities(List<Payload> payloads) throws MalformedMessage {
        return Payloads.atMostOne(payloads, Payload.SecurityAssociation.class);
    }

    /** How many Sender-IDs GROUP_SENDER asks for; 0 means the one that a sender always gets (spec decision O5). */
    private static OptionalInt senderIds(List<Payload> payloads) throws MalformedMessage {
        Optional<Payload.Notify> wish = Payloads.notification(payloads, Ikev2.GROUP_SENDER);
        if (wish.isEmpty()) {
            return OptionalInt.empty();
        }
        if (wish.get().data().length() != 4) {
            throw new MalformedMessage("GROUP_SENDER with " + wish.get().data().length() + " octets of data");
        }
        long wanted = ByteBuffer.wrap(wish.get().data().toArray()).getInt() & 0xffff_ffffL;
        return OptionalInt.of((int) Math.clamp(wanted, 1, MAX_SENDER_IDS_WANTED));
    }

    private static Outcome declined(List<Payload> head, int notifyType, String why) {
        List<Payload> payloads = new ArrayList<>(head);
        payloads.add(new Payload.Notify(notifyType));
        return new Outcome.Decline(payloads, new Refused(notifyType, why));
    }
}
