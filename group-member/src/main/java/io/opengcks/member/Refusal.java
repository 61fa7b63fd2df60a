package io.opengcks.member;

import io.opengcks.esp.InnerVerdict;
import io.opengcks.esp.Verdict;

/** Why a received packet was not delivered; each is a value of the metric tag {@code verdict}. */
enum Refusal {
    /** Neither ESP nor a NAT keep-alive. */
    NOT_ESP,
    UNKNOWN_SPI,
    MALFORMED,
    REPLAYED,
    TOO_OLD,
    NOT_AUTHENTIC,
    TOO_MANY_SENDERS,
    BAD_PADDING,
    DUMMY,
    INNER_MALFORMED,
    INNER_FRAGMENT,
    INNER_NOT_UDP,
    INNER_CHECKSUM,
    /** Authentic, but its addresses or ports are not those of the SA (RFC 4301 §5.2). */
    SELECTORS,
    /** Our own, heard again. */
    OWN,
    /** Whoever takes the output is too slow. */
    OUTPUT_FULL;

    /** Anything but OK. */
    static Refusal of(Verdict verdict) {
        return switch (verdict) {
            case REPLAYED -> REPLAYED;
            case TOO_OLD -> TOO_OLD;
            case NOT_AUTHENTIC -> NOT_AUTHENTIC;
            case TOO_MANY_SENDERS -> TOO_MANY_SENDERS;
            case BAD_PADDING -> BAD_PADDING;
            case DUMMY -> DUMMY;
            case WRONG_SPI, DESTROYED -> UNKNOWN_SPI;
            case OK, MALFORMED -> MALFORMED;
        };
    }

    /** Anything but OK. */
    static Refusal of(InnerVerdict verdict) {
        return switch (verdict) {
            case FRAGMENT -> INNER_FRAGMENT;
            case NOT_UDP -> INNER_NOT_UDP;
            case BAD_CHECKSUM -> INNER_CHECKSUM;
            case OK, MALFORMED -> INNER_MALFORMED;
        };
    }
}
