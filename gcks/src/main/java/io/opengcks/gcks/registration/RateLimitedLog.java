package io.opengcks.gcks.registration;

import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Lines that a peer can cause: at most {@value #LINES} a second, then one line that says how many were left out. One thread uses
 * an instance.
 */
final class RateLimitedLog {
    private static final int LINES = 10;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Logger log;
    private long secondStartNs;
    private int lines;
    private long leftOut;

    RateLimitedLog(Logger log, long nowNs) {
        this.log = log;
        secondStartNs = nowNs;
    }

    void line(Level level, long nowNs, String format, Object... fields) {
        if (nowNs - secondStartNs >= SECOND_NS) {
            if (leftOut > 0) {
                log.atLevel(level).log("left out lines={}", leftOut);
            }
            secondStartNs = nowNs;
            lines = 0;
            leftOut = 0;
        }
        if (lines < LINES) {
            lines++;
            log.atLevel(level).log(format, fields);
        } else {
            leftOut++;
        }
    }
}
