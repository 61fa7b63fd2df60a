package io.opengcks.protocols.gikev2;

import java.util.Optional;

/**
 * A request of the member that awaits its answer.
 *
 * @param ike          the IKE SA it is on; empty for IKE_SA_INIT
 * @param purpose      what it is for
 * @param exchangeType of the request
 * @param messageId    of the request
 * @param datagram     every copy, octet for octet (RFC 7296 §2.1)
 * @param copies       sent so far
 * @param dueNs        when the next copy is due
 */
record MemberExchange(
        Optional<MemberIkeSa> ike,
        Purpose purpose,
        int exchangeType,
        long messageId,
        byte[] datagram,
        int copies,
        long dueNs) {
    enum Purpose {
        INIT,
        AUTHENTICATE,
        /** Tells the server that its policy was refused, after the failure was already reported. */
        REFUSE_POLICY,
        LEAVE
    }

    MemberExchange again(long nextDueNs) {
        return new MemberExchange(ike, purpose, exchangeType, messageId, datagram, copies + 1, nextDueNs);
    }
}
