package io.opengcks.gcks.group;

/**
 * The order in which a group takes SPIs: from a random one on in steps of an odd number, which comes past each 32-bit value once
 * before any comes again. So no SPI repeats in the life of a group, and remembering the last one is enough.
 */
final class DataSpis {
    private static final long STEP =
            0x9E37_79B9L; // odd, so it shares no factor with 2^32; 2^32 divided by the golden ratio
    private static final long MASK = 0xFFFF_FFFFL;
    /** SPIs below are reserved (RFC 4303 §2.1). */
    private static final long LEAST = 256;

    private DataSpis() {}

    static long after(long last) {
        long next = last;
        do {
            next = (next + STEP) & MASK;
        } while (next < LEAST);
        return next;
    }
}
