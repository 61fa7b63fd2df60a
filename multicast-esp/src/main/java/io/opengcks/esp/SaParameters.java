package io.opengcks.esp;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of an ESP SA know. A multicast {@code destination} makes it a multicast SA, found by
 * (SPI, destination, source) if {@code source} is given and by (SPI, destination) if not; a unicast destination makes
 * it a unicast SA, found by the SPI alone (RFC 4301 §4.1).
 *
 * @param spi          256 to 2^32 - 1
 * @param destination  outer destination address
 * @param source       outer source address of a source-specific SA; null: any source
 * @param transform    cipher
 * @param integrity    NONE for a combined cipher; else how packets are authenticated
 * @param keymat       cipher key | salt | integrity key. The SAs made from these parameters copy it
 * @param mode         transport or tunnel
 * @param extended     64-bit sequence numbers (RFC 4303 §2.2.1), of which a packet carries the lower half. Only where
 *                     there is one sender: the receivers of a group can not follow several (RFC 5374 §3.4)
 * @param senderIdBits bits of Sender-ID at the top of the IV (RFC 6054 §3): 8, 12 or 16; 0: the SA has one sender
 * @param replayWindow packets of the replay window of each sender: a multiple of 64 from {@value #MIN_REPLAY_WINDOW} to
 *                     {@value #MAX_REPLAY_WINDOW}; 0: replays are not noticed and sequence numbers mean nothing
 *                     (senders that do not take part in Sender-IDs, RFC 9838 §4.4.2.1.3)
 */
public record SaParameters(
        long spi,
        InetAddress destination,
        @Nullable InetAddress source,
        EspTransform transform,
        EspIntegrity integrity,
        Keymat keymat,
        EspMode mode,
        boolean extended,
        int senderIdBits,
        int replayWindow) {
    public static final int MIN_REPLAY_WINDOW = 64;
    public static final int MAX_REPLAY_WINDOW = 4096;

    public SaParameters {
        if (spi < 256 || spi > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("not an SPI: " + spi); // RFC 4303 §2.1: 1 to 255 are reserved
        }
        if (transform.combined() != (integrity == EspIntegrity.NONE)) {
            throw new IllegalArgumentException(transform + " does not go with integrity " + integrity);
        }
        int octets = transform.keymatBytes() + integrity.keyBytes();
        if (keymat.length() != octets) {
            throw new IllegalArgumentException(transform + " and " + integrity + " take " + octets + " octets of keys");
        }
        if (senderIdBits != 0 && senderIdBits != 8 && senderIdBits != 12 && senderIdBits != 16) {
            throw new IllegalArgumentException("Sender-IDs have 8, 12 or 16 bits, not " + senderIdBits);
        }
        if (senderIdBits != 0 && (!transform.takesSenderIds() || extended)) {
            throw new IllegalArgumentException("no Sender-IDs with " + transform + " or extended sequence numbers");
        }
        if (replayWindow != 0
                && (replayWindow < MIN_REPLAY_WINDOW || replayWindow > MAX_REPLAY_WINDOW || replayWindow % 64 != 0)) {
            throw new IllegalArgumentException("a replay window is a multiple of 64 up to 4096, not " + replayWindow);
        }
        if (extended && replayWindow == 0) {
            throw new IllegalArgumentException("extended sequence numbers are followed by their window");
        }
        if (source != null && source.getAddress().length != destination.getAddress().length) {
            throw new IllegalArgumentException("source and destination are of different address families");
        }
    }

    /** A combined transform and 32-bit sequence numbers, as group SAs have. */
    public SaParameters(
            long spi,
            InetAddress destination,
            @Nullable InetAddress source,
            EspTransform transform,
            Keymat keymat,
            EspMode mode,
            int senderIdBits,
            int replayWindow) {
        this(spi, destination, source, transform, EspIntegrity.NONE, keymat, mode, false, senderIdBits, replayWindow);
    }

    /** Whether a packet with this SPI and these outer addresses belongs to the SA. */
    public boolean covers(long packetSpi, InetAddress packetSource, InetAddress packetDestination) {
        return spi == packetSpi
                && (!destination.isMulticastAddress()
                        || (destination.equals(packetDestination) && (source == null || source.equals(packetSource))));
    }

    /** Octets of the ICV at the end of each packet. */
    public int icvBytes() {
        return transform.icvBytes() + integrity.icvBytes();
    }

    /** Octets of a sealed packet with {@code payload} octets inside, from SPI to ICV. */
    public int sealedLength(int payload) {
        return payloadOffset() + paddedLength(payload) + icvBytes();
    }

    /** The most octets inside for which the sealed packet has no more than {@code limit}; negative if there are none. */
    public int payloadWithin(int limit) {
        int room = limit - payloadOffset() - icvBytes();
        return Math.floorDiv(room, transform.alignment()) * transform.alignment() - EspPacket.TRAILER_BYTES;
    }

    /** From the start of a sealed packet to its payload. */
    public int payloadOffset() {
        return EspPacket.HEADER_BYTES + transform.ivBytes();
    }

    /** Payload, padding, pad length and next header together. */
    int paddedLength(int payload) {
        int alignment = transform.alignment();
        return (payload + EspPacket.TRAILER_BYTES + alignment - 1) & -alignment;
    }
}
