package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.ikev2.ProtocolFault;

/** What a {@link GroupMember} wants done, in order. */
public sealed interface MemberEffect {
    /** Send this datagram to the server. */
    record Send(byte[] datagram) implements MemberEffect {}

    /** Give a {@link MemberEvent.Tick} at this monotonic time; replaces the one asked for before. */
    record WakeAt(long dueNs) implements MemberEffect {}

    /** Registered: these SAs replace all before. */
    record Registered(GsaUpdate update) implements MemberEffect {}

    /** A rekey message was taken. */
    record Rekeyed(GsaUpdate update, long messageId) implements MemberEffect {}

    /**
     * Registration failed.
     *
     * @param kind what to do about it
     * @param why  one line for the log
     */
    record Failed(Kind kind, String why) implements MemberEffect {}

    /** What a failed registration means. */
    enum Kind {
        /** No answer: try the next server. */
        NO_ANSWER,
        /** The server, or the server's proof of who it is, was refused by us. */
        SERVER_NOT_AUTHENTIC,
        /** AUTHENTICATION_FAILED: it does not believe who we are. */
        AUTHENTICATION_FAILED,
        /** AUTHORIZATION_FAILED or INVALID_GROUP_ID: it knows us and does not want us. */
        NOT_ADMITTED,
        /** REGISTRATION_FAILED: not now. */
        TRY_LATER,
        /** NO_PROPOSAL_CHOSEN, or a policy of the group that we cannot carry out. */
        NO_COMMON_POLICY
    }

    /** The GCKS excluded this member (no key path, or Delete): keys are void, sending stops at once. */
    record Excluded(String why) implements MemberEffect {}

    /** A rekey was missed or the Rekey SA is near its end: register again, with jitter. */
    record NeedsRegistration(String why) implements MemberEffect {}

    /**
     * A rekey message came on a Rekey SA that this member was never given: it missed the message that would have brought it, or
     * somebody wants it to think so. Nothing of the message could be checked.
     */
    record UnknownRekeySa(RekeySpi spi) implements MemberEffect {}

    /** The leave was acknowledged, or given up after the last retransmission. */
    record Left() implements MemberEffect {}

    /** A message was not acted on; count it by reason, log it at a bounded rate. */
    record Rejected(ProtocolFault fault) implements MemberEffect {}
}
