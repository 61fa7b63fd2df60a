package io.opengcks.tesla;

/**
 * The 64-bit timestamp of NTP: seconds since 1900 in the upper half, fractions of 2^-32 s in the lower (RFC 5776 §1.3.2).
 * Times before February 2036 are of era 0; a value with its top bit clear is taken to be of era 1, as RFC 4330 §3 does.
 */
public final class NtpTime {
    private static final long BILLION = 1_000_000_000L;
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;

    private NtpTime() {}

    /** From ns since 1970, rounded down to a fraction that {@link #toNs} gives the same ns for. */
    public static long ofNs(long unixNs) {
        long seconds = Math.floorDiv(unixNs, BILLION) + SECONDS_1900_TO_1970;
        long fraction = ((Math.floorMod(unixNs, BILLION) << 32) + BILLION - 1) / BILLION;
        return (seconds << 32) + fraction;
    }

    /** To ns since 1970, rounded down. */
    public static long toNs(long ntp) {
        long seconds = ntp >>> 32;
        if (ntp >= 0) {
            seconds += 1L << 32;
        }
        return (seconds - SECONDS_1900_TO_1970) * BILLION + (((ntp & 0xFFFF_FFFFL) * BILLION) >>> 32);
    }
}
