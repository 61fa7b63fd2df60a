package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;

/**
 * Why a received message was not acted on. Peers cause these at line rate: no stack trace, and a detail that holds
 * nothing secret.
 */
public abstract sealed class ProtocolFault extends Exception {
    private final Reason reason;
    private final String detail;

    ProtocolFault(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    /** One line for the log. */
    public String detail() {
        return detail;
    }

    /** The kind, for counters: a closed list. */
    public Reason reason() {
        return reason;
    }

    /** Kinds of refusal; each is a value of the metric tag {@code reason}. */
    public enum Reason {
        MALFORMED,
        NOT_AUTHENTIC,
        REPLAYED,
        UNEXPECTED,
        UNSUPPORTED,
        REFUSED,
        OVERLOADED
    }

    /** The octets are not a message of the protocol. */
    public static final class MalformedMessage extends ProtocolFault {
        public MalformedMessage(String detail) {
            super(Reason.MALFORMED, detail);
        }
    }

    /** An integrity check, a signature or a pre-shared key did not fit. */
    public static final class NotAuthentic extends ProtocolFault {
        public NotAuthentic(String detail) {
            super(Reason.NOT_AUTHENTIC, detail);
        }
    }

    /** Seen before. */
    public static final class Replayed extends ProtocolFault {
        public Replayed(String detail) {
            super(Reason.REPLAYED, detail);
        }
    }

    /** Well formed, but not now or not here: no such SA, wrong exchange, reflected. */
    public static final class Unexpected extends ProtocolFault {
        public Unexpected(String detail) {
            super(Reason.UNEXPECTED, detail);
        }
    }

    /** A version, critical payload or algorithm we do not have. */
    public static final class Unsupported extends ProtocolFault {
        private final int notifyType;
        private final Octets notifyData;

        /** @param notifyType what says so to an authenticated peer (RFC 7296 §3.10.1) */
        public Unsupported(int notifyType, String detail) {
            this(notifyType, Octets.of(new byte[0]), detail);
        }

        /**
         * With Notification Data.
         *
         * @param notifyData such as the type of a critical payload (RFC 7296 §2.5)
         */
        public Unsupported(int notifyType, Octets notifyData, String detail) {
            super(Reason.UNSUPPORTED, detail);
            this.notifyType = notifyType;
            this.notifyData = notifyData;
        }

        public Octets notifyData() {
            return notifyData;
        }

        public int notifyType() {
            return notifyType;
        }
    }

    /** Understood and authentic, but not allowed. */
    public static final class Refused extends ProtocolFault {
        private final int notifyType;

        public Refused(int notifyType, String detail) {
            super(Reason.REFUSED, detail);
            this.notifyType = notifyType;
        }

        public int notifyType() {
            return notifyType;
        }
    }

    /** A limit of ours was reached. */
    public static final class Overloaded extends ProtocolFault {
        public Overloaded(String detail) {
            super(Reason.OVERLOADED, detail);
        }
    }
}
