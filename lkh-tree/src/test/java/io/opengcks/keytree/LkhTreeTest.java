package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The edges of the API: limits, wrong callers, snapshots, and that secrets are gone when they should be. */
class LkhTreeTest {
    private final SplittableRandom random = new SplittableRandom(5);

    private void change(LkhTree tree, List<Long> joins, List<Long> leaves) {
        tree.apply(tree.planUpdate(joins, leaves, random::nextBytes));
    }

    private LkhTree tree(int degree, long members) {
        var tree = new LkhTree(degree);
        change(tree, LongStream.range(0, members).boxed().toList(), List.of());
        return tree;
    }

    @Test
    void aTreeHasADegreeAndALengthOfSecretsWithinLimits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LkhTree(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LkhTree(17));
        assertThatIllegalArgumentException().isThrownBy(() -> new LkhTree(2, 15));
        assertThatIllegalArgumentException().isThrownBy(() -> new LkhTree(2, 65));
    }

    @Test
    void wrongCallersAreToldAndNothingChanges() {
        var tree = tree(2, 5);
        byte[] before = tree.snapshot();
        assertThatIllegalArgumentException().isThrownBy(() -> tree.planJoin(3, random::nextBytes));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.planUpdate(List.of(9L, 9L), List.of(), random::nextBytes));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.planUpdate(List.of(), List.of(2L, 2L), random::nextBytes));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.planUpdate(List.of(), List.of(9L), random::nextBytes));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.path(9));
        assertThat(tree.snapshot()).isEqualTo(before);
    }

    @Test
    void aMemberWhoLeavesAndJoinsAtOnceKeepsNoKey() {
        var tree = tree(2, 8);
        var before = new HashSet<>(tree.path(4).stream().map(PathKey::keyId).toList());
        change(tree, List.of(4L), List.of(4L));
        assertThat(tree.path(4)).extracting(PathKey::keyId).doesNotContainAnyElementsOf(before);
    }

    @Test
    void anyLongIsAMember() {
        var tree = new LkhTree(2);
        change(tree, List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE), List.of());
        assertThat(tree.contains(Long.MIN_VALUE)).isTrue();
        assertThat(tree.contains(1)).isFalse();
        assertThat(tree.path(0)).hasSize(2);
    }

    @Test
    void anEmptyTreeCanBeAskedAndFilledAgain() {
        var tree = new LkhTree(2);
        assertThat(tree.size()).isZero();
        assertThat(tree.groupKeyWraps()).isZero();
        change(tree, List.of(1L), List.of());
        change(tree, List.of(), List.of(1L));
        assertThat(tree.contains(1)).isFalse();
        change(tree, List.of(1L), List.of());
        assertThat(tree.path(1)).hasSize(1);
    }

    @Test
    void keyIdsAreNeverUsedAgainAndEndWithAClearWord() {
        byte[] snapshot = tree(2, 2).snapshot();
        // The next key ID stands in octets 4 to 7.
        Arrays.fill(snapshot, 4, 8, (byte) 0xFF);
        snapshot[7] = (byte) 0xFE;
        var tree = LkhTree.restore(snapshot);
        assertThatIllegalStateException()
                .isThrownBy(() -> tree.planUpdate(List.of(5L, 6L), List.of(), random::nextBytes));
        change(tree, List.of(), List.of(0L));
        assertThat(tree.nextKeyId()).isEqualTo(-2);
    }

    @Test
    void callersGetCopies() {
        var tree = tree(2, 4);
        tree.path(1).forEach(PathKey::destroy);
        assertThat(tree.path(1)).noneMatch(key -> Arrays.equals(key.secret(), new byte[32]));
        var delta = tree.planUpdate(List.of(), List.of(3L), random::nextBytes);
        tree.apply(delta);
        var wraps = tree.wraps(delta);
        wraps.forEach(Wrap::destroy);
        delta.destroy();
        assertThat(tree.path(1)).noneMatch(key -> Arrays.equals(key.secret(), new byte[32]));
        assertThat(tree.path(1).toString()).contains("redacted");
    }

    @Test
    void secretsThatLeaveAreOverwritten() {
        var tree = tree(2, 8);
        int leaf = tree.leafOf(3);
        change(tree, List.of(), List.of(2L, 3L));
        assertThat(tree.level(0).secret(leaf)).containsOnly(0);
        assertThat(tree.level(1).secret(leaf / 2)).containsOnly(0);
        assertThat(tree.level(1).id(leaf / 2)).isZero();
    }

    @Property(tries = 100)
    void aSnapshotIsTheTree(
            @ForAll @IntRange(min = 2, max = 16) int degree,
            @ForAll @IntRange(max = 3000) int members,
            @ForAll long seed) {
        var tree = tree(degree, members);
        var leavers = new SplittableRandom(seed);
        change(
                tree,
                List.of(),
                LongStream.range(0, members)
                        .filter(member -> leavers.nextInt(3) == 0)
                        .boxed()
                        .toList());
        byte[] snapshot = tree.snapshot();
        var restored = LkhTree.restore(snapshot);
        assertThat(restored.snapshot()).isEqualTo(snapshot);
        assertThat(restored.size()).isEqualTo(tree.size());
        var delta = tree.planUpdate(List.of(-1L, -2L), tree.contains(1) ? List.of(1L) : List.of(), random::nextBytes);
        tree.apply(delta);
        restored.apply(delta);
        assertThat(restored.snapshot()).isEqualTo(tree.snapshot());
        assertThat(restored.wraps(delta).toString()).isEqualTo(tree.wraps(delta).toString());
    }

    @Test
    void aSnapshotCutShortOrLongerOrOfAnotherKindIsRefused() {
        byte[] snapshot = tree(3, 7).snapshot();
        for (int length = 0; length <= snapshot.length + 1; length++) {
            byte[] part = Arrays.copyOf(snapshot, length);
            if (length != snapshot.length) {
                assertThatIllegalArgumentException().isThrownBy(() -> LkhTree.restore(part));
            }
        }
    }

    @Property(tries = 2000)
    void aDamagedSnapshotIsRefusedOrASoundTree(@ForAll @IntRange(max = 10_000) int at, @ForAll byte octet) {
        byte[] snapshot = tree(3, 7).snapshot();
        snapshot[at % snapshot.length] = octet;
        try {
            assertThat(LkhTree.restore(snapshot).snapshot()).isEqualTo(snapshot);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("not a snapshot of a key tree: ");
        }
    }
}
