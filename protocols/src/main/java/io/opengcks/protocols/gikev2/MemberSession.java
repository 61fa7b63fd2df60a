package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gikev2.MemberEffect.Failed;
import io.opengcks.protocols.gikev2.MemberEffect.Kind;
import io.opengcks.protocols.gikev2.MemberEffect.Left;
import io.opengcks.protocols.gikev2.MemberEffect.Rejected;
import io.opengcks.protocols.gikev2.MemberEffect.Send;
import io.opengcks.protocols.gikev2.MemberExchange.Purpose;
import io.opengcks.protocols.gikev2.RegistrationPayloads.Registered;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The member's unicast side: IKE_SA_INIT, GSA_AUTH, leaving, and what the server asks on the IKE SA.
 *
 * <p>Anybody can answer IKE_SA_INIT. So every answer that could be genuine is followed up, a few of them side by side, until
 * one server proves who it is (RFC 7296 §2.4); the others are forgotten then.
 */
final class MemberSession {
    /** What the session tells its owner, at most one in an event. */
    interface Owner {
        /** The server proved who it is and handed out keys. */
        void registered(Registered keys, boolean fromOpenGcks, long nowNs, List<MemberEffect> effects);

        /** The IKE SA of the registration is over. */
        void ikeSaLost(String why, List<MemberEffect> effects);
    }

    /** Answers to one IKE_SA_INIT that are followed up at the same time. */
    private static final int MAX_CANDIDATES = 4;

    private static final int NO_ADDITIONAL_SAS = 35; // RFC 7296 §3.10.1

    private final GroupMember.Settings settings;
    private final IkeAlgorithms algorithms;
    private final SecureRandom random;
    private final KeyLog keyLog;
    private final ServerAnswer answers;
    private final Owner owner;

    /** Requests under way: IKE_SA_INIT and GSA_AUTH for each candidate, or one on the IKE SA. */
    private final List<MemberExchange> exchanges = new ArrayList<>();

    private @Nullable InitInitiator init;

    /** The IKE SA on which the server proved who it is. */
    private @Nullable MemberIkeSa ike;

    /** The IKE SA before this one: it only answers the server's Delete, also when that comes again. */
    private @Nullable MemberIkeSa former;

    /** The exchanges under way are to end in a leave. */
    private boolean leaving;

    /** The server may count us as a member. */
    private boolean mayBeMember;

    MemberSession(
            GroupMember.Settings settings,
            IkeAlgorithms algorithms,
            Authenticator authenticator,
            SecureRandom random,
            KeyLog keyLog,
            Owner owner) {
        this.settings = settings;
        this.algorithms = algorithms;
        this.random = random;
        this.keyLog = keyLog;
        this.answers = new ServerAnswer(settings, authenticator);
        this.owner = owner;
    }

    /** Begins a registration over a new IKE SA; whatever was under way ends. */
    void register(long nowNs, List<MemberEffect> effects) {
        leaving = false;
        begin(nowNs, effects);
    }

    /** Tells the server that we go: on the IKE SA, or over a new one where there is none. */
    void leave(long nowNs, List<MemberEffect> effects) {
        leaving = true;
        MemberIkeSa current = ike;
        if (!mayBeMember) {
            left(effects);
        } else if (current != null) {
            exchanges.clear();
            goodbye(current, Purpose.LEAVE, Ikev2.REGISTRATION_FAILED, nowNs, effects);
        } else {
            begin(nowNs, effects);
        }
    }

    /** Takes a unicast datagram. */
    void received(byte[] datagram, long nowNs, List<MemberEffect> effects) throws ProtocolFault {
        IkeHeader header = IkeHeader.decode(datagram);
        if (header.fromInitiator()) {
            throw new Unexpected("a message that only an initiator sends");
        }
        if (header.exchangeType() == Ikev2.IKE_SA_INIT) {
            initAnswered(header, datagram, nowNs, effects);
        } else if (header.isResponse()) {
            responded(header, datagram, nowNs, effects);
        } else if (ike != null && ike.has(header)) {
            asked(ike, header, datagram, nowNs, effects);
        } else if (former != null && former.has(header)) {
            asked(former, header, datagram, nowNs, effects);
        } else {
            throw new Unexpected("no IKE SA with these SPIs");
        }
    }

