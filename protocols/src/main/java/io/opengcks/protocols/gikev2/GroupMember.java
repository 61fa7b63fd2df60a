package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gikev2.MemberEffect.Excluded;
import io.opengcks.protocols.gikev2.MemberEffect.Failed;
import io.opengcks.protocols.gikev2.MemberEffect.Kind;
import io.opengcks.protocols.gikev2.MemberEffect.Left;
import io.opengcks.protocols.gikev2.MemberEffect.NeedsRegistration;
import io.opengcks.protocols.gikev2.MemberEffect.Registered;
import io.opengcks.protocols.gikev2.MemberEffect.Rejected;
import io.opengcks.protocols.gikev2.MemberEffect.Rekeyed;
import io.opengcks.protocols.gikev2.MemberEffect.Send;
import io.opengcks.protocols.gikev2.MemberEffect.WakeAt;
import io.opengcks.protocols.gikev2.MemberExchange.Purpose;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.KeyLog;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import io.opengcks.protocols.ikev2.Retransmission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member's side of one group (RFC 9838): registers, takes rekey messages, leaves. Times are ns on one monotonic clock,
 * compared by subtraction. One event loop owns an instance; nothing here blocks, and nothing a peer sends makes it throw.
 */
public final class GroupMember {
    /**
     * What an operator may choose.
     *
     * @param server         who the server must prove to be
     * @param group          the group
     * @param sender         true: it wants to send, not only to receive
     * @param senderIds      Sender-IDs a sender asks for, 1 to 255; not read for a receiver
     * @param suites         ESP suites it accepts, at least one
     * @param keyWraps       key wrap algorithms it accepts, preferred first, at least one
     * @param keyExchanges   key exchange methods it accepts, preferred first, at least one
     * @param path           addresses for NAT detection (RFC 7296 §2.23), where they are known
     * @param retransmission of its requests
     */
    public record Settings(
            Identity server,
            Identity group,
            boolean sender,
            int senderIds,
            Set<EspSuite> suites,
            List<KeyWrapAlgorithm> keyWraps,
            List<KeyExchangeMethod> keyExchanges,
            Optional<Path> path,
            Retransmission retransmission) {
        public Settings {
            suites = Set.copyOf(suites);
            keyWraps = List.copyOf(keyWraps);
            keyExchanges = List.copyOf(keyExchanges);
            if (suites.isEmpty() || keyWraps.isEmpty() || keyExchanges.isEmpty()) {
                throw new IllegalArgumentException("at least one algorithm of each kind");
            }
            if (sender && (senderIds < 1 || senderIds > 255)) {
                throw new IllegalArgumentException("1 to 255 Sender-IDs, not " + senderIds);
            }
        }

        /** A receiver that accepts every algorithm we have. */
        public static Settings receiver(Identity server, Identity group) {
            return of(server, group, false);
        }

        /** A sender with one Sender-ID that accepts every algorithm we have. */
        public static Settings sender(Identity server, Identity group) {
            return of(server, group, true);
        }

        private static Settings of(Identity server, Identity group, boolean sender) {
            return new Settings(
                    server,
                    group,
                    sender,
                    1,
                    Set.of(EspSuite.values()),
                    List.of(KeyWrapAlgorithm.KW_5649_256, KeyWrapAlgorithm.KW_5649_192, KeyWrapAlgorithm.KW_5649_128),
                    List.of(KeyExchangeMethod.values()),
                    Optional.empty(),
                    Retransmission.DEFAULT);
        }
    }

    private static final int NO_ADDITIONAL_SAS = 35; // RFC 7296 §3.10.1

    private final Settings settings;
    private final IkeAlgorithms algorithms;
    private final SecureRandom random;
    private final KeyLog keyLog;
    private final ServerAnswer answers;
    private final MemberRekeySas rekeySas = new MemberRekeySas();
    private @Nullable InitInitiator init;
    private @Nullable MemberIkeSa ike;

    /** The IKE SA before this one: it only answers the server's Delete, also when that comes again. */
    private @Nullable MemberIkeSa former;

