package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.ProtocolFault;

/** What a {@link KeyServer} wants done, in order. */
public sealed interface KeyServerEffect {
    /** Send this datagram back along {@code path}. */
    record Send(Path path, byte[] datagram) implements KeyServerEffect {}

    /** Give a {@link KeyServerEvent.Tick} at this monotonic time; replaces the one asked for before. */
    record WakeAt(long dueNs) implements KeyServerEffect {}

    /** Ask the group; answer with {@link KeyServerEvent.Answered}. */
    record Register(long ticket, RegistrationRequest request) implements KeyServerEffect {}

    /** An authenticated member leaves {@code group} (RFC 9838 §2.3.2). It was told so already: leaving cannot be refused. */
    record Leave(AuthenticatedPeer peer, Identity group) implements KeyServerEffect {}

    /** An exchange ended well, for log and metrics: a closed list of kinds. */
    record Progress(Path path, long initiatorSpi, long responderSpi, Step step, String peer)
            implements KeyServerEffect {}

    /** Steps in the life of an IKE SA. */
    enum Step {
        COOKIE_DEMANDED,
        INIT_ANSWERED,
        AUTHENTICATED,
        REGISTERED,
        GROUP_REFUSED,
        LEFT,
        LIVENESS_ANSWERED,
        DELETED,
        EXPIRED
    }

    /** A message was not acted on; count it by reason, log it at a bounded rate. */
    record Rejected(Path path, ProtocolFault fault) implements KeyServerEffect {}
}