    /** Sends again what is due; gives up what was sent often enough. */
    void retransmit(long nowNs, List<MemberEffect> effects) {
        for (MemberExchange pending : List.copyOf(exchanges)) {
            if (pending.dueNs() - nowNs > 0 || !exchanges.contains(pending)) {
                continue;
            }
            exchanges.remove(pending);
            if (pending.copies() < settings.retransmission().copies()) {
                effects.add(new Send(pending.datagram()));
                exchanges.add(pending.again(nowNs + waitNs(pending.copies() + 1)));
            } else {
                givenUp(pending, effects);
            }
        }
    }

    OptionalLong nextDueNs() {
        return exchanges.stream().mapToLong(MemberExchange::dueNs).reduce((a, b) -> a - b < 0 ? a : b);
    }

    private void begin(long nowNs, List<MemberEffect> effects) {
        retire();
        InitInitiator next = new InitInitiator(algorithms, settings.path(), random, keyLog);
        init = next;
        send(Optional.empty(), Purpose.INIT, Ikev2.IKE_SA_INIT, 0, next.request(), nowNs, effects);
    }

    private void retire() {
        exchanges.clear();
        init = null;
        if (ike != null) {
            if (former != null) {
                former.channel.destroy();
            }
            former = ike;
            ike = null;
        }
    }

    private void initAnswered(IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        InitInitiator current = init;
        List<MemberIkeSa> candidates = candidates();
        if (current == null || candidates.size() >= MAX_CANDIDATES) {
            throw new Unexpected("an answer to no IKE_SA_INIT of ours");
        }
        if (candidates.stream().anyMatch(candidate -> Arrays.equals(candidate.init.response(), datagram))) {
            throw new Replayed("this answer to IKE_SA_INIT is followed up already");
        }
        Optional<MemberIkeSa> begun = current.answer(header, datagram);
        exchanges.removeIf(pending -> pending.purpose() == Purpose.INIT);
        if (begun.isEmpty()) {
            send(Optional.empty(), Purpose.INIT, Ikev2.IKE_SA_INIT, 0, current.request(), nowNs, effects);
            return;
        }
        Optional<MemberIkeSa> twin = exchanges.stream()
                .flatMap(pending -> pending.ike().stream())
                .filter(begun.get()::sameKeys)
                .findFirst();
        if (twin.isPresent()) {
            twin.get().addAlternative(begun.get()); // GSA_AUTH is on its way with these keys already
            return;
        }
        List<Payload> payloads;
        try {
            payloads = answers.request(begun.get(), settings.sender() && !leaving);
        } catch (Refused e) {
            candidateFailed(Kind.AUTHENTICATION_FAILED, e.detail(), effects);
            return;
        }
        mayBeMember = true;
        request(begun.get(), Purpose.AUTHENTICATE, Ikev2.GSA_AUTH, payloads, nowNs, effects);
    }

    /** Candidates may have the same SPIs, because a forger can copy them: the keys tell which one is meant. */
    private void responded(IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        ProtocolFault fault = new Unexpected("an answer to no request of ours");
        for (MemberExchange pending : List.copyOf(exchanges)) {
            Optional<MemberIkeSa> on = pending.ike();
            if (on.isPresent()
                    && on.get().has(header)
                    && pending.messageId() == header.messageId()
                    && pending.exchangeType() == header.exchangeType()) {
                EncryptedPayload.Opened opened;
                try {
                    opened = on.get().channel.open(datagram);
                } catch (MalformedMessage | NotAuthentic | Unsupported e) {
                    fault = e;
                    continue;
                }
                answered(pending, on.get(), opened, nowNs, effects);
                return;
            }
        }
        throw fault;
    }