    private @Nullable MemberExchange exchange;

    /** The exchanges under way are to end in a leave. */
    private boolean leaving;

    /** The server may count us as a member. */
    private boolean mayBeMember;

    /** Registered, and not excluded since. */
    private boolean registered;

    /** It may send: without a Sender-ID no cipher of ours may be used (RFC 9838 §2.4.1.4). */
    private boolean hasSenderIds;

    private OptionalLong wakeNs = OptionalLong.empty();

    /**
     * A member that has not registered.
     *
     * @param credentials own identity and proof, and how the server's is checked
     * @param random      of SPIs, nonces, key exchanges and jitter
     * @param wallClock   read only to see whether certificates are valid
     */
    public GroupMember(
            Settings settings, Credentials credentials, SecureRandom random, InstantSource wallClock, KeyLog keyLog) {
        this(
                settings,
                IkeAlgorithms.of(settings.keyExchanges(), settings.keyWraps()),
                credentials,
                random,
                wallClock,
                keyLog);
    }

    /** With the choice of every algorithm of the IKE SA, which only tests need. */
    GroupMember(
            Settings settings,
            IkeAlgorithms algorithms,
            Credentials credentials,
            SecureRandom random,
            InstantSource wallClock,
            KeyLog keyLog) {
        this.settings = settings;
        this.algorithms = algorithms;
        this.random = random;
        this.keyLog = keyLog;
        this.answers = new ServerAnswer(settings, new Authenticator(credentials, wallClock));
    }

    /** The only way in. The caller carries the effects out, in order. */
    public List<MemberEffect> on(MemberEvent event, long nowNs) {
        List<MemberEffect> effects = new ArrayList<>();
        switch (event) {
            case MemberEvent.Register() -> {
                leaving = false;
                begin(nowNs, effects);
            }
            case MemberEvent.Received(byte[] datagram) -> received(datagram, nowNs, effects);
            case MemberEvent.RekeyReceived(byte[] datagram) -> rekey(datagram, nowNs, effects);
            case MemberEvent.Tick() -> {} // what is due is looked at after every event
            case MemberEvent.Leave() -> leave(nowNs, effects);
        }
        retransmit(nowNs, effects);
        age(nowNs, effects);
        OptionalLong next = nextDueNs();
        if (next.isPresent() && !next.equals(wakeNs)) {
            effects.add(new WakeAt(next.getAsLong()));
        }
        wakeNs = next;
        return effects;
    }

    /** A new IKE SA; whatever was under way ends. The keys in use stay until there are new ones. */
    private void begin(long nowNs, List<MemberEffect> effects) {
        retire();
        InitInitiator next = new InitInitiator(algorithms, settings.path(), random, keyLog);
        init = next;
        send(Purpose.INIT, Ikev2.IKE_SA_INIT, 0, next.request(), nowNs, effects);
    }

    private void retire() {
        exchange = null;
        init = null;
        if (ike != null) {
            if (former != null) {
                former.channel.destroy();
            }
            former = ike;
            ike = null;
        }
    }

    private void received(byte[] datagram, long nowNs, List<MemberEffect> effects) {
        try {
            IkeHeader header = IkeHeader.decode(datagram);
            if (header.fromInitiator()) {
                throw new Unexpected("a message that only an initiator sends");
            }
            MemberIkeSa current = ike;
            MemberIkeSa old = former;
            if (header.exchangeType() == Ikev2.IKE_SA_INIT) {
                initAnswered(header, datagram, nowNs, effects);
            } else if (current != null && current.has(header)) {
                if (header.isResponse()) {
                    answered(current, header, datagram, nowNs, effects);
                } else {
                    request(current, header, datagram, nowNs, effects);
                }
            } else if (old != null && old.has(header) && !header.isResponse()) {
                request(old, header, datagram, nowNs, effects);
            } else {
                throw new Unexpected("no IKE SA with these SPIs");
            }
        } catch (ProtocolFault fault) {
            effects.add(new Rejected(fault));
        }
    }

