package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gikev2.MemberEffect.Excluded;
import io.opengcks.protocols.gikev2.MemberEffect.NeedsRegistration;
import io.opengcks.protocols.gikev2.MemberEffect.Registered;
import io.opengcks.protocols.gikev2.MemberEffect.Rejected;
import io.opengcks.protocols.gikev2.MemberEffect.Rekeyed;
import io.opengcks.protocols.gikev2.MemberEffect.UnknownRekeySa;
import io.opengcks.protocols.gikev2.MemberEffect.WakeAt;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.Retransmission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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

    private final Settings settings;
    private final KeyLog keyLog;
    private final MemberSession session;
    private final MemberRekeySas rekeySas = new MemberRekeySas();

    /** Registered, and neither excluded nor gone since. */
    private boolean member;

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
        this.keyLog = keyLog;
        this.session = new MemberSession(
                settings, algorithms, new Authenticator(credentials, wallClock), random, keyLog, new SessionOwner());
    }

    /** The only way in. The caller carries the effects out, in order. */
    public List<MemberEffect> on(MemberEvent event, long nowNs) {
        List<MemberEffect> effects = new ArrayList<>();
        try {
            switch (event) {
                case MemberEvent.Register() -> session.register(nowNs, effects);
                case MemberEvent.Received(byte[] datagram) -> session.received(datagram, nowNs, effects);
                case MemberEvent.RekeyReceived(byte[] datagram) -> rekey(datagram, nowNs, effects);
                case MemberEvent.Tick() -> {} // what is due is looked at after every event
                case MemberEvent.Leave() -> {
                    rekeySas.clear();
                    member = false;
                    session.leave(nowNs, effects);
                }
            }
        } catch (ProtocolFault fault) {
            effects.add(new Rejected(fault));
        }
        session.retransmit(nowNs, effects);
        age(nowNs, effects);
        OptionalLong next = earlier(session.nextDueNs(), rekeySas.nextDueNs());
        // A tick has used up the timer that was asked for, also when it came too early.
        if (next.isPresent() && (!next.equals(wakeNs) || event instanceof MemberEvent.Tick)) {
            effects.add(new WakeAt(next.getAsLong()));
        }
        wakeNs = next;
        return effects;
    }

    private final class SessionOwner implements MemberSession.Owner {
        @Override
        public void registered(
                RegistrationPayloads.Registered keys, boolean fromOpenGcks, long nowNs, List<MemberEffect> effects) {
            rekeySas.replace(keys, fromOpenGcks, nowNs);
            member = true;
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

        /** Without a Rekey SA nobody can reach us any more (RFC 9838 §2.3.3). */
        @Override
        public void ikeSaLost(String why, List<MemberEffect> effects) {
            if (member && rekeySas.isEmpty()) {
                excluded(why + ", and there is no Rekey SA", effects);
            }
        }
    }

    private void rekey(byte[] datagram, long nowNs, List<MemberEffect> effects) throws ProtocolFault {
        MemberRekeySas.Result result = rekeySas.rekey(datagram, nowNs);
        switch (result) {
            case MemberRekeySas.Result.Excluded(String why) -> excluded(why, effects);
            case MemberRekeySas.Result.Unknown(RekeySpi spi) -> {
                effects.add(new Rejected(new Unexpected("a rekey message of a Rekey SA that is not held: " + spi)));
                if (member) {
                    effects.add(new UnknownRekeySa(spi));
                }
            }
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

    private void excluded(String why, List<MemberEffect> effects) {
        rekeySas.clear();
        member = false;
        effects.add(new Excluded(why));
    }

    private void age(long nowNs, List<MemberEffect> effects) {
        if (rekeySas.expire(nowNs)) {
            excluded("the Rekey SA ended and was not replaced", effects);
        } else if (rekeySas.warns(nowNs)) {
            effects.add(new NeedsRegistration("the Rekey SA is near its end and was not replaced"));
        }
    }

    private static OptionalLong earlier(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isPresent() ? a : b;
        }
        return a.getAsLong() - b.getAsLong() < 0 ? a : b;
    }
}
