package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The flat windows against the definition: a set of the numbers seen and the highest of them, for each sender. */
class SenderWindowsTest {
    record Arrival(int sender, long sequence) {}

    /** Forwards, backwards, near the edge of the window, far jumps, and the end of the numbers. */
    @Provide
    Arbitrary<List<Arrival>> arrivals() {
        Arbitrary<Long> steps = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.longs().between(-3, 3)),
                net.jqwik.api.Tuple.of(3, Arbitraries.longs().between(-300, 300)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(-10_000, 10_000)));
        Arbitrary<Long> starts = Arbitraries.of(1L, 60L, 5_000L, 0x8000_0000L, 0xFFFF_FFFFL);
        return starts.flatMap(start -> steps.list()
                .ofMaxSize(300)
                .flatMap(moves -> Arbitraries.integers()
                        .between(0, 2)
                        .list()
                        .ofSize(moves.size())
                        .map(senders -> {
                            long[] at = {start, start, start};
                            var arrivals = new java.util.ArrayList<Arrival>();
                            for (int i = 0; i < moves.size(); i++) {
                                int sender = senders.get(i);
                                at[sender] = Math.clamp(at[sender] + moves.get(i), 1, 0xFFFF_FFFFL);
                                arrivals.add(new Arrival(sender * 40_000, at[sender]));
                            }
                            return List.copyOf(arrivals);
                        })));
    }

    @Provide
    Arbitrary<Integer> windows() {
        return Arbitraries.of(64, 128, 192, 256, 320, 1024, 4096);
    }

    @Property(tries = 500)
    void acceptsWhatTheSetAccepts(@ForAll("arrivals") List<Arrival> arrivals, @ForAll("windows") int window) {
        var windows = new SenderWindows(window, 3);
        Map<Integer, Set<Long>> seen = new HashMap<>();
        Map<Integer, Long> highest = new HashMap<>();
        for (Arrival arrival : arrivals) {
            long top = highest.getOrDefault(arrival.sender, 0L);
            Verdict expected = arrival.sequence <= top && top - arrival.sequence >= window
                    ? Verdict.TOO_OLD
                    : seen.getOrDefault(arrival.sender, Set.of()).contains(arrival.sequence)
                            ? Verdict.REPLAYED
                            : Verdict.OK;
            assertThat(windows.check(arrival.sender, arrival.sequence)).isEqualTo(expected);
            if (expected == Verdict.OK) {
                assertThat(windows.accept(arrival.sender, arrival.sequence)).isEqualTo(Verdict.OK);
                seen.computeIfAbsent(arrival.sender, _ -> new HashSet<>()).add(arrival.sequence);
                highest.merge(arrival.sender, arrival.sequence, Math::max);
            }
        }
        assertThat(windows.senders()).isEqualTo(seen.size());
    }

    @Test
    void keepsEverySenderApartUpToItsLimit() {
        int limit = 5_000;
        var windows = new SenderWindows(64, limit);
        for (int sender = 0; sender < limit; sender++) {
            assertThat(windows.accept(sender * 13, sender + 1L)).isEqualTo(Verdict.OK);
        }
        for (int sender = 0; sender < limit; sender++) {
            assertThat(windows.check(sender * 13, sender + 1L)).isEqualTo(Verdict.REPLAYED);
            assertThat(windows.check(sender * 13, sender + 2L)).isEqualTo(Verdict.OK);
        }
        assertThat(windows.check(65_535, 1)).isEqualTo(Verdict.OK);
        assertThat(windows.accept(65_535, 1)).isEqualTo(Verdict.TOO_MANY_SENDERS);
        assertThat(windows.accept(13, 3)).isEqualTo(Verdict.OK);
        assertThat(windows.senders()).isEqualTo(limit);
    }

    @Test
    void takesTheWidestWindowsOfAsManySendersAsThereCanBe() {
        var windows = new SenderWindows(4096, 1 << 16);
        for (int sender = 0; sender < 1 << 16; sender += 257) {
            assertThat(windows.accept(sender, 4096)).isEqualTo(Verdict.OK);
            assertThat(windows.accept(sender, 1)).isEqualTo(Verdict.OK);
            assertThat(windows.check(sender, 1)).isEqualTo(Verdict.REPLAYED);
        }
    }
}
