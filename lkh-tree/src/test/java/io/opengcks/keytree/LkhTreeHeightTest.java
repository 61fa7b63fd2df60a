package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tree stays low whatever the members do, and what that costs. */
class LkhTreeHeightTest {
    private final SplittableRandom random = new SplittableRandom(11);

    private static int least(int degree, int members) {
        int height = 1;
        while (LkhTree.places(degree, height) < members) {
            height++;
        }
        return height;
    }

    @Property(tries = 300)
    void theHeightIsAtMostOneMoreThanNeeded(
            @ForAll @IntRange(min = 2, max = 4) int degree,
            @ForAll @Size(max = 40) List<@NotEmpty @Size(max = 30) List<@IntRange(max = 90) Integer>> batches,
            @ForAll long seed) {
        var world = new World(degree, seed);
        for (var batch : batches) {
            var joins = new ArrayList<Long>();
            var leaves = new ArrayList<Long>();
            for (int member : new HashSet<>(batch)) {
                (world.inside.containsKey((long) member) ? leaves : joins).add((long) member);
            }
            world.update(joins, leaves);
            world.everyoneInsideIsUpToDate();
            assertThat(world.tree.height()).isLessThanOrEqualTo(least(degree, world.tree.size()) + 1);
        }
        assertThat(world.replayed.snapshot()).isEqualTo(world.tree.snapshot());
    }

    /** Members leave one by one in an order an adversary chose; none costs more than three leaves of a full tree, and the mean hardly more than one. */
    @ParameterizedTest(name = "degree {0}, {1} members, from the {2}")
    @CsvSource({
        "2,1024,front",
        "2,1024,back",
        "2,1024,random",
        "2,1025,front",
        "3,729,front",
        "3,729,random",
        "4,1024,front",
        "4,1024,random",
        "16,4096,front",
        "16,4096,random"
    })
    void shrinkingToNothingStaysLowAndCheap(int degree, int members, String order) {
        var tree = new LkhTree(degree);
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        var left = new ArrayList<>(LongStream.range(0, members).boxed().toList());
        ToLongFunction<List<Long>> next = switch (order) {
            case "front" -> inside -> lowest(tree, inside);
            case "back" -> List::getLast;
            default -> List::getFirst;
        };
        if (order.equals("random")) {
            Collections.shuffle(left, new Random(1));
        }
        long wraps = 0;
        while (!left.isEmpty()) {
            long member = next.applyAsLong(left);
            left.remove(member);
            int height = tree.height();
            var delta = tree.planUpdate(List.of(), List.of(member), random::nextBytes);
            tree.apply(delta);
            int sent = tree.wraps(delta).size();
            wraps += sent;
            assertThat(delta.moves()).isLessThanOrEqualTo(2);
            assertThat(sent).isLessThanOrEqualTo(3 * degree * height);
            assertThat(tree.height()).isLessThanOrEqualTo(least(degree, tree.size()) + 1);
        }
        assertThat((double) wraps / members).as("mean").isLessThan(1.1 * degree * least(degree, members));
    }

    @ParameterizedTest(name = "degree {0}, {1} members")
    @CsvSource({"2,64", "2,50", "3,81", "4,64"})
    void membersFollowEveryMove(int degree, int members) {
        var world = new World(degree, 5);
        world.update(LongStream.range(0, members).boxed().toList(), List.of());
        while (!world.inside.isEmpty()) {
            world.update(List.of(), List.of(lowest(world.tree, List.copyOf(world.inside.keySet()))));
            world.everyoneInsideIsUpToDate();
            var held = new HashSet<Holder.Key>();
            world.outside.forEach(holder -> held.addAll(holder.everything));
            assertThat(world.closure(held)).doesNotContainAnyElementsOf(world.current());
        }
    }

    /** Whoever sits furthest to the front, so that the rest stays spread out at the far end. */
    private static long lowest(LkhTree tree, List<Long> inside) {
        return inside.stream()
                .min((a, b) -> Integer.compare(tree.leafOf(a), tree.leafOf(b)))
                .orElseThrow();
    }

    @ParameterizedTest(name = "degree {0}, {1} of {2} leave at once")
    @CsvSource({"2,1000,1024", "2,1023,1024", "2,600,1024", "4,4000,4096", "16,4090,4096", "3,700,729"})
    void aBatchThatEmptiesTheTreeLowersIt(int degree, int leavers, int members) {
        var tree = new LkhTree(degree);
        var all = new ArrayList<>(LongStream.range(0, members).boxed().toList());
        tree.apply(tree.planUpdate(all, List.of(), random::nextBytes));
        Collections.shuffle(all, new Random(2));
        var delta = tree.planUpdate(List.of(), all.subList(0, leavers), random::nextBytes);
        tree.apply(delta);
        assertThat(tree.height()).isLessThanOrEqualTo(least(degree, tree.size()) + 1);
        assertThat(delta.moves()).isLessThanOrEqualTo(2 * leavers);
        assertThat(LkhTree.restore(tree.snapshot()).snapshot()).isEqualTo(tree.snapshot());
    }
}
