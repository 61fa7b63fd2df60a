package io.opengcks.tesla;

import java.util.List;

/**
 * When keys are used and when they become public (RFC 4082 §3.3). Fixed for the life of a session: a change announced to
 * some receivers only would let the others believe packets under public keys (RFC 5776 §3.1.3).
 *
 * <p>Several instances with longer delays may share the chain (Perrig, Canetti, Song, Tygar, NDSS 2001): in interval i the
 * instance with e intervals more uses the key of interval i + e, which is disclosed that much later, under a derivation of
 * its own. One key is disclosed a packet, whatever the number of instances.
 *
 * @param startNs    T_0, beginning of interval 0 on the sender's clock, ns since 1970
 * @param intervalNs T_int, from {@link #MIN_INTERVAL_NS} on
 * @param delay      d, intervals after which a key is disclosed, {@link #MIN_DELAY} to 255
 * @param longerBy   for each further instance, how many intervals it waits longer than {@code delay}: rising, 1 to 255, at
 *                   most {@link #MAX_INSTANCES} - 1 of them
 */
public record Schedule(long startNs, long intervalNs, int delay, List<Integer> longerBy) {
    /** One millisecond. */
    public static final long MIN_INTERVAL_NS = 1_000_000;

    /** RFC 4082 §3.6: one interval would leave packets sent at its end unsafe. */
    public static final int MIN_DELAY = 2;

    /** Most delays one stream serves at once. */
    public static final int MAX_INSTANCES = 4;

    private static final int MAX_DELAY = 255;

    public Schedule {
        longerBy = List.copyOf(longerBy);
        if (intervalNs < MIN_INTERVAL_NS) {
            throw new IllegalArgumentException(
                    "an interval of " + intervalNs + " ns is shorter than " + MIN_INTERVAL_NS);
        }
        if (delay < MIN_DELAY || delay > MAX_DELAY) {
            throw new IllegalArgumentException("a delay of " + delay + " is not in " + MIN_DELAY + ".." + MAX_DELAY);
        }
        if (longerBy.size() >= MAX_INSTANCES) {
            throw new IllegalArgumentException(
                    longerBy.size() + " further instances, more than " + (MAX_INSTANCES - 1));
        }
        int before = 0;
        for (int longer : longerBy) {
            if (longer <= before || longer > MAX_DELAY) {
                throw new IllegalArgumentException("longer delays must rise, 1.." + MAX_DELAY + ": " + longerBy);
            }
            before = longer;
        }
    }

    /** One instance. */
    public Schedule(long startNs, long intervalNs, int delay) {
        this(startNs, intervalNs, delay, List.of());
    }

    /** The interval a time of the sender's clock lies in, below 0 before the start. */
    public long intervalAt(long senderNs) {
        return Math.floorDiv(senderNs - startNs, intervalNs);
    }

    /** When an interval begins on the sender's clock. */
    public long beginNs(long interval) {
        return startNs + interval * intervalNs;
    }

    /** How many instances there are, at least 1. */
    public int instances() {
        return 1 + longerBy.size();
    }

    /** How many intervals an instance, 0 to {@link #instances} - 1, waits longer than {@code delay}. */
    public int longerBy(int instance) {
        return instance == 0 ? 0 : longerBy.get(instance - 1);
    }

    int longest() {
        return longerBy(instances() - 1);
    }
}
