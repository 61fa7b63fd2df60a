package io.opengcks.tesla;

/**
 * What a receiver knows of the sender's clock: an upper bound, all that TESLA's safety rests on (RFC 4082 §3.3.1). A bound
 * that is too low lets forgeries in; one too high only makes packets unsafe.
 *
 * @param aheadNs  D_t: at {@code atNs} of the receiver's clock the sender's showed at most {@code atNs + aheadNs}
 * @param atNs     the receiver's clock when that was known; any origin, never set back
 * @param driftPpm how many millionths the two clocks may drift apart, 0 to 1000000
 */
public record TimeBound(long aheadNs, long atNs, int driftPpm) {
    private static final int MILLION = 1_000_000;

    public TimeBound {
        if (driftPpm < 0 || driftPpm > MILLION) {
            throw new IllegalArgumentException("a drift of " + driftPpm + " millionths");
        }
    }

    /**
     * Indirect synchronisation (RFC 5776 §2.4.2).
     *
     * @param senderLagNs   D^O_t, how far the sender's clock may be from the reference
     * @param receiverLagNs D^R_t, how far the receiver's may be
     * @param referencesNs  D_err, how far the references of the two may be from each other, 0 if it is one
     * @param nowNs         the receiver's clock, ns since 1970
     * @param driftPpm      0 where the receiver keeps following the reference
     */
    public static TimeBound indirect(
            long senderLagNs, long receiverLagNs, long referencesNs, long nowNs, int driftPpm) {
        return new TimeBound(senderLagNs + receiverLagNs + referencesNs, nowNs, driftPpm);
    }

    /** Latest time the sender's clock can show when the receiver's shows {@code nowNs}. */
    public long latestSenderNs(long nowNs) {
        return nowNs + boundNs(nowNs);
    }

    /** The bound grown by drift since {@code atNs}, ns. */
    public long boundNs(long nowNs) {
        long since = Math.abs(nowNs - atNs);
        return aheadNs + since / MILLION * driftPpm + (since % MILLION * driftPpm + MILLION - 1) / MILLION;
    }
}