    private void initAnswered(IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        InitInitiator current = init;
        if (current == null) {
            throw new Unexpected("no IKE_SA_INIT of ours is unanswered");
        }
        Optional<MemberIkeSa> begun = current.answer(header, datagram);
        if (begun.isEmpty()) {
            send(Purpose.INIT, Ikev2.IKE_SA_INIT, 0, current.request(), nowNs, effects);
            return;
        }
        MemberIkeSa next = begun.get();
        init = null;
        ike = next;
        List<Payload> payloads;
        try {
            payloads = answers.request(next, settings.sender() && !leaving);
        } catch (Refused e) {
            failed(Kind.AUTHENTICATION_FAILED, e.detail(), effects);
            return;
        }
        mayBeMember = true;
        request(Purpose.AUTHENTICATE, next, Ikev2.GSA_AUTH, payloads, nowNs, effects);
    }

    /** An answer to our own request on the IKE SA. */
    private void answered(
            MemberIkeSa current, IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        MemberExchange pending = exchange;
        if (pending == null
                || pending.messageId() != header.messageId()
                || pending.exchangeType() != header.exchangeType()) {
            throw new Unexpected("an answer to no request of ours");
        }
        EncryptedPayload.Opened opened = current.channel.open(datagram);
        exchange = null;
        switch (pending.purpose()) {
            case INIT -> throw new IllegalStateException("IKE_SA_INIT is not answered on an IKE SA");
            case AUTHENTICATE -> {
                ServerAnswer.Outcome outcome;
                try {
                    outcome = answers.judge(current, opened.payloads());
                } catch (MalformedMessage | Unsupported e) {
                    outcome = new ServerAnswer.Outcome.Failed(Kind.SERVER_NOT_AUTHENTIC, e.detail());
                }
                authenticated(current, outcome, nowNs, effects);
            }
            case REFUSE_POLICY -> {}
            case LEAVE -> left(effects);
        }
    }

