package io.opengcks.member;

import static io.opengcks.member.Updates.ATD_5_DTD_10;
import static io.opengcks.member.Updates.registration;
import static io.opengcks.member.Updates.rekey;
import static io.opengcks.member.Updates.sa;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.member.SaSchedule.Effect;
import io.opengcks.member.SaSchedule.Event;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaScheduleTest {
    private static final long S = 1_000_000_000L;

    private final SaSchedule both = new SaSchedule(true, true, Optional.empty(), new SplittableRandom(1));
    private final SaSchedule sender = new SaSchedule(false, true, Optional.empty(), new SplittableRandom(1));
    private final SaSchedule receiver = new SaSchedule(true, false, Optional.empty(), new SplittableRandom(1));

    @Test
    void aRegistrationIsInstalledAndSentOnAtOnce() {
        assertThat(update(both, registration(List.of(7L), sa(256, 3600), sa(257, 3600)), 0))
                .containsExactly("+256", "+257", "send 257 as 7");
    }

    @Test
    void aReceiverTakesANewSaAtOnceAndTheOldOneGoesAfterDtd() {
        update(receiver, registration(List.of(), sa(256, 3600)), 0);
        assertThat(update(receiver, rekey(List.of(256L), ATD_5_DTD_10, sa(257, 3600)), 20 * S))
                .containsExactly("+257");
        assertThat(tick(receiver, 30 * S - 1)).isEmpty();
        assertThat(tick(receiver, 30 * S)).containsExactly("-256", "forget 256");
    }

    @Test
    void aSenderGoesOverAfterAtdAndNeverBack() {
        update(sender, registration(List.of(7L), sa(256, 3600)), 0);
        assertThat(update(sender, rekey(List.of(256L), ATD_5_DTD_10, sa(257, 3600)), 20 * S))
                .isEmpty();
        assertThat(tick(sender, 25 * S - 1)).isEmpty();
        assertThat(tick(sender, 25 * S)).containsExactly("send 257 as 7");
        assertThat(update(sender, rekey(List.of(257L), ATD_5_DTD_10), 26 * S)).containsExactly("stop");
    }

    @Test
    void whereOnlyAnOlderSaIsLeftItStopsRatherThanGoBack() {
        update(sender, registration(List.of(7L), sa(256, 3600)), 0);
        update(sender, rekey(List.of(), new GroupWidePolicy(0, 10), sa(257, 3600)), 20 * S);
        assertThat(update(sender, rekey(List.of(257L), ATD_5_DTD_10), 26 * S)).containsExactly("stop");
        assertThat(sender.spis()).contains(256L);
    }

    @Test
    void anUrgentRekeyOvertakesOneThatWaits() {
        update(sender, registration(List.of(7L), sa(256, 3600)), 0);
        update(sender, rekey(List.of(256L), ATD_5_DTD_10, sa(257, 3600)), 20 * S);
        assertThat(update(sender, rekey(List.of(257L), new GroupWidePolicy(0, 10), sa(258, 3600)), 21 * S))
                .containsExactly("send 258 as 7");
        assertThat(tick(sender, 25 * S)).isEmpty();
    }

    @Test
    void aSuccessorTakesOverEarlyWhereTheSaInUseEndsBeforeItsTime() {
        update(sender, registration(List.of(7L), sa(256, 3600)), 0);
        update(sender, rekey(List.of(256L), new GroupWidePolicy(10, 5), sa(257, 3600)), 20 * S);
        assertThat(tick(sender, 25 * S)).containsExactly("send 257 as 7", "forget 256");
    }

    @Test
    void aReRegistrationKeepsReplayWindowsAndSendsUnderTheNewSenderIdOnly() {
        update(both, registration(List.of(7L), sa(256, 3600)), 0);
        assertThat(update(both, registration(List.of(8L), sa(256, 3600)), 20 * S))
                .containsExactly("forget 256", "send 256 as 8");
        assertThat(update(both, registration(List.of(8L), sa(256, 3600)), 30 * S))
                .describedAs("the same Sender-ID again: counters go on")
                .containsExactly("forget 256");
        assertThat(update(both, registration(List.of(7L), sa(256, 3600)), 40 * S))
                .describedAs("an old Sender-ID again: its counters are lost, so it is refused")
                .containsExactly("forget 256", "stop", "register");
    }

    @Test
    void aRegistrationVoidsWhatItDoesNotName() {
        update(both, registration(List.of(7L), sa(256, 3600), sa(257, 3600)), 0);
        assertThat(update(both, registration(List.of(8L), sa(258, 3600)), S))
                .containsExactly("+258", "send 258 as 8", "-256", "forget 256", "-257", "forget 257");
    }

    @Test
    void anExcludedMemberHoldsNothing() {
        update(both, registration(List.of(7L), sa(256, 3600)), 0);
        assertThat(words(both.on(new Event.Voided("excluded"), S))).containsExactly("stop", "-256", "forget 256");
        assertThat(tick(both, 9999 * S)).isEmpty();
    }

    @Test
    void itAsksInTimeAndFailsClosed() {
        update(both, registration(List.of(7L), sa(256, 1000)), 0);
        assertThat(tick(both, 849 * S)).isEmpty();
        assertThat(tick(both, 951 * S)).containsExactly("register");
        assertThat(tick(both, 952 * S)).describedAs("once").isEmpty();
        assertThat(tick(both, 1000 * S)).containsExactly("stop", "-256", "forget 256", "register");
    }

    @Test
    void aRekeyInTimeMakesNobodyAsk() {
        update(both, registration(List.of(7L), sa(256, 1000)), 0);
        update(both, rekey(List.of(256L), ATD_5_DTD_10, sa(257, 1000)), 800 * S);
        assertThat(tick(both, 960 * S)).containsExactly("send 257 as 7", "-256", "forget 256");
    }

    @Test
    void aSenderWithoutAFittingSenderIdInstallsNothing() {
        assertThat(update(both, registration(List.of(), sa(256, 1000)), 0)).containsExactly("forget 256", "register");
        assertThat(update(both, registration(List.of(256L), sa(256, 1000)), 0))
                .describedAs("256 has nine bits")
                .containsExactly("forget 256", "register");
    }

    @Test
    void theNextSenderIdServesWhenOneIsUsedUp() {
        update(sender, registration(List.of(7L, 8L), sa(256, 3600)), 0);
        assertThat(words(sender.on(new Event.Exhausted(256), S))).containsExactly("send 256 as 8");
        assertThat(words(sender.on(new Event.Exhausted(256), S))).containsExactly("stop", "register");
    }

    @Test
    void flowsAreRekeyedApart() {
        update(both, registration(List.of(7L), sa(256, 1000), other(257, 1000)), 0);
        assertThat(update(both, rekey(List.of(256L), new GroupWidePolicy(0, 0), sa(258, 1000)), 700 * S))
                .describedAs("the flow it does not send on")
                .containsExactly("+258", "-256", "forget 256");
        assertThat(tick(both, 951 * S))
                .describedAs("nobody rekeyed the other flow")
                .containsExactly("register");
        assertThat(update(both, rekey(List.of(257L), new GroupWidePolicy(0, 0), other(259, 1000)), 960 * S))
                .containsExactly("+259", "send 259 as 7", "-257", "forget 257");
        assertThat(tick(both, 1000 * S)).isEmpty();
    }

    @Test
    void aMemberOfOneFlowTakesNoOther() {
        SaSchedule one = new SaSchedule(
                true, true, Optional.of(new InetSocketAddress(Updates.GROUP, 5004)), new SplittableRandom(1));
        assertThat(update(one, registration(List.of(7L), sa(256, 1000), other(257, 1000)), 0))
                .containsExactly("forget 257", "+256", "send 256 as 7");
    }

    private static DataSecuritySa other(long spi, long lifetimeSeconds) {
        return sa(spi, lifetimeSeconds, Updates.GROUP, 6004, 4500);
    }

    @Test
    void theTableIsBounded() {
        update(receiver, registration(List.of(), sa(256, 3600)), 0);
        for (int i = 1; i <= SaSchedule.MAX_SAS; i++) {
            update(receiver, rekey(List.of(), ATD_5_DTD_10, sa(256L + i, 3600)), i);
        }
        assertThat(receiver.spis()).hasSize(SaSchedule.MAX_SAS).doesNotContain(256L);
    }

    private static List<String> update(SaSchedule schedule, GsaUpdate update, long nowNs) {
        return words(schedule.on(new Event.Updated(update), nowNs));
    }

    private static List<String> tick(SaSchedule schedule, long nowNs) {
        return words(schedule.on(new Event.Tick(), nowNs));
    }

    private static List<String> words(List<Effect> effects) {
        return effects.stream()
                .filter(effect -> !(effect instanceof Effect.WakeAt))
                .map(effect -> switch (effect) {
                    case Effect.InstallInbound(var sa) -> "+" + sa.spi();
                    case Effect.RemoveInbound(var spi) -> "-" + spi;
                    case Effect.SendOn(var sa, var id, var _) -> "send " + sa.spi() + " as " + id;
                    case Effect.StopSending _ -> "stop";
                    case Effect.NeedsRegistration _ -> "register";
                    case Effect.Forget(var sa) -> "forget " + sa.spi();
                    case Effect.WakeAt(var due) -> "wake " + due;
                })
                .toList();
    }
}
