package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Natural numbers and (level, index) say the same. */
class NodeNumbersTest {
    @Test
    void aBinaryTreeOfHeightTwo() {
        assertThat(NodeNumbers.number(2, 2, 2, 0)).isZero();
        assertThat(NodeNumbers.number(2, 2, 1, 1)).isEqualTo(2);
        assertThat(NodeNumbers.number(2, 2, 0, 0)).isEqualTo(3);
        assertThat(NodeNumbers.number(2, 2, 0, 3)).isEqualTo(6);
        assertThat(NodeNumbers.afterGrowth(2, 2, 5)).isEqualTo(9);
    }

    @Property(tries = 500)
    void childrenAreDegreeTimesNumberPlusOneToPlusDegree(
            @ForAll @IntRange(min = 2, max = 16) int degree,
            @ForAll @IntRange(min = 1, max = 7) int height,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int level = random.nextInt(1, height + 1);
        int index = random.nextInt((int) Math.pow(degree, height - level));
        long number = NodeNumbers.number(degree, height, level, index);
        assertThat(NodeNumbers.level(degree, height, number)).isEqualTo(level);
        assertThat(NodeNumbers.index(degree, height, number)).isEqualTo(index);
        for (int child = 0; child < degree; child++) {
            long below = NodeNumbers.number(degree, height, level - 1, index * degree + child);
            assertThat(below).isEqualTo(degree * number + 1 + child);
            assertThat(NodeNumbers.parent(degree, below)).isEqualTo(number);
        }
    }

    @Test
    void whatIsNoNodeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.number(2, 3, 4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.number(2, 3, 0, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.level(2, 3, 15));
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.level(2, 3, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.parent(2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> NodeNumbers.number(1, 3, 0, 0));
    }

    @Test
    void aTreeSaysWhereItsMembersSit() {
        var random = new SplittableRandom(1);
        var tree = new LkhTree(2);
        for (long member = 0; member < 4; member++) {
            tree.apply(tree.planJoin(member, random::nextBytes));
        }
        assertThat(tree.nodeNumber(2)).isEqualTo(5);
        tree.apply(tree.planUpdate(List.of(4L), List.of(), random::nextBytes));
        assertThat(tree.nodeNumber(2)).isEqualTo(NodeNumbers.afterGrowth(2, 2, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.nodeNumber(9));
    }
}
