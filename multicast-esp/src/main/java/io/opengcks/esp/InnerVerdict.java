package io.opengcks.esp;

/** What came of an attempt to read the packet inside ESP. Everything but {@link #OK} means: drop it and count it. */
public enum InnerVerdict {
    OK,
    /** A length, version or header checksum that can not be, or a next header that does not fit the mode. */
    MALFORMED,
    /** A fragment of an IP packet, which has no ports to check (RFC 4301 §7). */
    FRAGMENT,
    /** Whole, but not UDP. */
    NOT_UDP,
    /** The UDP checksum is there and wrong, or missing where IPv6 demands it. */
    BAD_CHECKSUM
}
