package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a change costs, against the counts of the literature. */
class LkhTreeCountTest {
    private final SplittableRandom random = new SplittableRandom(7);

    private LkhTree full(int degree, int height) {
        var tree = new LkhTree(degree);
        tree.apply(tree.planUpdate(
                LongStream.range(0, LkhTree.places(degree, height)).boxed().toList(), List.of(), random::nextBytes));
        assertThat(tree.height()).isEqualTo(height);
        return tree;
    }

    private List<Wrap> change(LkhTree tree, List<Long> joins, List<Long> leaves) {
        var delta = tree.planUpdate(joins, leaves, random::nextBytes);
        tree.apply(delta);
        return tree.wraps(delta);
    }

    @ParameterizedTest(name = "degree {0}, height {1}")
    @CsvSource({"2,1", "2,3", "2,10", "3,5", "4,1", "4,6", "8,4", "16,3"})
    void oneLeaveOfAFullTreeTakesDegreeTimesHeightLessOneWraps(int degree, int height) {
        var tree = full(degree, height);
        assertThat(change(tree, List.of(), List.of(tree.size() / 2L))).hasSize(degree * height - 1);
    }

    /** RFC 9838, Appendix A: members A to H as 0 to 7. */
    @Test
    void theWorkedExampleOfTheRfc() {
        var tree = full(2, 3);
        var pathOfA = tree.path(0);
        var pathOfG = tree.path(6);
        int sibling = tree.path(4).getLast().keyId();
        int firstNew = tree.nextKeyId();
        var wraps = change(tree, List.of(), List.of(5L));
        assertThat(wraps)
                .extracting(Wrap::toString)
                .containsExactly(
                        "Wrap[%d{%d}]".formatted(sibling, firstNew),
                        "Wrap[%d{%d}]".formatted(firstNew, firstNew + 1),
                        "Wrap[%d{%d}]".formatted(pathOfG.get(1).keyId(), firstNew + 1),
                        "Wrap[%d{0}]".formatted(pathOfA.getFirst().keyId()),
                        "Wrap[%d{0}]".formatted(firstNew + 1));
        assertThat(tree.path(0)).extracting(PathKey::keyId).isEqualTo(ids(pathOfA));
        assertThat(tree.path(6))
                .extracting(PathKey::keyId)
                .containsExactly(
                        firstNew + 1, pathOfG.get(1).keyId(), pathOfG.get(2).keyId());
    }

    /** The batch derived from the same example: D and F leave at once. */
    @Test
    void twoLeaversShareWhatTheyCan() {
        assertThat(change(full(2, 3), List.of(), List.of(3L, 5L))).hasSize(8);
    }

    private static List<Integer> ids(List<PathKey> path) {
        return path.stream().map(PathKey::keyId).toList();
    }

    @ParameterizedTest(name = "degree {0}")
    @CsvSource({"2", "3", "4", "8", "16"})
    void growthAtTheTopCostsOneNodeMoreOnce(int degree) {
        var tree = full(degree, 3);
        long members = tree.size();
        assertThat(change(
                        tree,
                        LongStream.range(members, members + degree).boxed().toList(),
                        List.of()))
                .isEmpty();
        assertThat(tree.height()).isEqualTo(4);
        assertThat(tree.groupKeyWraps()).as("the former root has no key").isEqualTo(degree + 1);
        assertThat(change(tree, List.of(), List.of(members)).size()).isLessThanOrEqualTo(degree * 5);
        assertThat(tree.groupKeyWraps()).as("now it has one").isEqualTo(2);
        assertThat(change(tree, List.of(), List.of(0L)).size()).isLessThan(degree * 4);
    }

    /** The worst history: all came one by one, so no node that once was a root has a key yet. */
    @ParameterizedTest(name = "degree {0}")
    @CsvSource({"2,200", "3,500", "4,500", "16,600"})
    void theFirstLeaveAfterJoinsAloneIsBounded(int degree, int members) {
        var tree = new LkhTree(degree);
        for (long member = 0; member < members; member++) {
            assertThat(change(tree, List.of(member), List.of())).isEmpty();
        }
        int height = tree.height();
        assertThat(change(tree, List.of(), List.of(members - 1L)).size()).isLessThan(2 * degree * height);
        assertThat(change(tree, List.of(), List.of(0L)).size()).isLessThan(degree * height);
    }

    @Test
    void aJoinIntoALeaversPlaceCostsNoMoreThanTheLeave() {
        var tree = full(4, 4);
        assertThat(change(tree, List.of(1000L), List.of(77L))).hasSize(4 * 4 - 1);
        assertThat(tree.leafOf(1000)).isEqualTo(77);
    }

    @Test
    void aLeaveAmongAMillionIsAboutAKilobyteAndAMessageOfTheSameOrder() {
        var tree = full(2, 20);
        var delta = tree.planUpdate(List.of(), List.of(123_456L), random::nextBytes);
        assertThat(delta.encode().length).isLessThan(800);
        tree.apply(delta);
        assertThat(tree.wraps(delta)).hasSize(2 * 20 - 1);
    }

    @Test
    void aRefreshReplacesEveryKeyButTheLeaves() {
        var tree = full(3, 3);
        int firstNew = tree.nextKeyId();
        var delta = tree.planRefresh(random::nextBytes);
        tree.apply(delta);
        assertThat(delta.keyCount()).isEqualTo(9 + 3);
        assertThat(tree.wraps(delta)).hasSize(27 + 9 + 3);
        var path = ids(tree.path(13));
        assertThat(path.subList(0, 2)).allMatch(id -> id >= firstNew);
        assertThat(path.getLast()).isLessThan(firstNew);
    }

    @Test
    void whenAllLeaveNothingIsSent() {
        assertThat(change(full(2, 3), List.of(), LongStream.range(0, 8).boxed().toList()))
                .isEmpty();
    }
}
