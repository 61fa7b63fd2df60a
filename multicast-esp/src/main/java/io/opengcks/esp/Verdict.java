package io.opengcks.esp;

/** What came of an attempt to open an ESP packet. Everything but {@link #OK} means: drop it and count it. */
public enum Verdict {
    OK,
    /** Too short, not aligned to 4 octets, or with a sequence number no sender uses. */
    MALFORMED,
    /** It carries the SPI of another SA. */
    WRONG_SPI,
    /** This sequence number of this sender was accepted before. */
    REPLAYED,
    /** Left of the replay window: whether it came before can not be told. */
    TOO_OLD,
    /** The ICV is wrong. */
    NOT_AUTHENTIC,
    /** Authentic, but the SA already keeps state for as many senders as it may. */
    TOO_MANY_SENDERS,
    /** Authentic, but its padding is not 1, 2, 3, … or longer than the packet (RFC 4303 §2.4). */
    BAD_PADDING,
    /** Authentic, and carries nothing (RFC 4303 §2.6). */
    DUMMY,
    /** The keys of the SA were destroyed. */
    DESTROYED
}
