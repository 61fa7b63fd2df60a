package io.opengcks.esp;

/** What of a packet is inside ESP (RFC 4303 §3.1.1). */
public enum EspMode {
    /** The transport header and what follows: for UDP the next header is 17. */
    TRANSPORT,
    /** A whole IP packet, whose addresses are also those of the outer header (RFC 5374 §3.1): next header 4 or 41. */
    TUNNEL
}
