package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.KeyServerEffect.Leave;
import io.opengcks.protocols.gikev2.KeyServerEffect.Progress;
import io.opengcks.protocols.gikev2.KeyServerEffect.Register;
import io.opengcks.protocols.gikev2.KeyServerEffect.Rejected;
import io.opengcks.protocols.gikev2.KeyServerEffect.Send;
import io.opengcks.protocols.gikev2.KeyServerEffect.Step;
import io.opengcks.protocols.gikev2.KeyServerEffect.WakeAt;
import io.opengcks.protocols.gikev2.KeyServerEvent.Answered;
import io.opengcks.protocols.gikev2.KeyServerEvent.Received;
import io.opengcks.protocols.gikev2.KeyServerEvent.Tick;
import io.opengcks.protocols.gikev2.MemberRequests.Outcome;
import io.opengcks.protocols.gikev2.ServerIkeSa.Phase.Ended;
import io.opengcks.protocols.gikev2.ServerIkeSa.Phase.Established;
import io.opengcks.protocols.gikev2.ServerIkeSa.Phase.HalfOpen;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Overloaded;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import io.opengcks.protocols.ikev2.Retransmission;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The key server's side of registration (RFC 9838 §2.3): all IKE SAs of one node. Times are ns on one monotonic clock,
 * compared by subtraction. One event loop owns an instance; nothing here blocks, and nothing a peer sends makes it throw.
 */
public final class KeyServer {
    /**
     * What an operator may choose.
     *
     * @param keyWraps       key wrap algorithms of registrations, the one of the groups first (one a server: members of one
     *                       key tree share their keys)
     * @param keyExchanges   key exchange methods, preferred first
     * @param cookieThreshold half-open IKE SAs from which on a cookie is demanded (RFC 7296 §2.6); 0: always
     * @param maxHalfOpen    most IKE SAs that await authentication
     * @param maxIkeSas      most authenticated IKE SAs
     * @param halfOpenNs     how long an IKE SA may await authentication, ns
     * @param idleNs         how long an authenticated IKE SA lives after its last request, ns, before we delete it
     *                       (RFC 9838 §2.3.4)
     * @param retransmission of our own requests
     */
    public record Settings(
            List<KeyWrapAlgorithm> keyWraps,
            List<KeyExchangeMethod> keyExchanges,
            int cookieThreshold,
            int maxHalfOpen,
            int maxIkeSas,
            long halfOpenNs,
            long idleNs,
            Retransmission retransmission) {
        public static final Settings DEFAULT = new Settings(
                List.of(KeyWrapAlgorithm.KW_5649_256),
                List.of(KeyExchangeMethod.values()),
                64,
                4096,
                65536,
                10_000_000_000L,
                30_000_000_000L,
                Retransmission.DEFAULT);

        public Settings {
            keyWraps = List.copyOf(keyWraps);
            keyExchanges = List.copyOf(keyExchanges);
            if (keyWraps.isEmpty() || keyExchanges.isEmpty()) {
                throw new IllegalArgumentException("at least one key wrap algorithm and one key exchange method");
            }
            if (cookieThreshold < 0 || maxHalfOpen < 1 || maxIkeSas < 1 || halfOpenNs < 1 || idleNs < 1) {
                throw new IllegalArgumentException("limits and times are positive");
            }
        }
    }

    private final Settings settings;
    private final SecureRandom random;
    private final InitResponder inits;
    private final MemberRequests requests;
    private final ServerIkeSas sas;
    private final LaterVersions laterVersions = new LaterVersions();
    private long nextTicket = 1;

    private OptionalLong wakeNs = OptionalLong.empty();

    /**
     * A key server without any IKE SA.
     *
     * @param random    of SPIs, nonces and key exchanges
     * @param wallClock read only to see whether certificates are valid
     */
    public KeyServer(
            Settings settings, Credentials credentials, SecureRandom random, InstantSource wallClock, KeyLog keyLog) {
        Authenticator authenticator = new Authenticator(credentials, wallClock);
        this.settings = settings;
        this.random = random;
        this.inits = new InitResponder(settings, authenticator, random, keyLog);
        this.requests = new MemberRequests(authenticator);
        this.sas = new ServerIkeSas(settings.maxHalfOpen(), settings.maxIkeSas());
    }

    /** IKE SAs that have not authenticated yet, or are over and only repeat their last answer. */
    public int halfOpen() {
        return sas.strangers();
    }

