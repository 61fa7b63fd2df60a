package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.EncryptedPayload.Opened;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.IkeKeys;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.util.List;

/**
 * Seals and opens the protected messages of one IKE SA, as one side of it. Each direction has its own key, and each sealed
 * message the next value of a counter as its IV.
 */
final class ProtectedChannel {
    private final long initiatorSpi;
    private final long responderSpi;
    private final boolean initiator;
    private final IkeKeys keys;
    private long nextIv;

    ProtectedChannel(long initiatorSpi, long responderSpi, boolean initiator, IkeKeys keys) {
        this.initiatorSpi = initiatorSpi;
        this.responderSpi = responderSpi;
        this.initiator = initiator;
        this.keys = keys;
    }

    long initiatorSpi() {
        return initiatorSpi;
    }

    long responderSpi() {
        return responderSpi;
    }

    IkeKeys keys() {
        return keys;
    }

    byte[] request(int exchangeType, long messageId, List<? extends Payload> payloads) {
        return seal(exchangeType, 0, messageId, payloads);
    }

    byte[] response(int exchangeType, long messageId, List<? extends Payload> payloads) {
        return seal(exchangeType, IkeHeader.RESPONSE, messageId, payloads);
    }

    private byte[] seal(int exchangeType, int flag, long messageId, List<? extends Payload> payloads) {
        int flags = flag | (initiator ? IkeHeader.INITIATOR : 0);
        Secret key = initiator ? keys.initiator() : keys.responder();
        return EncryptedPayload.seal(
                new IkeHeader(initiatorSpi, responderSpi, exchangeType, flags, messageId), payloads, key, nextIv++);
    }

    /** Opens a message of the other side; nothing of it is to be believed if this throws. */
    Opened open(byte[] datagram) throws MalformedMessage, NotAuthentic, Unsupported {
        return EncryptedPayload.open(datagram, initiator ? keys.responder() : keys.initiator());
    }

    void destroy() {
        keys.destroy();
    }
}
