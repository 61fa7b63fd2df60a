package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.ikev2.EncryptedPayload.Opened;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.IkeSuite;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One IKE SA of a member, as initiator: one request at a time in each direction. */
final class MemberIkeSa {
    /**
     * The first two messages, which both sides authenticate (RFC 7296 §2.15).
     *
     * @param request        IKE_SA_INIT request, as the server took it
     * @param response       IKE_SA_INIT response
     * @param initiatorNonce Ni
     * @param responderNonce Nr
     */
    record Init(byte[] request, byte[] response, byte[] initiatorNonce, byte[] responderNonce) {}

    final ProtectedChannel channel;

    /**
     * Other answers to IKE_SA_INIT that lead to the same keys: all but one are forged in what the keys do not depend on, and
     * AUTH will tell which one is not.
     */
    final List<MemberIkeSa> alternatives = new ArrayList<>();

    final IkeSuite suite;
    final Init init;

    /** Hashes the server takes in signatures. */
    final Set<Integer> peerHashes;

    /** The server announced our Vendor ID. */
    final boolean openGcks;

    /** The server proved who it is. */
    boolean authenticated;

    private long nextMessageId = 1;
    private long expected;
    private byte @Nullable [] lastRequest;
    private byte @Nullable [] lastResponse;

    MemberIkeSa(ProtectedChannel channel, IkeSuite suite, Init init, Set<Integer> peerHashes, boolean openGcks) {
        this.channel = channel;
        this.suite = suite;
        this.init = init;
        this.peerHashes = peerHashes;
        this.openGcks = openGcks;
    }

    /** True if both would protect messages with the same keys. */
    boolean sameKeys(MemberIkeSa other) {
        return channel.responderSpi() == other.channel.responderSpi()
                && channel.keys().initiator().sameAs(other.channel.keys().initiator());
    }

    /** Another answer with the same keys: on the same channel, so that no IV comes twice. */
    void addAlternative(MemberIkeSa other) {
        var alternative = new MemberIkeSa(channel, other.suite, other.init, other.peerHashes, other.openGcks);
        alternative.nextMessageId = nextMessageId;
        alternatives.add(alternative);
    }

    boolean has(IkeHeader header) {
        return header.initiatorSpi() == channel.initiatorSpi() && header.responderSpi() == channel.responderSpi();
    }

    long nextMessageId() {
        return nextMessageId++;
    }

    /** The answer that was given to the same request before; it is given again, octet for octet. */
    Optional<byte[]> repeated(IkeHeader header, byte[] datagram) {
        return header.messageId() == expected - 1 && lastRequest != null && Arrays.equals(datagram, lastRequest)
                ? Optional.ofNullable(lastResponse)
                : Optional.empty();
    }

    /** Opens a new request of the server. */
    Opened openRequest(IkeHeader header, byte[] datagram) throws ProtocolFault {
        if (header.messageId() < expected) {
            throw new Replayed("Message ID " + header.messageId() + " where " + expected + " is next");
        }
        if (header.messageId() > expected || !authenticated) {
            throw new Unexpected("Message ID " + header.messageId() + " outside the window");
        }
        Opened opened = channel.open(datagram);
        expected++;
        lastRequest = datagram;
        lastResponse = null;
        return opened;
    }

    byte[] answer(int exchangeType, List<? extends Payload> payloads) {
        byte[] response = channel.response(exchangeType, expected - 1, payloads);
        lastResponse = response;
        return response;
    }
}
