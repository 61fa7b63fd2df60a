package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

/** Who can compute which key, over random histories. A history is a list of batches; a batch toggles who is inside. */
class LkhTreePropertyTest {
    static final int REFRESH = 40;

    private record Batch(List<Long> joins, List<Long> leaves) {}

    private static Batch toggle(World world, List<Integer> members) {
        var batch = new Batch(new ArrayList<>(), new ArrayList<>());
        for (long member :
                new HashSet<>(members).stream().mapToLong(Integer::longValue).toArray()) {
            (world.inside.containsKey(member) ? batch.leaves() : batch.joins()).add(member);
        }
        return batch;
    }

    @Property(tries = 300)
    void everyMemberReachesTheGroupKeyAndNobodyWhoLeftDoes(
            @ForAll @IntRange(min = 2, max = 5) int degree,
            @ForAll @Size(max = 25) List<@NotEmpty @Size(max = 8) List<@IntRange(max = REFRESH) Integer>> batches,
            @ForAll long seed) {
        var world = new World(degree, seed);
        // All that anyone who ever left has held, kept even where the same member came back later.
        var held = new HashSet<Holder.Key>();
        for (var batch : batches) {
            if (batch.getFirst() == REFRESH) {
                world.refresh();
            } else {
                var change = toggle(world, batch);
                change.leaves().forEach(member -> held.addAll(world.holder(member).everything));
                world.update(change.joins(), change.leaves());
            }
            world.everyoneInsideIsUpToDate();
            assertThat(world.closure(held))
                    .as("what all leavers know together")
                    .doesNotContainAnyElementsOf(world.current());
            assertThat(world.tree.size()).isEqualTo(world.inside.size());
        }
        assertThat(world.replayed.snapshot()).isEqualTo(world.tree.snapshot());
    }

    @Property(tries = 200)
    void aJoinerOpensNoMessageSentBeforeIt(
            @ForAll @IntRange(min = 2, max = 5) int degree,
            @ForAll @Size(max = 20) List<@NotEmpty @Size(max = 8) List<@IntRange(max = 30) Integer>> batches,
            @ForAll long seed) {
        var world = new World(degree, seed);
        for (var batch : batches) {
            var change = toggle(world, batch);
            world.update(change.joins(), change.leaves());
            for (long member : change.joins()) {
                var joiner = world.holder(member);
                assertThat(world.closureOnTheWire(joiner.everything)).isEqualTo(joiner.everything);
            }
        }
    }

    /** The strongest of all who may work together: whoever left, with all they ever had, and the joiner. */
    @Property(tries = 300)
    void withReplacedKeysAJoinerAndAllLeaversTogetherFindNoGroupKeyTheyHadNoRightTo(
            @ForAll @IntRange(min = 2, max = 5) int degree,
            @ForAll @Size(max = 20) List<@NotEmpty @Size(max = 4) List<@IntRange(max = 20) Integer>> batches,
            @ForAll long seed) {
        var world = new World(degree, seed);
        var held = new HashSet<Holder.Key>();
        for (var batch : batches) {
            var change = toggle(world, batch);
            change.leaves().forEach(member -> held.addAll(world.holder(member).everything));
            world.update(change.joins(), change.leaves(), JoinRule.REPLACE_KEYS);
            world.everyoneInsideIsUpToDate();
            for (long member : change.joins()) {
                var joiner = world.holder(member);
                var together = new HashSet<>(held);
                together.addAll(joiner.everything);
                assertThat(world.closureOnTheWire(together))
                        .filteredOn(key -> key.id() == 0)
                        .allMatch(together::contains);
            }
        }
    }

    /** Why there is a choice: what {@link JoinRule#KEEP_KEYS} gives away. */
    @Example
    void withKeptKeysAnEvictedMemberAndALaterJoinerTogetherFindTheKeysBetween() {
        var world = new World(2, 1);
        world.update(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), List.of());
        world.update(List.of(), List.of(8L));
        var evicted = world.holder(2);
        world.update(List.of(), List.of(2L));
        var between = new Holder.Key(0, world.groupKey());
        world.update(List.of(), List.of(1L));
        // The last of them gets the place of 8, and there a key that is older than both evictions.
        world.update(List.of(9L, 10L, 11L), List.of());
        var together = new HashSet<>(evicted.everything);
        var later = world.inside.values().stream()
                .filter(holder -> holder.member > 8)
                .toList();
        later.forEach(holder -> together.addAll(holder.everything));
        assertThat(together).doesNotContain(between);
        assertThat(world.closureOnTheWire(together)).contains(between);
    }

    @Property(tries = 300)
    void theMessageSaysEachThingOnceAndInOrder(
            @ForAll @IntRange(min = 2, max = 5) int degree,
            @ForAll @Size(max = 25) List<@NotEmpty @Size(max = 8) List<@IntRange(max = 39) Integer>> batches,
            @ForAll long seed) {
        var world = new World(degree, seed);
        for (var batch : batches) {
            var change = toggle(world, batch);
            int firstNew = world.tree.nextKeyId();
            var wraps = world.update(change.joins(), change.leaves());
            if (change.leaves().isEmpty()) {
                assertThat(wraps).isEmpty();
            } else {
                assertThat(world.inside.keySet())
                        .as("after a message every node has a key")
                        .allMatch(member -> world.tree.path(member).size() == world.tree.height());
            }
            assertThat(wraps.stream().filter(wrap -> wrap.keyId() == 0).count())
                    .isLessThanOrEqualTo(world.tree.groupKeyWraps());
            Set<List<Integer>> seen = new HashSet<>();
            Set<Integer> used = new HashSet<>();
            for (Wrap wrap : wraps) {
                assertThat(seen.add(List.of(wrap.keyId(), wrap.wrapKeyId())))
                        .as("said twice")
                        .isTrue();
                assertThat(used).as("a key is complete before it wraps another").doesNotContain(wrap.keyId());
                assertThat(wrap.keyId() == 0 || wrap.keyId() >= firstNew)
                        .as("only new keys are sent")
                        .isTrue();
                used.add(wrap.wrapKeyId());
            }
            assertThat(world.current().stream().map(Holder.Key::id).distinct().count())
                    .as("one ID, one key")
                    .isEqualTo(world.current().size());
        }
    }

    @Property(tries = 300)
    void aJoinerGetsTheLowestFreePlace(
            @ForAll @IntRange(min = 2, max = 5) int degree,
            @ForAll @Size(max = 120) List<@IntRange(max = 60) Integer> toggles) {
        var world = new World(degree, 1);
        for (long member : toggles) {
            if (world.inside.containsKey(member)) {
                world.update(List.of(), List.of(member));
            } else {
                var taken =
                        world.inside.keySet().stream().map(world.tree::leafOf).toList();
                int free = 0;
                while (taken.contains(free)) {
                    free++;
                }
                world.update(List.of(member), List.of());
                assertThat(world.tree.leafOf(member)).isEqualTo(free);
            }
        }
    }
}
