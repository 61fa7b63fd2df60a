package io.opengcks.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MissedRekeysTest {
    private static final long JITTER_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final MissedRekeys missed = new MissedRekeys(new SplittableRandom(1), JITTER_NS);

    @Test
    void theFirstMessageOfAnUnknownRekeySaLeadsToARegistrationAfterTheCopies() {
        assertThat(missed.heard(5).getAsLong())
                .isGreaterThanOrEqualTo(MissedRekeys.GRACE_NS)
                .isLessThan(MissedRekeys.GRACE_NS + JITTER_NS);
        assertThat(missed.heard(6)).isEqualTo(OptionalLong.empty());
    }

    @Test
    void aFloodOfForgedMessagesCausesAHandfulOfRegistrationsAnHour() {
        int registrations = 0;
        for (long nowNs = 0; nowNs < HOUR_NS; nowNs += TimeUnit.MILLISECONDS.toNanos(10)) {
            registrations += missed.heard(nowNs).isPresent() ? 1 : 0;
        }
        // 10 s, 20 s, … up to ten minutes apart
        assertThat(registrations).isBetween(8, 14);
    }

    @Test
    void onceCaughtUpTheNextMissIsActedOnAtOnce() {
        assertThat(missed.heard(0)).isPresent();
        missed.caughtUp();
        assertThat(missed.heard(1)).isPresent();
    }
}