    /** IKE SAs whose peer proved who it is. */
    public int established() {
        return sas.established();
    }

    /** The only way in. The caller carries the effects out, in order. */
    public List<KeyServerEffect> on(KeyServerEvent event, long nowNs) {
        List<KeyServerEffect> effects = new ArrayList<>();
        // First, so that nothing is done on an IKE SA whose time is over.
        for (ServerIkeSa sa = sas.due(nowNs); sa != null; sa = sas.due(nowNs)) {
            due(sa, nowNs, effects);
        }
        switch (event) {
            case Received(Path path, byte[] datagram) -> received(path, datagram, nowNs, effects);
            case Tick() -> {} // what is due is looked at in every event
            case Answered(long ticket, RegistrationAnswer answer) -> answered(ticket, answer, nowNs, effects);
        }
        OptionalLong next = sas.nextDueNs();
        // A tick has used up the timer that was asked for, also when it came too early.
        if (next.isPresent() && (!next.equals(wakeNs) || event instanceof Tick)) {
            effects.add(new WakeAt(next.getAsLong()));
        }
        wakeNs = next;
        return effects;
    }

    private void received(Path path, byte[] datagram, long nowNs, List<KeyServerEffect> effects) {
        try {
            laterVersions.answer(datagram, nowNs).ifPresent(answer -> effects.add(new Send(path, answer)));
            IkeHeader header = IkeHeader.decode(datagram);
            if (!header.fromInitiator()) {
                throw new Unexpected("a message that only a responder sends");
            }
            if (header.isResponse()) {
                response(header, datagram, effects);
            } else if (header.exchangeType() == Ikev2.IKE_SA_INIT) {
                init(path, datagram, nowNs, effects);
            } else {
                request(header, path, datagram, nowNs, effects);
            }
        } catch (ProtocolFault fault) {
            effects.add(new Rejected(path, fault));
        }
    }

    private void init(Path path, byte[] datagram, long nowNs, List<KeyServerEffect> effects) throws ProtocolFault {
        ServerIkeSa known = sas.findByInit(InitResponder.key(path, datagram));
        if (known != null) {
            if (known.phase instanceof HalfOpen halfOpen && !known.wentOn()) {
                effects.add(new Send(path, halfOpen.response()));
                return;
            }
            throw new Unexpected("IKE_SA_INIT of an IKE SA that went on");
        }
        boolean underLoad = sas.strangers() >= settings.cookieThreshold();
        switch (inits.answer(path, datagram, underLoad, sas::isTaken, nowNs)) {
            case InitResponder.Outcome.Answered(byte[] answer) -> {
                effects.add(new Send(path, answer));
                effects.add(new Progress(path, spi(datagram), 0, Step.COOKIE_DEMANDED, ""));
            }
            case InitResponder.Outcome.Declined(byte[] answer, ProtocolFault fault) -> {
                effects.add(new Send(path, answer));
                effects.add(new Rejected(path, fault));
            }
            case InitResponder.Outcome.Begun(ServerIkeSa sa, byte[] answer) -> {
                ServerIkeSa victim = sas.add(sa, nowNs + settings.halfOpenNs());
                if (victim != null) {
                    effects.add(new Rejected(victim.path, new Overloaded("too many IKE SAs are half-open")));
                }
                effects.add(new Send(path, answer));
                progress(sa, Step.INIT_ANSWERED, effects);
            }
        }
    }

    private void request(IkeHeader header, Path path, byte[] datagram, long nowNs, List<KeyServerEffect> effects)
            throws ProtocolFault {
        ServerIkeSa sa = sas.find(header.initiatorSpi(), header.responderSpi());
        if (sa == null) {
            throw new Unexpected("no IKE SA with these SPIs");
        }
        long id = header.messageId();
        if (id == sa.expected - 1 && sa.isRetransmission(datagram)) {
            byte[] last = sa.lastResponse();
            if (last != null) { // else the group is still being asked
                // To where the request was first answered: a copy from elsewhere may be somebody's replay.
                effects.add(new Send(sa.path, last));
            }
            return;
        }
        if (id < sa.expected) {
            throw new Replayed("Message ID " + id + " where " + sa.expected + " is next");
        }
        if (id > sa.expected || sa.pending != null || sa.phase instanceof Ended) {
            throw new Unexpected("Message ID " + id + " outside the window");
        }
        EncryptedPayload.Opened opened = sa.channel.open(datagram);
        sa.accepted(datagram, path);
        sas.touch(sa);
        Outcome outcome;
        try {
            outcome = requests.judge(
                    sa, header.exchangeType(), opened.payloads(), path.remote().getAddress());
        } catch (MalformedMessage e) {
            outcome = new Outcome.Fatal(new Payload.Notify(Ikev2.INVALID_SYNTAX), e);
        } catch (Unsupported e) {
            var notify = new Payload.Notify(e.notifyType(), e.notifyData());
            outcome = sa.phase instanceof Established
                    ? new Outcome.Decline(List.of(notify), e)
                    : new Outcome.Fatal(notify, e);
        }
        carryOut(sa, header.exchangeType(), outcome, nowNs, effects);
    }