    private List<MemberIkeSa> candidates() {
        List<MemberIkeSa> candidates = new ArrayList<>();
        for (MemberExchange pending : exchanges) {
            pending.ike().ifPresent(candidate -> {
                candidates.add(candidate);
                candidates.addAll(candidate.alternatives);
            });
        }
        return candidates;
    }

    private void answered(
            MemberExchange exchange,
            MemberIkeSa on,
            EncryptedPayload.Opened opened,
            long nowNs,
            List<MemberEffect> effects) {
        exchanges.remove(exchange);
        switch (exchange.purpose()) {
            case INIT -> throw new IllegalStateException("IKE_SA_INIT is not answered on an IKE SA");
            case AUTHENTICATE -> {
                MemberIkeSa winner = on;
                ServerAnswer.Outcome outcome = judge(on, opened);
                for (MemberIkeSa alternative : on.alternatives) {
                    if (outcome instanceof ServerAnswer.Outcome.Failed) {
                        winner = alternative;
                        outcome = judge(alternative, opened);
                    }
                }
                judged(winner, outcome, nowNs, effects);
            }
            case REFUSE_POLICY -> {}
            case LEAVE -> left(effects);
        }
    }

    private ServerAnswer.Outcome judge(MemberIkeSa on, EncryptedPayload.Opened opened) {
        try {
            return answers.judge(on, opened.payloads());
        } catch (MalformedMessage | Unsupported e) {
            return new ServerAnswer.Outcome.Failed(Kind.SERVER_NOT_AUTHENTIC, e.detail());
        }
    }

    private void judged(MemberIkeSa on, ServerAnswer.Outcome outcome, long nowNs, List<MemberEffect> effects) {
        if (outcome instanceof ServerAnswer.Outcome.Failed(Kind kind, String why)) {
            on.channel.destroy();
            candidateFailed(kind, why, effects);
            return;
        }
        exchanges.clear();
        init = null;
        ike = on;
        on.authenticated = true;
        if (leaving) {
            goodbye(on, Purpose.LEAVE, Ikev2.REGISTRATION_FAILED, nowNs, effects);
            return;
        }
        switch (outcome) {
            case ServerAnswer.Outcome.Failed _ -> throw new IllegalStateException("handled above");
            case ServerAnswer.Outcome.GroupRefused(Kind kind, String why) -> {
                mayBeMember = false;
                effects.add(new Failed(kind, why));
            }
            case ServerAnswer.Outcome.PolicyRefused(String why) -> {
                mayBeMember = false;
                effects.add(new Failed(Kind.NO_COMMON_POLICY, why));
                goodbye(on, Purpose.REFUSE_POLICY, Ikev2.NO_PROPOSAL_CHOSEN, nowNs, effects);
            }
            case ServerAnswer.Outcome.Keys(Registered keys) -> owner.registered(keys, on.openGcks, nowNs, effects);
        }
    }

    /** One answer to IKE_SA_INIT led nowhere; perhaps another one will. */
    private void candidateFailed(Kind kind, String why, List<MemberEffect> effects) {
        if (exchanges.isEmpty()) {
            failed(kind, why, effects);
        } else {
            effects.add(new Rejected(new NotAuthentic(why)));
        }
    }

