package io.opengcks.esp;

import java.util.Objects;
import javax.crypto.Cipher;
import javax.security.auth.Destroyable;

/**
 * Opens the packets of one SA, from one or many senders (RFC 4303 §3.4, RFC 6054). Used by one thread at a time;
 * allocates nothing per packet (the JDK's cipher does), and for a sender only when its first authentic packet comes.
 */
public final class InboundSa implements Destroyable {
    /** Senders an SA keeps a replay window for, unless said otherwise. */
    public static final int DEFAULT_MAX_SENDERS = 4096;

    private final SaParameters parameters;
    private final PacketCipher cipher;
    private final SenderWindows windows;
    private final int start;
    private final int icvBytes;
    private final int alignment;
    private final boolean extended;
    private final int senderIdBits;
    private final boolean antiReplay;

    /** For up to {@value #DEFAULT_MAX_SENDERS} senders. */
    public InboundSa(SaParameters parameters) {
        this(parameters, DEFAULT_MAX_SENDERS);
    }

    /**
     * For a number of senders.
     *
     * @param maxSenders senders to keep a replay window for, 1 to 65536; packets of further ones are refused
     */
    public InboundSa(SaParameters parameters, int maxSenders) {
        this(parameters, maxSenders, 0);
    }

    /**
     * In the middle of its life.
     *
     * @param next the next number expected of the one sender
     */
    InboundSa(SaParameters parameters, int maxSenders, long next) {
        if (maxSenders < 1 || maxSenders > 1 << 16) {
            throw new IllegalArgumentException("senders to remember: " + maxSenders);
        }
        this.parameters = parameters;
        this.cipher = PacketCipher.of(parameters, Cipher.DECRYPT_MODE);
        this.antiReplay = parameters.replayWindow() != 0;
        this.windows = new SenderWindows(Math.max(parameters.replayWindow(), Long.SIZE), maxSenders);
        this.start = parameters.payloadOffset();
        this.icvBytes = parameters.icvBytes();
        this.alignment = parameters.transform().alignment();
        this.extended = parameters.extended();
        this.senderIdBits = parameters.senderIdBits();
        if (next > 1) {
            windows.accept(0, next - 1);
        }
    }

    public SaParameters parameters() {
        return parameters;
    }

    /** Senders of which at least one authentic packet came. */
    public int senders() {
        return windows.senders();
    }

    /**
     * Opens one ESP packet, SPI to ICV. The replay window is looked at first and moved only after the ICV was found
     * right. Never throws for what is in the packet.
     *
     * @param out   room for {@code len} octets from {@code outOff} on. May be {@code packet} itself if {@code outOff} is
     *              not greater than {@code off}. After a verdict other than OK what stands there means nothing
     * @param found where the payload is and what it is, if the verdict is OK
     * @throws IndexOutOfBoundsException if a range does not lie in its array
     */
    public Verdict open(byte[] packet, int off, int len, byte[] out, int outOff, Opened found) {
        Objects.checkFromIndexSize(off, len, packet.length);
        Objects.checkFromIndexSize(outOff, len, out.length);
        int plain = len - start - icvBytes;
        if (plain < alignment || plain % alignment != 0) {
            return Verdict.MALFORMED;
        }
        if (EspPacket.int32(packet, off) != (int) parameters.spi()) {
            return Verdict.WRONG_SPI;
        }
        if (cipher.isDestroyed()) {
            return Verdict.DESTROYED;
        }
        long sequence = EspPacket.sequence(packet, off);
        int senderId = senderIdBits == 0 ? 0 : senderId(packet, off);
        if (extended) {
            sequence = whole(sequence);
        }
        if (antiReplay) {
            if (sequence == 0) {
                return Verdict.MALFORMED; // the first packet of a sender has 1 (RFC 4303 §2.2)
            }
            Verdict replay = windows.check(senderId, sequence);
            if (replay != Verdict.OK) {
                return replay;
            }
        }
        if (!cipher.open(sequence, packet, off, off + start, plain, out, outOff)) {
            return Verdict.NOT_AUTHENTIC;
        }
        if (antiReplay) {
            Verdict sender = windows.accept(senderId, sequence);
            if (sender != Verdict.OK) {
                return sender;
            }
        }
        found.sequence = sequence;
        found.senderId = senderId;
        return trailer(out, outOff, plain, found);
    }

    private int senderId(byte[] packet, int off) {
        return (int) (EspPacket.int64(packet, off + EspPacket.HEADER_BYTES) >>> (Long.SIZE - senderIdBits));
    }

    /**
     * The 64-bit number whose lower half came (RFC 4303 §A2.2): the one that lies in the window, or right of it. It is
     * only a guess until the ICV, which covers it, was found right.
     */
    private long whole(long lower) {
        long top = windows.highest(0);
        long upper = top >>> 32;
        long topLower = top & 0xFFFF_FFFFL;
        long bottom = (topLower - parameters.replayWindow() + 1) & 0xFFFF_FFFFL;
        if (topLower >= parameters.replayWindow() - 1) {
            upper += lower < bottom ? 1 : 0;
        } else if (lower >= bottom && upper > 0) {
            upper--; // the window began before the lower half turned over
        }
        return (upper << 32) | lower;
    }

    /** Strips padding, pad length and next header (RFC 4303 §2.4 to §2.6). */
    private static Verdict trailer(byte[] out, int outOff, int plain, Opened found) {
        int end = outOff + plain - EspPacket.TRAILER_BYTES;
        int padding = out[end] & 0xFF;
        int length = plain - EspPacket.TRAILER_BYTES - padding;
        if (length < 0) {
            return Verdict.BAD_PADDING;
        }
        for (int i = 0; i < padding; i++) {
            if (out[outOff + length + i] != (byte) (i + 1)) {
                return Verdict.BAD_PADDING;
            }
        }
        found.offset = outOff;
        found.length = length;
        found.nextHeader = out[end + 1] & 0xFF;
        return found.nextHeader == EspPacket.NEXT_HEADER_NONE ? Verdict.DUMMY : Verdict.OK;
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
        return "InboundSa[spi=0x%08x, senders=%d]".formatted(parameters.spi(), senders());
    }
}
