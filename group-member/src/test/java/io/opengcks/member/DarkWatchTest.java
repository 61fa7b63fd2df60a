package io.opengcks.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.member.DarkWatch.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DarkWatchTest {
    private static final long MS = 1_000_000L;
    private static final long JITTER = 500 * MS;

    private final DarkWatch watch = new DarkWatch(new SplittableRandom(1), JITTER);
    private long now = -3_000_000_000L; // the clock's zero means nothing

    @Test
    void fewPacketsOrAShortBurstAreNotDarkness() {
        for (int i = 0; i < 1000; i++) {
            assertThat(packetAfter(1)).as("a burst of stragglers").isEmpty();
        }
        watch.opened();
        for (int i = 0; i < DarkWatch.PACKETS - 1; i++) {
            assertThat(packetAfter(10_000)).as("few").isEmpty();
        }
    }

    @Test
    void aPacketThatOpensBeginsTheCountAgain() {
        for (int i = 0; i < 1000; i++) {
            assertThat(packetAfter(500)).isEmpty();
            watch.opened();
        }
    }

    @Test
    void itAsksMoreAndMoreSeldom() {
        List<Long> askedAt = new ArrayList<>();
        int dark = 0;
        for (int i = 0; i < 600_000; i++) {
            for (Verdict verdict : packetAfter(10)) {
                switch (verdict) {
                    case Verdict.Dark _ -> dark++;
                    case Verdict.Register(var delay) -> {
                        assertThat(delay).isBetween(0L, JITTER);
                        askedAt.add(now);
                    }
                }
            }
        }
        assertThat(dark).isEqualTo(1);
        // 6000 s: at about 2, 12, 32, 72, 152, 312, 632 s, then every 600 s
        assertThat(askedAt).hasSizeBetween(12, 16);
        for (int i = 1; i < askedAt.size(); i++) {
            long least = Math.min(DarkWatch.FIRST_BACKOFF_NS << (i - 1), DarkWatch.LAST_BACKOFF_NS);
            assertThat(askedAt.get(i) - askedAt.get(i - 1)).isGreaterThanOrEqualTo(least);
        }
    }

    @Test
    void aRestartKeepsTheBackOff() {
        int asked = 0;
        for (int i = 0; i < 100_000; i++) {
            for (Verdict verdict : packetAfter(10)) {
                if (verdict instanceof Verdict.Register) {
                    asked++;
                    watch.restart(); // registered, and still nothing opens: whoever sends these may be anybody
                }
            }
        }
        assertThat(asked).isLessThan(10);
    }

    @Test
    void aPacketThatOpensEndsTheBackOff() {
        for (int round = 0; round < 5; round++) {
            int packets = 0;
            while (packetAfter(100).stream().noneMatch(Verdict.Register.class::isInstance)) {
                assertThat(++packets).isLessThan(30);
            }
            watch.restart();
            watch.opened();
        }
    }

    private List<Verdict> packetAfter(long ms) {
        now += ms * MS;
        return watch.unknownSpi(0x1234, now).stream().toList();
    }
}
