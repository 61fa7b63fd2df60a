package io.opengcks.esp;

import java.util.Objects;
import javax.crypto.Cipher;
import javax.security.auth.Destroyable;

/**
 * Seals packets on one SA as one sender (RFC 4303 §3.3). Used by one thread at a time; allocates nothing per packet
 * (the JDK's cipher does).
 *
 * <p>Two objects must never seal with the same key and the same Sender-ID, not even one after the other: both start at
 * the same nonce. Whoever restarts asks the GCKS for a new Sender-ID first.
 */
public final class OutboundSa implements Destroyable {
    /**
     * The sequence number would pass 2^32 - 1, or 2^63 - 1 if it is extended (RFC 4303 §3.3.3): nothing was written, the SA can not
     * be used again.
     */
    public static final int SEQUENCE_EXHAUSTED = -1;
    /** The sender-specific part of the IV is used up (RFC 6054 §3): nothing was written; a new Sender-ID is needed. */
    public static final int IV_EXHAUSTED = -2;
    /** The keys were destroyed: nothing was written. */
    public static final int DESTROYED = -3;

    private final SaParameters parameters;
    private final long senderId;
    private final PacketCipher cipher;
    private final int start;
    private final int icvBytes;
    private final long ivPrefix;
    private final long lastCounter;
    private final long lastSequence;
    private long sequence;
    private long counter;

    /**
     * A sender that has not sent yet: its first packet has sequence number 1.
     *
     * @param senderId the Sender-ID the GCKS gave to this sender alone, below 2^{@code senderIdBits}; 0 if there are none
     */
    public OutboundSa(SaParameters parameters, int senderId) {
        this(parameters, senderId, 0, 0);
    }

    /**
     * A sender in the middle of its life.
     *
     * @param sequence sequence number of the packet before the first
     * @param counter  sender-specific part of its IV
     */
    OutboundSa(SaParameters parameters, int senderId, long sequence, long counter) {
        int bits = parameters.senderIdBits();
        if (senderId < 0 || senderId >= 1 << bits) {
            throw new IllegalArgumentException("not a Sender-ID of " + bits + " bits: " + senderId);
        }
        this.parameters = parameters;
        this.senderId = senderId;
        this.cipher = PacketCipher.of(parameters, Cipher.ENCRYPT_MODE);
        this.start = parameters.payloadOffset();
        this.icvBytes = parameters.icvBytes();
        this.ivPrefix = bits == 0 ? 0 : (long) senderId << (Long.SIZE - bits);
        this.lastCounter = bits == 0 ? Long.MAX_VALUE : -1L >>> bits;
        this.lastSequence = parameters.extended() ? Long.MAX_VALUE : 0xFFFF_FFFFL;
        this.sequence = sequence;
        this.counter = counter;
    }

    public SaParameters parameters() {
        return parameters;
    }

    /** The Sender-ID, 0 if the SA has one sender. */
    public int senderId() {
        return (int) senderId;
    }

    /** Sequence number of the last packet, 0 before the first. */
    public long lastSequence() {
        return sequence;
    }

    /** Packets that can still be sealed: the owner asks for a new SA or Sender-ID before this is 0. */
    public long remaining() {
        return cipher.isDestroyed() ? 0 : Math.min(lastSequence - sequence, lastCounter - counter);
    }

    /**
     * Seals one payload into a complete ESP packet, SPI to ICV.
     *
     * <p>If the payload already stands at {@code outOff + parameters().payloadOffset()} of {@code out}, it is sealed
     * where it is, which saves a copy. Any other overlap of the two is undefined.
     *
     * @param nextHeader what the payload is, 0 to 255 (RFC 4303 §2.6)
     * @param out        room for {@code parameters().sealedLength(len)} octets from {@code outOff} on
     * @return length of the packet, or negative: {@link #SEQUENCE_EXHAUSTED}, {@link #IV_EXHAUSTED}, {@link #DESTROYED}
     * @throws IndexOutOfBoundsException if a range does not lie in its array; the SA is unchanged
     */
    @SuppressWarnings("ReferenceEquality") // the very same array, not an equal one
    public int seal(byte[] in, int off, int len, int nextHeader, byte[] out, int outOff) {
        Objects.checkFromIndexSize(off, len, in.length);
        int padded = parameters.paddedLength(len);
        int sealed = start + padded + icvBytes;
        Objects.checkFromIndexSize(outOff, sealed, out.length);
        if (cipher.isDestroyed()) {
            return DESTROYED;
        }
        if (sequence >= lastSequence) {
            return SEQUENCE_EXHAUSTED;
        }
        if (counter >= lastCounter) {
            return IV_EXHAUSTED;
        }
        sequence++;
        counter++;
        EspPacket.int32(out, outOff, (int) parameters.spi());
        EspPacket.int32(out, outOff + 4, (int) sequence);
        int payload = outOff + start;
        if (in != out || off != payload) {
            System.arraycopy(in, off, out, payload, len);
        }
        int padding = padded - len - EspPacket.TRAILER_BYTES;
        int end = payload + len;
        for (int i = 1; i <= padding; i++) {
            out[end++] = (byte) i; // 1, 2, 3: RFC 4303 §2.4
        }
        out[end] = (byte) padding;
        out[end + 1] = (byte) nextHeader;
        cipher.seal(sequence, ivPrefix | counter, out, outOff, payload, padded);
        return sealed;
    }

    /** Forgets the keys. */
    @Override
    public void destroy() {
        cipher.destroy();
    }

    @Override
    public boolean isDestroyed() {
        return cipher.isDestroyed();
    }

    @Override
    public String toString() {
        return "OutboundSa[spi=0x%08x, senderId=%d, sequence=%d]".formatted(parameters.spi(), senderId, sequence);
    }
}
