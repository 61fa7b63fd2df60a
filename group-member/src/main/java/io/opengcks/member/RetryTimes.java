package io.opengcks.member;

import java.time.Duration;

/**
 * When a member asks again. Waits double from the first to the longest; each is drawn from its upper half.
 *
 * @param first          wait after all servers failed to answer once
 * @param longest        longest such wait
 * @param firstRefused   wait after a server refused us, or we its proof of identity
 * @param longestRefused longest such wait
 * @param jitter         longest random delay before a registration that many members may need at once (RFC 9838 §2.4.3)
 */
public record RetryTimes(
        Duration first, Duration longest, Duration firstRefused, Duration longestRefused, Duration jitter) {
    private static final Duration MOST = Duration.ofDays(1);

    public static final RetryTimes DEFAULT = new RetryTimes(
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofSeconds(2));

    public RetryTimes {
        check(first, longest);
        check(firstRefused, longestRefused);
        if (jitter.isNegative() || jitter.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("a jitter is 0 to one day");
        }
    }

    private static void check(Duration first, Duration longest) {
        if (first.toMillis() < 1 || longest.compareTo(first) < 0 || longest.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("waits are 1 ms to one day, the longest at least the first");
        }
    }
}
