package io.opengcks.tesla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Many chains as one: no gap, ready in time, and the upper chain opens what was missed. */
class ChainSequenceTest {
    private static KeyChain upper(int length) {
        return KeyChain.generate(Scheme.DEFAULT, new byte[32], length);
    }

    @Property(tries = 60)
    void chainsFollowWithoutAGap(
            @ForAll @IntRange(min = 2, max = 40) int length, @ForAll @IntRange(min = 1, max = 9) int jump) {
        var oneWay = new OneWay(Scheme.DEFAULT);
        var one = new ChainSequence(upper(6), length, 0);
        var other = new ChainSequence(upper(6), length, 0);
        assertThat(one.last()).isEqualTo(5L * length - 1);
        byte[] before = one.commitment().key();
        byte[] announced = before;
        for (long at = 0; at <= one.last(); at++) {
            one.advanceTo(at);
            if (at % length == 0) {
                assertThat(one.commitment().key()).isEqualTo(announced);
                assertThat(one.commitment().interval()).isEqualTo(at - 1);
                if (at > 0) {
                    assertThat(one.previousLast().orElseThrow().key()).isEqualTo(before);
                    byte[] opened = oneWay.lowerSeed(one.upperKey().key());
                    assertThat(opened)
                            .as("the upper key opens the chain before")
                            .isEqualTo(before);
                }
                before = announced;
            }
            assertThat(oneWay.back(one.key())).isEqualTo(before);
            before = one.key();
            if (at % length >= (length + 1) / 2 && at + length <= one.last()) {
                announced = one.nextCommitment().orElseThrow().key();
            }
            if (at % jump == 0) {
                other.advanceTo(at);
                assertThat(other.key()).isEqualTo(before);
            }
        }
    }

    @Test
    void itGoesOnFromACheckpointInAnyLaterChain() throws MalformedTesla {
        var whole = new ChainSequence(upper(50), 10, 0);
        whole.advanceTo(123);
        byte[] checkpoint = whole.checkpoint();
        for (long at : new long[] {123, 125, 130, 199, 489}) {
            var again = new ChainSequence(KeyChain.restore(checkpoint), 10, at);
            whole.advanceTo(at);
            assertThat(again.key()).isEqualTo(whole.key());
            assertThat(again.upperKey().key()).isEqualTo(whole.upperKey().key());
        }
        var restored = KeyChain.restore(checkpoint);
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainSequence(restored, 10, 100));
    }

    @Test
    void aSkipOverWholeChainsKeepsTheKeys() {
        var skipping = new ChainSequence(upper(50), 10, 0);
        var walking = new ChainSequence(upper(50), 10, 0);
        skipping.advanceTo(347);
        for (int at = 0; at <= 347; at++) {
            walking.advanceTo(at);
        }
        assertThat(skipping.key()).isEqualTo(walking.key());
        assertThat(skipping.previousLast().orElseThrow().key())
                .isEqualTo(walking.previousLast().orElseThrow().key());
    }

    @Test
    void wrongArgumentsAreTold() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainSequence(upper(1), 10, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainSequence(upper(5), 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainSequence(upper(5), 10, 40));
    }
}