    private void carryOut(
            ServerIkeSa sa, int exchangeType, Outcome outcome, long nowNs, List<KeyServerEffect> effects) {
        switch (outcome) {
            case Outcome.Authenticated(AuthenticatedPeer peer, Outcome next) -> {
                ServerIkeSa victim = sas.establish(sa, new Established(peer));
                if (victim != null) {
                    drop(victim, effects);
                }
                progress(sa, Step.AUTHENTICATED, effects);
                carryOut(sa, exchangeType, next, nowNs, effects);
            }
            case Outcome.Answer(List<Payload> payloads, Step step) -> {
                send(sa, exchangeType, payloads, nowNs, effects);
                progress(sa, step, effects);
            }
            case Outcome.Decline(List<Payload> payloads, ProtocolFault fault) -> {
                send(sa, exchangeType, payloads, nowNs, effects);
                effects.add(new Rejected(sa.path, fault));
            }
            case Outcome.Ask(List<Payload> head, RegistrationRequest request) -> {
                long ticket = nextTicket++;
                sas.setPending(sa, new ServerIkeSa.Pending(ticket, exchangeType, head));
                sas.setDeadline(sa, nowNs + settings.idleNs());
                effects.add(new Register(ticket, request));
            }
            case Outcome.Leave(AuthenticatedPeer peer, Identity group) -> {
                send(sa, exchangeType, List.of(), nowNs, effects);
                effects.add(new Leave(peer, group));
                progress(sa, Step.LEFT, effects);
            }
            case Outcome.Delete() -> {
                effects.add(new Send(sa.path, sa.answer(exchangeType, List.of())));
                progress(sa, Step.DELETED, effects);
                sas.end(sa, nowNs + settings.halfOpenNs());
            }
            case Outcome.Fatal(Payload.Notify notification, ProtocolFault fault) -> {
                effects.add(new Send(sa.path, sa.answer(exchangeType, List.of(notification))));
                effects.add(new Rejected(sa.path, fault));
                sas.end(sa, nowNs + settings.halfOpenNs());
            }
        }
    }

    private void answered(long ticket, RegistrationAnswer answer, long nowNs, List<KeyServerEffect> effects) {
        ServerIkeSa sa = sas.redeem(ticket);
        ServerIkeSa.Pending pending = sa == null ? null : sa.pending;
        if (sa == null || pending == null) {
            return; // its IKE SA ended meanwhile; the member asks again
        }
        sa.pending = null;
        switch (answer) {
            case RegistrationAnswer.Admitted(Registration registration) -> {
                try {
                    List<Payload> all = new ArrayList<>(pending.head());
                    all.addAll(keys(sa, registration));
                    send(sa, pending.exchangeType(), all, nowNs, effects);
                    sa.keptOpen |= registration.rekeySa().isEmpty();
                    progress(sa, Step.REGISTERED, effects);
                } catch (IllegalArgumentException e) {
                    // The group gave what cannot be said. The member must not wait for it, nor must the other members.
                    refuse(sa, pending, Ikev2.REGISTRATION_FAILED, "not sendable: " + e.getMessage(), nowNs, effects);
                }
            }
            case RegistrationAnswer.Refused(RegistrationAnswer.Refusal refusal, String why) ->
                refuse(sa, pending, notifyType(refusal), why, nowNs, effects);
        }
    }

