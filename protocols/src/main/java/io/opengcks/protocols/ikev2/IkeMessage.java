package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.util.List;
import java.util.Optional;

/**
 * A message whose payloads are in the clear or were decrypted (RFC 7296 §3.1).
 *
 * @param header   its Next Payload is that of the message on the wire: 46 where the payloads came out of an SK payload
 * @param payloads in wire order
 */
public record IkeMessage(IkeHeader header, List<Payload> payloads) {
    /** A UDP datagram is never longer. */
    public static final int MAX_BYTES = 65535;

    public IkeMessage {
        payloads = List.copyOf(payloads);
    }

    /**
     * Reads a message in the clear. One that carries an SK payload is for {@link EncryptedPayload}.
     *
     * @param datagram without non-ESP marker
     */
    public static IkeMessage decode(byte[] datagram) throws MalformedMessage, Unsupported {
        IkeHeader header = IkeHeader.decode(datagram);
        WireReader in = new WireReader(datagram, IkeHeader.BYTES, datagram.length);
        return new IkeMessage(header, PayloadChain.decode(header.nextPayload(), in));
    }

    /** The message in the clear. */
    public byte[] encode() {
        byte[] chain = PayloadChain.encode(payloads);
        if (IkeHeader.BYTES + chain.length > MAX_BYTES) {
            throw new IllegalArgumentException("a message of " + (IkeHeader.BYTES + chain.length) + " octets");
        }
        WireWriter out = new WireWriter();
        header.withNextPayload(PayloadChain.firstType(payloads)).encode(out, IkeHeader.BYTES + (long) chain.length);
        return out.bytes(chain).toByteArray();
    }

    /**
     * The one payload of a kind.
     *
     * @throws MalformedMessage if there is none or more than one
     */
    public <P extends Payload> P only(Class<P> kind) throws MalformedMessage {
        return Payloads.only(payloads, kind);
    }

    /**
     * The payload of a kind, where there is one.
     *
     * @throws MalformedMessage if there is more than one
     */
    public <P extends Payload> Optional<P> atMostOne(Class<P> kind) throws MalformedMessage {
        return Payloads.atMostOne(payloads, kind);
    }

    /** All payloads of a kind, in order. */
    public <P extends Payload> List<P> all(Class<P> kind) {
        return Payloads.all(payloads, kind);
    }

    /** The IDi, IDr or IDg payload, where there is one. */
    public Optional<Payload.Identification> identification(Payload.Identification.Role role) throws MalformedMessage {
        return Payloads.identification(payloads, role);
    }

    /** The first notification of a type. */
    public Optional<Payload.Notify> notification(int notifyType) {
        return Payloads.notification(payloads, notifyType);
    }
}
