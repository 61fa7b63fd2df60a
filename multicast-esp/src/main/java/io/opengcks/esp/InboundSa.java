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
    private final Aead aead;
    private final SenderWindows windows;
    private final int start;
    private final int icvBytes;
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
        if (maxSenders < 1 || maxSenders > 1 << 16) {
            throw new IllegalArgumentException("senders to remember: " + maxSenders);
        }
        this.parameters = parameters;
        this.aead = Aead.of(parameters.transform(), parameters.keymat(), Cipher.DECRYPT_MODE);
        this.antiReplay = parameters.replayWindow() != 0;
        this.windows = new SenderWindows(Math.max(parameters.replayWindow(), Long.SIZE), maxSenders);
        this.start = parameters.payloadOffset();
        this.icvBytes = parameters.transform().icvBytes();
        this.senderIdBits = parameters.senderIdBits();
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
        int sealed = len - start;
        int plain = sealed - icvBytes;
        if (plain < EspPacket.ALIGNMENT || plain % EspPacket.ALIGNMENT != 0) {
            return Verdict.MALFORMED;
        }
        if (EspPacket.int32(packet, off) != (int) parameters.spi()) {
            return Verdict.WRONG_SPI;
        }
        if (aead.isDestroyed()) {
            return Verdict.DESTROYED;
        }
        long sequence = EspPacket.sequence(packet, off);
        long iv = EspPacket.int64(packet, off + EspPacket.HEADER_BYTES);
        int senderId = senderIdBits == 0 ? 0 : (int) (iv >>> (Long.SIZE - senderIdBits));
        if (antiReplay) {
            if (sequence == 0) {
                return Verdict.MALFORMED; // the first packet of a sender has 1 (RFC 4303 §2.2)
            }
            Verdict replay = windows.check(senderId, sequence);
            if (replay != Verdict.OK) {
                return replay;
            }
        }
        if (!aead.open(iv, packet, off, off + start, sealed, out, outOff)) {
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
        aead.destroy();
    }

    @Override
    public boolean isDestroyed() {
        return aead.isDestroyed();
    }

    @Override
    public String toString() {
        return "InboundSa[spi=0x%08x, senders=%d]".formatted(parameters.spi(), senders());
    }
}