    /** A request of the server. */
    private void asked(MemberIkeSa on, IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        Optional<byte[]> again = on.repeated(header, datagram);
        if (again.isPresent()) {
            effects.add(new Send(again.get()));
            return;
        }
        EncryptedPayload.Opened opened = on.openRequest(header, datagram);
        int type = header.exchangeType();
        List<Payload> payloads;
        try {
            payloads = opened.payloads();
        } catch (Unsupported e) {
            answer(on, type, Optional.of(new Payload.Notify(e.notifyType(), e.notifyData())), effects);
            throw e;
        } catch (MalformedMessage e) {
            answer(on, type, Optional.of(new Payload.Notify(Ikev2.INVALID_SYNTAX)), effects);
            lost(on, "the server sent what cannot be read", nowNs, effects);
            throw e;
        }
        if (type == Ikev2.INFORMATIONAL) {
            answer(on, type, Optional.empty(), effects);
            if (Payloads.all(payloads, Payload.Delete.class).stream()
                    .anyMatch(delete -> delete.protocolId() == Ikev2.PROTOCOL_IKE)) {
                lost(on, "the server deleted the IKE SA", nowNs, effects);
            }
            return;
        }
        int refusal = type == Ikev2.CREATE_CHILD_SA ? NO_ADDITIONAL_SAS : Ikev2.INVALID_SYNTAX;
        answer(on, type, Optional.of(new Payload.Notify(refusal)), effects);
        throw new Unexpected("exchange " + type + " begun by the server");
    }

    private static void answer(
            MemberIkeSa on, int exchangeType, Optional<Payload.Notify> notify, List<MemberEffect> effects) {
        effects.add(new Send(on.answer(exchangeType, notify.stream().toList())));
    }

    /** The IKE SA is over; what was asked on it is not answered any more. */
    private void lost(MemberIkeSa on, String why, long nowNs, List<MemberEffect> effects) {
        if (!on.equals(ike)) {
            return; // one that was retired already
        }
        boolean goodbyeLost = exchanges.stream().anyMatch(pending -> pending.purpose() == Purpose.LEAVE);
        retire();
        if (goodbyeLost) {
            begin(nowNs, effects);
        } else {
            owner.ikeSaLost(why, effects);
        }
    }

    private void goodbye(MemberIkeSa on, Purpose purpose, int notifyType, long nowNs, List<MemberEffect> effects) {
        request(on, purpose, Ikev2.GSA_REGISTRATION, answers.goodbye(notifyType), nowNs, effects);
    }

    private void left(List<MemberEffect> effects) {
        retire();
        leaving = false;
        mayBeMember = false;
        effects.add(new Left());
    }

    /** The attempt is over without an IKE SA. */
    private void failed(Kind kind, String why, List<MemberEffect> effects) {
        retire();
        if (leaving) {
            left(effects);
        } else {
            effects.add(new Failed(kind, why));
        }
    }

    private void givenUp(MemberExchange pending, List<MemberEffect> effects) {
        switch (pending.purpose()) {
            case INIT, AUTHENTICATE -> {
                Optional<Refused> complaint = Optional.ofNullable(init).flatMap(InitInitiator::complaint);
                boolean noProposal = complaint.isPresent() && complaint.get().notifyType() == Ikev2.NO_PROPOSAL_CHOSEN;
                candidateFailed(
                        noProposal ? Kind.NO_COMMON_POLICY : Kind.NO_ANSWER,
                        complaint.map(ProtocolFault::detail).orElse("no answer to " + pending.copies() + " copies"),
                        effects);
            }
            case REFUSE_POLICY -> retire();
            case LEAVE -> left(effects);
        }
    }

    private void request(
            MemberIkeSa on,
            Purpose purpose,
            int exchangeType,
            List<Payload> payloads,
            long nowNs,
            List<MemberEffect> effects) {
        long messageId = on.nextMessageId();
        byte[] datagram = on.channel.request(exchangeType, messageId, payloads);
        send(Optional.of(on), purpose, exchangeType, messageId, datagram, nowNs, effects);
    }

    private void send(
            Optional<MemberIkeSa> on,
            Purpose purpose,
            int exchangeType,
            long messageId,
            byte[] datagram,
            long nowNs,
            List<MemberEffect> effects) {
        effects.add(new Send(datagram));
        exchanges.add(new MemberExchange(on, purpose, exchangeType, messageId, datagram, 1, nowNs + waitNs(1)));
    }

    private long waitNs(int sent) {
        return settings.retransmission().waitNs(sent, random.nextDouble());
    }
}
