package io.opengcks.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gikev2.MemberEffect.Kind;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServerListTest {
    private final ServerList three = new ServerList(3, RetryTimes.DEFAULT, new SplittableRandom(1));

    @Test
    void theNextServerIsAskedAtOnceAndARoundThatFailedIsFollowedByAWait() {
        assertThat(three.failed(Kind.NO_ANSWER)).isZero();
        assertThat(three.failed(Kind.TRY_LATER)).isZero();
        assertThat(Duration.ofNanos(three.failed(Kind.NO_ANSWER)))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(three.current()).isZero();
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        Duration longest = Duration.ZERO;
        for (int round = 0; round < 20; round++) {
            Duration expected = Duration.ofSeconds(Math.min(60, 1L << Math.min(round, 10)));
            three.failed(Kind.NO_ANSWER);
            three.failed(Kind.NO_ANSWER);
            longest = Duration.ofNanos(three.failed(Kind.NO_ANSWER));
            assertThat(longest).isBetween(expected.dividedBy(2), expected);
        }
        assertThat(longest).isLessThanOrEqualTo(RetryTimes.DEFAULT.longest());
    }

    @Test
    void aRefusalIsFollowedByALongWaitOnEveryServer() {
        for (Kind kind : new Kind[] {Kind.NOT_ADMITTED, Kind.AUTHENTICATION_FAILED, Kind.SERVER_NOT_AUTHENTIC}) {
            assertThat(Duration.ofNanos(three.failed(kind))).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
        }
    }

    @Test
    void successForgetsTheFailuresAndStaysWithTheServer() {
        three.failed(Kind.NO_ANSWER);
        three.succeeded();
        assertThat(three.current()).isEqualTo(1);
        assertThat(three.failed(Kind.NO_ANSWER)).isZero();
        assertThat(three.failed(Kind.NO_ANSWER)).isZero();
    }
}
