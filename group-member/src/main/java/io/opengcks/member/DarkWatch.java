package io.opengcks.member;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Notices that a receiver went dark: packets of SAs it does not hold keep coming and none can be opened. Anybody can send
 * such packets, so what follows is rare and becomes rarer: one registration after a random delay, the next not before a
 * back-off that doubles until a packet opens again. Times are ns on one monotonic clock.
 */
final class DarkWatch {
    /** Packets of unknown SPI in a row before it is called dark: fewer may be stragglers of an SA just removed. */
    static final int PACKETS = 8;

    static final long SPAN_NS = TimeUnit.SECONDS.toNanos(2);
    static final long FIRST_BACKOFF_NS = TimeUnit.SECONDS.toNanos(10);
    static final long LAST_BACKOFF_NS = TimeUnit.MINUTES.toNanos(10);

    /** What to do about it. */
    sealed interface Verdict {
        /** Went dark just now. */
        record Dark(long unknownSpi) implements Verdict {}

        /** Dark for long enough: register, after this random delay. */
        record Register(long delayNs) implements Verdict {}
    }

    private final RandomGenerator random;
    private final long jitterNs;
    private int unknown;
    private long firstUnknownNs;
    private boolean dark;
    private long backoffNs = FIRST_BACKOFF_NS;
    private long notBeforeNs;
    private boolean asked;

    /** @param jitterNs the longest random delay before a registration, at least 1 */
    DarkWatch(RandomGenerator random, long jitterNs) {
        this.random = random;
        this.jitterNs = jitterNs;
    }

    /** A packet was opened. Cheap: called for each. */
    void opened() {
        if (unknown != 0 || dark || asked) {
            unknown = 0;
            dark = false;
            asked = false;
            backoffNs = FIRST_BACKOFF_NS;
        }
    }

    /** Keys were replaced or taken away on purpose: silence until there is new evidence. The back-off stays. */
    void restart() {
        unknown = 0;
        dark = false;
    }

    boolean isDark() {
        return dark;
    }

    /** A packet came whose SPI is not known. */
    Optional<Verdict> unknownSpi(long spi, long nowNs) {
        if (unknown++ == 0) {
            firstUnknownNs = nowNs;
        }
        unknown = Math.min(unknown, PACKETS);
        if (unknown < PACKETS || nowNs - firstUnknownNs < SPAN_NS) {
            return Optional.empty();
        }
        if (!dark) {
            dark = true;
            return Optional.of(new Verdict.Dark(spi));
        }
        if (asked && nowNs - notBeforeNs < 0) {
            return Optional.empty();
        }
        asked = true;
        long delayNs = random.nextLong(jitterNs);
        notBeforeNs = nowNs + delayNs + backoffNs;
        backoffNs = Math.min(2 * backoffNs, LAST_BACKOFF_NS);
        return Optional.of(new Verdict.Register(delayNs));
    }
}
