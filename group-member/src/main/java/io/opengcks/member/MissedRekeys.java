package io.opengcks.member;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What a rekey message of an unknown Rekey SA is worth. For a pure sender it is the only sign that it missed an eviction and
 * sends under keys that somebody else should not have; but anybody can send such messages. So it leads to one registration after a
 * random delay, which a copy of the missed message can still make needless, and to the next one only after a back-off that doubles for
 * as long as registrations bring nothing new. Times are ns on one monotonic clock.
 */
final class MissedRekeys {
    /** Copies of the missed message may still come. */
    static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    static final long FIRST_BACKOFF_NS = TimeUnit.SECONDS.toNanos(10);
    static final long LAST_BACKOFF_NS = TimeUnit.MINUTES.toNanos(10);

    private final RandomGenerator random;
    private final long jitterNs;
    private long backoffNs = FIRST_BACKOFF_NS;
    private long notBeforeNs;
    private boolean asked;

    /** @param jitterNs the longest random delay before a registration, at least 1 */
    MissedRekeys(RandomGenerator random, long jitterNs) {
        this.random = random;
        this.jitterNs = jitterNs;
    }

    /** Such a message came: register after this delay; empty if that was done lately. */
    OptionalLong heard(long nowNs) {
        if (asked && nowNs - notBeforeNs < 0) {
            return OptionalLong.empty();
        }
        asked = true;
        long delayNs = GRACE_NS + random.nextLong(jitterNs);
        notBeforeNs = nowNs + delayNs + backoffNs;
        backoffNs = Math.min(2 * backoffNs, LAST_BACKOFF_NS);
        return OptionalLong.of(delayNs);
    }

    /** A rekey message was taken, or a registration brought keys that were not known: what was heard was true. */
    void caughtUp() {
        asked = false;
        backoffNs = FIRST_BACKOFF_NS;
    }
}
