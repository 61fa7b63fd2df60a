package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches and allocation at the sizes that matter: counts are means of seeded draws against the figures of the literature. */
class LkhTreeBatchTest {
    private final SplittableRandom random = new SplittableRandom(13);

    private LkhTree full(int degree, int members) {
        var tree = new LkhTree(degree, 16);
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        return tree;
    }

    private List<Long> draw(int members, int wanted) {
        var drawn = new LinkedHashSet<Long>();
        while (drawn.size() < wanted) {
            drawn.add((long) random.nextInt(members));
        }
        return new ArrayList<>(drawn);
    }

    /**
     * A full tree of degree 4. With joiners in the leavers' places the limit counts the wraps under the joiners' own leaf
     * keys, which are not needed here: joiners get their path when they register.
     */
    @ParameterizedTest(name = "{0} members, {1} leave, replaced: {2}")
    @CsvSource({"4096,1024,false,3130", "4096,1024,true,4160", "1048576,1000,false,18400", "1048576,1000,true,19350"})
    void aBatchTakesNoMoreWrapsThanTheory(int members, int leavers, boolean replaced, int limit) {
        byte[] start = full(4, members).snapshot();
        int draws = members > 100_000 ? 4 : 100;
        long sum = 0;
        for (int draw = 0; draw < draws; draw++) {
            var tree = LkhTree.restore(start);
            var leaves = draw(members, leavers);
            var joins = replaced ? leaves : List.<Long>of();
            var delta = tree.planUpdate(joins, leaves, random::nextBytes);
            tree.apply(delta);
            sum += tree.wraps(delta).size();
        }
        assertThat((double) sum / draws).isLessThanOrEqualTo(limit);
    }

    @Test
    void aLeaveAmongAMillionAllocatesLessThan16KiB() {
        var tree = new LkhTree(2);
        int members = 1 << 20;
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long most = 0;
        for (int leave = 0; leave < 200; leave++) {
            List<Long> leaver = List.of(leave * 5000L);
            long before = threads.getCurrentThreadAllocatedBytes();
            var delta = tree.planUpdate(List.of(), leaver, random::nextBytes);
            tree.apply(delta);
            int wraps = tree.wraps(delta).size();
            long after = threads.getCurrentThreadAllocatedBytes();
            assertThat(wraps).isEqualTo(39);
            // The first rounds also load classes.
            most = leave < 100 ? 0 : Math.max(most, after - before);
        }
        assertThat(most).isLessThan(16 * 1024);
    }

    @ParameterizedTest(name = "degree {0}, {1} members")
    @CsvSource({"2,1024", "4,1024", "16,4096"})
    void aJoinThatReplacesKeysCostsAtMostDegreeTimesHeight(int degree, int members) {
        var tree = full(degree, members);
        tree.apply(tree.planUpdate(List.of(), List.of(5L), random::nextBytes));
        var delta = tree.planUpdate(List.of(-1L), List.of(), JoinRule.REPLACE_KEYS, random::nextBytes);
        tree.apply(delta);
        assertThat(tree.wraps(delta)).hasSize(degree * tree.height() - 1);
    }
}