    private void refuse(
            ServerIkeSa sa,
            ServerIkeSa.Pending pending,
            int notifyType,
            String why,
            long nowNs,
            List<KeyServerEffect> effects) {
        List<Payload> payloads = new ArrayList<>(pending.head());
        payloads.add(new Payload.Notify(notifyType));
        send(sa, pending.exchangeType(), payloads, nowNs, effects);
        progress(sa, Step.GROUP_REFUSED, effects);
        effects.add(new Rejected(sa.path, new Refused(notifyType, sa.peerText() + ": " + why)));
    }

    private static List<Payload> keys(ServerIkeSa sa, Registration registration) {
        KeyWrapAlgorithm algorithm = sa.suite.keyWrap().orElseThrow();
        Secret wrapKey =
                RegistrationPayloads.wrapKey(sa.suite.prf(), sa.channel.keys().derivation(), algorithm);
        List<Payload> payloads = RegistrationPayloads.encode(registration, wrapKey, algorithm, sa.openGcks);
        wrapKey.destroy();
        return payloads;
    }

    private static int notifyType(RegistrationAnswer.Refusal refusal) {
        return switch (refusal) {
            case NO_SUCH_GROUP -> Ikev2.INVALID_GROUP_ID;
            case NOT_AUTHORIZED -> Ikev2.AUTHORIZATION_FAILED;
            case CANNOT_TAKE_MEMBERS -> Ikev2.REGISTRATION_FAILED;
            case NO_COMMON_POLICY -> Ikev2.NO_PROPOSAL_CHOSEN;
        };
    }

    private void send(
            ServerIkeSa sa, int exchangeType, List<Payload> payloads, long nowNs, List<KeyServerEffect> effects) {
        effects.add(new Send(sa.path, sa.answer(exchangeType, payloads)));
        sas.setDeadline(sa, nowNs + settings.idleNs());
    }

    /** The answer to our own request, which is always to delete the IKE SA. */
    private void response(IkeHeader header, byte[] datagram, List<KeyServerEffect> effects) throws ProtocolFault {
        ServerIkeSa sa = sas.find(header.initiatorSpi(), header.responderSpi());
        if (sa == null || sa.closing == null || header.messageId() != 0) {
            throw new Unexpected("an answer to no request of ours");
        }
        sa.channel.open(datagram);
        progress(sa, Step.DELETED, effects);
        sas.remove(sa);
    }

    private void due(ServerIkeSa sa, long nowNs, List<KeyServerEffect> effects) {
        switch (sa.phase) {
            case HalfOpen _ -> {
                progress(sa, Step.EXPIRED, effects);
                sas.remove(sa);
            }
            case Ended() -> sas.remove(sa);
            case Established _ when sa.pending != null || sa.keptOpen -> sas.again(sa, nowNs + settings.idleNs());
            case Established _ -> close(sa, nowNs, effects);
        }
    }

    /** We have no further use for it (RFC 9838 §2.3.4): Delete, as often as it takes. */
    private void close(ServerIkeSa sa, long nowNs, List<KeyServerEffect> effects) {
        ServerIkeSa.Closing closing = sa.closing;
        int copies = closing == null ? 0 : closing.copies();
        if (copies == settings.retransmission().copies()) {
            progress(sa, Step.EXPIRED, effects);
            sas.remove(sa);
            return;
        }
        byte[] datagram = closing == null
                ? sa.channel.request(Ikev2.INFORMATIONAL, 0, List.of(Payload.Delete.ikeSa()))
                : closing.datagram();
        sa.closing = new ServerIkeSa.Closing(datagram, copies + 1);
        effects.add(new Send(sa.path, datagram));
        sas.again(sa, nowNs + settings.retransmission().waitNs(copies + 1, random.nextDouble()));
    }

    /** Its place is needed: it is told once, and forgotten. */
    private void drop(ServerIkeSa sa, List<KeyServerEffect> effects) {
        if (sa.closing == null) {
            effects.add(new Send(sa.path, sa.channel.request(Ikev2.INFORMATIONAL, 0, List.of(Payload.Delete.ikeSa()))));
        }
        effects.add(new Rejected(sa.path, new Overloaded("too many IKE SAs: " + sa.peerText() + " was idle longest")));
        sas.remove(sa);
    }

    private static void progress(ServerIkeSa sa, Step step, List<KeyServerEffect> effects) {
        effects.add(new Progress(sa.path, sa.channel.initiatorSpi(), sa.channel.responderSpi(), step, sa.peerText()));
    }

    private static long spi(byte[] datagram) {
        return ByteBuffer.wrap(datagram).getLong();
    }
}
