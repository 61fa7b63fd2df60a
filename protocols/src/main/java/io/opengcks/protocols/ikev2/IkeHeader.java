package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;

/**
 * The IKE header (RFC 7296 §3.1), without its Length, which the message codec computes.
 *
 * @param initiatorSpi 64 bits; in GSA_REKEY the first half of the Rekey SA's SPI
 * @param responderSpi 64 bits; 0 in the first request; in GSA_REKEY the second half
 * @param nextPayload  type of the first payload, 0 where there is none
 * @param minorVersion 0 when sent, ignored on receipt
 * @param exchangeType 0 to 255
 * @param flags        the octet as it is on the wire, because rekey messages sign it
 * @param messageId    unsigned 32 bits
 */
public record IkeHeader(
        long initiatorSpi,
        long responderSpi,
        int nextPayload,
        int minorVersion,
        int exchangeType,
        int flags,
        long messageId) {
    /** Octets of the header. */
    public static final int BYTES = 28;

    /** Flag: the sender began the IKE SA. */
    public static final int INITIATOR = 0x08;

    /** Flag: the sender could speak a higher major version. */
    public static final int VERSION = 0x10;

    /** Flag: this answers the request with the same Message ID. */
    public static final int RESPONSE = 0x20;

    private static final int MAJOR_VERSION = 2;

    public IkeHeader {
        if ((nextPayload | exchangeType | flags) >>> 8 != 0 || minorVersion >>> 4 != 0) {
            throw new IllegalArgumentException("a field of the IKE header is out of range");
        }
        if (messageId < 0 || messageId > 0xffff_ffffL) {
            throw new IllegalArgumentException("not a Message ID: " + messageId);
        }
    }

    /** A header to send: version 2.0; the message codec sets the next payload. */
    public IkeHeader(long initiatorSpi, long responderSpi, int exchangeType, int flags, long messageId) {
        this(initiatorSpi, responderSpi, 0, 0, exchangeType, flags, messageId);
    }

    public boolean isResponse() {
        return (flags & RESPONSE) != 0;
    }

    /** True if the sender of the message began the IKE SA. */
    public boolean fromInitiator() {
        return (flags & INITIATOR) != 0;
    }

    /** The same header before payloads that begin with one of type {@code first}. */
    public IkeHeader withNextPayload(int first) {
        return new IkeHeader(initiatorSpi, responderSpi, first, minorVersion, exchangeType, flags, messageId);
    }

    /**
     * Reads the header of a datagram.
     *
     * @param datagram a whole message
     * @throws MalformedMessage if it is shorter than a header or Length is not the length of {@code datagram}
     * @throws Unsupported      if the major version is not 2, with INVALID_MAJOR_VERSION
     */
    public static IkeHeader decode(byte[] datagram) throws MalformedMessage, Unsupported {
        WireReader in = new WireReader(datagram);
        long initiatorSpi = in.u64("initiator SPI");
        long responderSpi = in.u64("responder SPI");
        int nextPayload = in.u8("first payload");
        int version = in.u8("version");
        if (version >>> 4 != MAJOR_VERSION) {
            throw new Unsupported(Ikev2.INVALID_MAJOR_VERSION, "major version " + (version >>> 4));
        }
        int exchangeType = in.u8("exchange type");
        int flags = in.u8("flags");
        long messageId = in.u32("Message ID");
        long length = in.u32("length");
        if (length != datagram.length) {
            throw new MalformedMessage("Length is " + length + " in a datagram of " + datagram.length);
        }
        return new IkeHeader(initiatorSpi, responderSpi, nextPayload, version & 0x0f, exchangeType, flags, messageId);
    }

    /** Writes the header. */
    public void encode(WireWriter out, long length) {
        out.u64(initiatorSpi).u64(responderSpi);
        out.u8(nextPayload)
                .u8((MAJOR_VERSION << 4) | minorVersion)
                .u8(exchangeType)
                .u8(flags);
        out.u32(messageId).u32(length);
    }
}
