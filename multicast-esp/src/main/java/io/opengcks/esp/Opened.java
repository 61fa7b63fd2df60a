package io.opengcks.esp;

/** What {@link InboundSa#open} found; reused from packet to packet. Only valid after a verdict {@link Verdict#OK}. */
public final class Opened {
    int offset;
    int length;
    int nextHeader;
    int senderId;
    long sequence;

    /** Nothing found yet. */
    public Opened() {}

    /** Where the payload starts in the array it was opened into. */
    public int offset() {
        return offset;
    }

    /** Octets of payload, without padding. */
    public int length() {
        return length;
    }

    /** What the payload is, 0 to 255. */
    public int nextHeader() {
        return nextHeader;
    }

    /** Sender-ID from the IV; 0 if the SA has one sender. */
    public int senderId() {
        return senderId;
    }

    /** Sequence number, unsigned 32 bits; the whole of it if it is extended. */
    public long sequence() {
        return sequence;
    }
}
