package io.opengcks.member;

import io.opengcks.protocols.gikev2.MemberEffect;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Which server is asked next, and when. A server that does not answer, or not now, is followed by the next one without delay;
 * after a whole round that failed the wait doubles. A server that knows us and refuses is asked seldom: its mind is changed by
 * an operator, and asking hurts it. Every wait is drawn from its upper half, so that members that lost their server together do not come
 * back together.
 */
final class ServerList {
    private final int servers;
    private final RetryTimes times;
    private final RandomGenerator random;
    private int current;
    private int failedInRound;
    private int rounds;
    private int refusals;

    /** @param servers how many there are, at least 1 */
    ServerList(int servers, RetryTimes times, RandomGenerator random) {
        if (servers < 1) {
            throw new IllegalArgumentException("at least one server");
        }
        this.servers = servers;
        this.times = times;
        this.random = random;
    }

    /** Index of the server to ask. */
    int current() {
        return current;
    }

    /** The server answered as hoped: the next registration begins with it. */
    void succeeded() {
        failedInRound = 0;
        rounds = 0;
        refusals = 0;
    }

    /** Goes on to the next server; gives ns to wait before it is asked. */
    long failed(MemberEffect.Kind kind) {
        current = (current + 1) % servers;
        return switch (kind) {
            case NO_ANSWER, TRY_LATER -> {
                if (++failedInRound < servers) {
                    yield 0;
                }
                failedInRound = 0;
                yield spread(doubled(times.first(), times.longest(), rounds++));
            }
            case SERVER_NOT_AUTHENTIC, AUTHENTICATION_FAILED, NOT_ADMITTED, NO_COMMON_POLICY ->
                spread(doubled(times.firstRefused(), times.longestRefused(), refusals++));
        };
    }

    /** The random delay before a registration that many members may want at the same time, ns. */
    long jitterNs() {
        return random.nextLong(Math.max(1, times.jitter().toNanos()));
    }

    private static long doubled(Duration first, Duration longest, int times) {
        long ns = first.toNanos();
        for (int i = 0; i < times && ns < longest.toNanos(); i++) {
            ns *= 2;
        }
        return Math.min(ns, longest.toNanos());
    }

    private long spread(long ns) {
        return ns / 2 + random.nextLong(Math.max(1, ns / 2));
    }
}
