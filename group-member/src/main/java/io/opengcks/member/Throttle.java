package io.opengcks.member;

import java.time.Duration;

/** Lets one of many alike pass in a span of time, so that what anybody can cause cannot fill a log. */
final class Throttle {
    private final long spanNs;
    private long lastNs;
    private boolean ever;

    Throttle(Duration span) {
        this.spanNs = span.toNanos();
    }

    boolean admits(long nowNs) {
        if (ever && nowNs - lastNs < spanNs) {
            return false;
        }
        ever = true;
        lastNs = nowNs;
        return true;
    }
}