    private void authenticated(
            MemberIkeSa current, ServerAnswer.Outcome outcome, long nowNs, List<MemberEffect> effects) {
        if (outcome instanceof ServerAnswer.Outcome.Failed(Kind kind, String why)) {
            failed(kind, why, effects);
            return;
        }
        current.authenticated = true;
        if (leaving) {
            request(
                    Purpose.LEAVE,
                    current,
                    Ikev2.GSA_REGISTRATION,
                    answers.goodbye(Ikev2.REGISTRATION_FAILED),
                    nowNs,
                    effects);
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
                request(
                        Purpose.REFUSE_POLICY,
                        current,
                        Ikev2.GSA_REGISTRATION,
                        answers.goodbye(Ikev2.NO_PROPOSAL_CHOSEN),
                        nowNs,
                        effects);
            }
            case ServerAnswer.Outcome.Keys(RegistrationPayloads.Registered keys) -> {
                rekeySas.replace(keys, current.openGcks, nowNs);
                registered = true;
                hasSenderIds = !keys.senderIds().isEmpty();
                keys.rekeySa().ifPresent(keyLog::rekeySa);
                keys.dataSas().forEach(keyLog::dataSa);
                effects.add(new Registered(new GsaUpdate(
                        true,
                        keys.dataSas(),
                        List.of(),
                        keys.policy(),
                        keys.senderIds(),
                        keys.senderIdBits(),
                        rekeySas.address(),
                        rekeySas.source())));
            }
        }
    }

    /** A request of the server. */
    private void request(MemberIkeSa current, IkeHeader header, byte[] datagram, long nowNs, List<MemberEffect> effects)
            throws ProtocolFault {
        Optional<byte[]> again = current.repeated(header, datagram);
        if (again.isPresent()) {
            effects.add(new Send(again.get()));
            return;
        }
        EncryptedPayload.Opened opened = current.openRequest(header, datagram);
        List<Payload> payloads;
        try {
            payloads = opened.payloads();
        } catch (Unsupported e) {
            var notify = new Payload.Notify(e.notifyType(), e.notifyData());
            effects.add(new Send(current.answer(header.exchangeType(), List.of(notify))));
            throw e;
        } catch (MalformedMessage e) {
            effects.add(
                    new Send(current.answer(header.exchangeType(), List.of(new Payload.Notify(Ikev2.INVALID_SYNTAX)))));
            lost(current, "the server sent what cannot be read", nowNs, effects);
            throw e;
        }
        switch (header.exchangeType()) {
            case Ikev2.INFORMATIONAL -> {
                effects.add(new Send(current.answer(header.exchangeType(), List.of())));
                if (Payloads.all(payloads, Payload.Delete.class).stream()
                        .anyMatch(delete -> delete.protocolId() == Ikev2.PROTOCOL_IKE)) {
                    lost(current, "the server deleted the IKE SA, and there is no Rekey SA", nowNs, effects);
                }
            }
            case Ikev2.CREATE_CHILD_SA -> decline(current, header.exchangeType(), NO_ADDITIONAL_SAS, effects);
            default -> decline(current, header.exchangeType(), Ikev2.INVALID_SYNTAX, effects);
        }
    }

    private static void decline(MemberIkeSa current, int exchangeType, int notifyType, List<MemberEffect> effects) {
        effects.add(new Send(current.answer(exchangeType, List.of(new Payload.Notify(notifyType)))));
        effects.add(new Rejected(new Unexpected("exchange " + exchangeType + " begun by the server")));
    }

    /** The IKE SA is over. Without a Rekey SA that means to be excluded (RFC 9838 §2.3.3). */
    private void lost(MemberIkeSa current, String why, long nowNs, List<MemberEffect> effects) {
        if (!current.equals(ike)) {
            return;
        }
        MemberExchange pending = exchange;
        retire();
        if (leaving) {
            if (pending != null && pending.purpose() == Purpose.LEAVE) {
                begin(nowNs, effects); // the goodbye went to an IKE SA that is gone
            }
        } else if (pending != null && pending.purpose() == Purpose.AUTHENTICATE) {
            effects.add(new Failed(Kind.NO_ANSWER, why));
        } else if (registered && rekeySas.isEmpty()) {
            excluded(why, effects);
        }
    }

    private void rekey(byte[] datagram, long nowNs, List<MemberEffect> effects) {
        MemberRekeySas.Result result;
        try {
            result = rekeySas.rekey(datagram, nowNs);
        } catch (ProtocolFault fault) {
            effects.add(new Rejected(fault));
            return;
        }
        switch (result) {
            case MemberRekeySas.Result.Excluded(String why) -> excluded(why, effects);
            case MemberRekeySas.Result.Unusable(long messageId, ProtocolFault fault) -> {
                effects.add(new Rejected(fault));
                effects.add(new NeedsRegistration("rekey message " + messageId + ": " + fault.detail()));
            }
            case MemberRekeySas.Result.Updated updated -> rekeyed(updated, effects);
        }
    }

    private void rekeyed(MemberRekeySas.Result.Updated updated, List<MemberEffect> effects) {
        RekeyMessage.Opened.Updated content = updated.content();
        // Every suite of ours is counter-based, so that a sender needs a Sender-ID for it.
        boolean mayUse = !settings.sender() || hasSenderIds;
        List<DataSecuritySa> usable = content.dataSas().stream()
                .filter(sa -> mayUse && settings.suites().contains(sa.suite()))
                .toList();
        content.newRekeySa().ifPresent(keyLog::rekeySa);
        usable.forEach(keyLog::dataSa);
        effects.add(new Rekeyed(
                new GsaUpdate(
                        false,
                        usable,
                        updated.deletedSpis(),
                        content.policy(),
                        List.of(),
                        0,
                        rekeySas.address(),
                        rekeySas.source()),
                content.messageId()));
        if (usable.size() < content.dataSas().size()) {
            effects.add(new NeedsRegistration(
                    mayUse
                            ? "a new Data-Security SA has a suite that we do not take"
                            : "a new Data-Security SA, and no Sender-ID to send on it"));
        } else if (updated.missed() > 0) {
            effects.add(new NeedsRegistration(
                    updated.missed() + " rekey messages before number " + content.messageId() + " were missed"));
        }
    }

    private void leave(long nowNs, List<MemberEffect> effects) {
        rekeySas.clear();
        registered = false;
        leaving = true;
        MemberIkeSa current = ike;
        if (!mayBeMember) {
            left(effects);
        } else if (current != null && current.authenticated) {
            request(
                    Purpose.LEAVE,
                    current,
                    Ikev2.GSA_REGISTRATION,
                    answers.goodbye(Ikev2.REGISTRATION_FAILED),
                    nowNs,
                    effects);
        } else {
            begin(nowNs, effects);
        }
    }

    private void left(List<MemberEffect> effects) {
        retire();
        leaving = false;
        mayBeMember = false;
        effects.add(new Left());
    }

    /** Without an IKE SA: the attempt is over. */
    private void failed(Kind kind, String why, List<MemberEffect> effects) {
        retire();
        if (leaving) {
            left(effects);
        } else {
            effects.add(new Failed(kind, why));
        }
    }

    private void excluded(String why, List<MemberEffect> effects) {
        rekeySas.clear();
        registered = false;
        effects.add(new Excluded(why));
    }

    private void request(
            Purpose purpose,
            MemberIkeSa on,
            int exchangeType,
            List<Payload> payloads,
            long nowNs,
            List<MemberEffect> effects) {
        long messageId = on.nextMessageId();
        send(purpose, exchangeType, messageId, on.channel.request(exchangeType, messageId, payloads), nowNs, effects);
    }

    private void send(
            Purpose purpose,
            int exchangeType,
            long messageId,
            byte[] datagram,
            long nowNs,
            List<MemberEffect> effects) {
        effects.add(new Send(datagram));
        exchange = new MemberExchange(purpose, exchangeType, messageId, datagram, 1, nowNs + waitNs(1));
    }

    private long waitNs(int sent) {
        return settings.retransmission().waitNs(sent, random.nextDouble());
    }

    private void retransmit(long nowNs, List<MemberEffect> effects) {
        MemberExchange pending = exchange;
        if (pending == null || pending.dueNs() - nowNs > 0) {
            return;
        }
        if (pending.copies() < settings.retransmission().copies()) {
            effects.add(new Send(pending.datagram()));
            exchange = pending.again(nowNs + waitNs(pending.copies() + 1));
            return;
        }
        switch (pending.purpose()) {
            case INIT, AUTHENTICATE -> {
                InitInitiator current = init;
                Optional<Refused> complaint = current == null ? Optional.empty() : current.complaint();
                failed(
                        complaint
                                .filter(refused -> refused.notifyType() == Ikev2.NO_PROPOSAL_CHOSEN)
                                .map(_ -> Kind.NO_COMMON_POLICY)
                                .orElse(Kind.NO_ANSWER),
                        complaint.map(ProtocolFault::detail).orElse("no answer to " + pending.copies() + " copies"),
                        effects);
            }
            case REFUSE_POLICY -> retire();
            case LEAVE -> left(effects);
        }
    }

    private void age(long nowNs, List<MemberEffect> effects) {
        if (rekeySas.expire(nowNs)) {
            excluded("the Rekey SA ended and was not replaced", effects);
        } else if (rekeySas.warns(nowNs)) {
            effects.add(new NeedsRegistration("the Rekey SA is near its end and was not replaced"));
        }
    }

    private OptionalLong nextDueNs() {
        MemberExchange pending = exchange;
        OptionalLong rekeyDue = rekeySas.nextDueNs();
        if (pending == null) {
            return rekeyDue;
        }
        return OptionalLong.of(
                rekeyDue.isPresent() && rekeyDue.getAsLong() - pending.dueNs() < 0
                        ? rekeyDue.getAsLong()
                        : pending.dueNs());
    }
}
