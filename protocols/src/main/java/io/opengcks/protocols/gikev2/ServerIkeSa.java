package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.IkeSuite;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One IKE SA of the key server, as responder: window of one request (RFC 7296 §2.3), the last answer kept as it was sent, for
 * when its request comes again.
 */
final class ServerIkeSa {
    /** How far it has come. */
    sealed interface Phase {
        /**
         * IKE_SA_INIT was answered; the peer may be anybody.
         *
         * @param request        IKE_SA_INIT request
         * @param response       IKE_SA_INIT response
         * @param initiatorNonce Ni
         * @param responderNonce Nr
         */
        record HalfOpen(byte[] request, byte[] response, byte[] initiatorNonce, byte[] responderNonce)
                implements Phase {}

        /** The peer proved who it is. */
        record Established(AuthenticatedPeer peer) implements Phase {}

        /** Over: it only repeats its last answer, until its deadline. */
        record Ended() implements Phase {}
    }

    /**
     * A request that waits for the group.
     *
     * @param ticket       names it
     * @param exchangeType of the request
     * @param head         payloads of the answer that stand before the group's
     */
    record Pending(long ticket, int exchangeType, List<Payload> head) {}

    /** Our own request to delete the IKE SA. */
    record Closing(byte[] datagram, int copies) {}

    final ProtectedChannel channel;
    final IkeSuite suite;

    /** Under which a retransmitted IKE_SA_INIT finds it. */
    final Octets initKey;

    /** Hashes the peer takes in signatures. */
    final Set<Integer> peerHashes;

    /** It announced our Vendor ID. */
    final boolean openGcks;

    Phase phase;
    Path path;

    @Nullable
    Pending pending;

    @Nullable
    Closing closing;

    /** Message ID of the next request of the peer. */
    long expected = 1;

    /** When something is to be done about it. */
    long deadlineNs;

    /** There is no Rekey SA, so that its end would exclude the member (RFC 9838 §2.3.3). */
    boolean keptOpen;

    private byte @Nullable [] lastRequest;
    private byte @Nullable [] lastResponse;

    ServerIkeSa(
            ProtectedChannel channel,
            IkeSuite suite,
            Octets initKey,
            Set<Integer> peerHashes,
            boolean openGcks,
            Phase.HalfOpen phase,
            Path path) {
        this.channel = channel;
        this.suite = suite;
        this.initKey = initKey;
        this.peerHashes = peerHashes;
        this.openGcks = openGcks;
        this.phase = phase;
        this.path = path;
    }

    /** An authentic new request: from now on its answer is awaited, and goes where it came from. */
    void accepted(byte[] datagram, Path from) {
        expected++;
        lastRequest = datagram;
        lastResponse = null;
        path = from;
    }

    byte[] answer(int exchangeType, List<? extends Payload> payloads) {
        byte[] response = channel.response(exchangeType, expected - 1, payloads);
        lastResponse = response;
        return response;
    }

    /** True if {@code datagram} is, octet for octet, the request answered last or being answered. */
    boolean isRetransmission(byte[] datagram) {
        return lastRequest != null && Arrays.equals(datagram, lastRequest);
    }

    byte @Nullable [] lastResponse() {
        return lastResponse;
    }

    /** Anything was received after IKE_SA_INIT. */
    boolean wentOn() {
        return lastRequest != null;
    }

    /** Who the peer is, for the log; empty before it is known. */
    String peerText() {
        return phase instanceof Phase.Established(AuthenticatedPeer peer)
                ? peer.identity().text()
                : "";
    }
}
