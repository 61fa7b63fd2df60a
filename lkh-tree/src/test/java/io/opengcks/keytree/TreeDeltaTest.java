package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A delta fits the tree it was planned on and no other; octets that are none are refused and change nothing. */
class TreeDeltaTest {
    private final SplittableRandom random = new SplittableRandom(3);

    private LkhTree tree(int degree, int members) {
        var tree = new LkhTree(degree);
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        return tree;
    }

    private TreeDelta change(LkhTree tree) {
        return tree.planUpdate(List.of(100L, 101L, 102L), List.of(3L, 4L), random::nextBytes);
    }

    private static void refused(LkhTree tree, TreeDelta delta) {
        byte[] before = tree.snapshot();
        assertThatIllegalArgumentException().isThrownBy(() -> tree.apply(delta));
        assertThat(tree.snapshot()).isEqualTo(before);
    }

    @Test
    void octetsAndBackIsTheSame() {
        var delta = change(tree(3, 20));
        var back = TreeDelta.decode(delta.encode());
        assertThat(back.encode()).isEqualTo(delta.encode());
        assertThat(back.joins()).containsExactlyInAnyOrder(100L, 101L, 102L);
        assertThat(back.leaves()).containsExactly(3L, 4L);
        assertThat(back.needsMessage()).isTrue();
        assertThat(back.keyCount()).isEqualTo(delta.keyCount());
    }

    @Test
    void everyTruncationAndEveryAdditionIsRefused() {
        byte[] octets = change(tree(3, 20)).encode();
        for (int length = 0; length < octets.length; length++) {
            byte[] part = Arrays.copyOf(octets, length);
            assertThatIllegalArgumentException().isThrownBy(() -> TreeDelta.decode(part));
        }
        byte[] more = Arrays.copyOf(octets, octets.length + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> TreeDelta.decode(more));
    }

    @Property(tries = 2000)
    void junkIsRefusedOrLeavesASoundTree(
            @ForAll @IntRange(max = 10_000) int at,
            @ForAll byte octet,
            @ForAll @IntRange(max = 10_000) int at2,
            @ForAll byte octet2) {
        var tree = tree(2, 9);
        byte[] before = tree.snapshot();
        byte[] octets = change(tree).encode();
        octets[at % octets.length] = octet;
        octets[at2 % octets.length] = octet2;
        try {
            tree.apply(TreeDelta.decode(octets));
            // An altered member or secret cannot be told from a meant one; the tree must still be sound.
            assertThat(LkhTree.restore(tree.snapshot()).snapshot()).isEqualTo(tree.snapshot());
            assertThat(tree.path(3).getLast().keyId()).isGreaterThan(0);
        } catch (IllegalArgumentException refused) {
            if (tree.contains(3) && !tree.contains(100)) {
                assertThat(tree.snapshot()).isEqualTo(before);
            }
        }
    }

    @Test
    void aListLongerThanTheOctetsIsRefusedBeforeItIsMade() {
        byte[] octets = change(tree(3, 20)).encode();
        // The length of the first list, as the largest number there is.
        byte[] huge = Arrays.copyOf(octets, 15);
        Arrays.fill(huge, 10, 14, (byte) 0xFF);
        huge[14] = 7;
        assertThatIllegalArgumentException().isThrownBy(() -> TreeDelta.decode(huge));
    }

    @Test
    void theSameDeltaTwiceIsRefused() {
        var tree = tree(3, 20);
        var delta = change(tree);
        tree.apply(delta);
        refused(tree, delta);
    }

    @Test
    void aDeltaOfAnotherTreeIsRefused() {
        var delta = change(tree(3, 20));
        refused(tree(4, 20), delta);
        refused(tree(3, 21), delta);
        refused(new LkhTree(3), delta);
        refused(new LkhTree(3, 16), delta);
    }

    @Test
    void aDestroyedDeltaIsOfNoUse() {
        var tree = tree(3, 20);
        var delta = change(tree);
        delta.destroy();
        assertThat(delta.isDestroyed()).isTrue();
        refused(tree, delta);
        assertThatIllegalStateException().isThrownBy(delta::encode);
    }

    @Test
    void aDeltaThatLeavesALeaverAKeyIsRefused() {
        var tree = tree(2, 16);
        var delta = tree.planUpdate(List.of(), List.of(5L), random::nextBytes);
        for (int gap = 0; gap < delta.nodes.length; gap++) {
            refused(tree, without(delta, gap));
        }
        tree.apply(delta);
    }

    @Test
    void aDeltaThatGivesAJoinerNoKeyIsRefused() {
        var tree = tree(2, 16);
        var delta = tree.planJoin(99, random::nextBytes);
        for (int gap = 0; gap < delta.nodes.length; gap++) {
            refused(tree, without(delta, gap));
        }
        tree.apply(delta);
    }

    @Test
    void aKeyThatNoMessageTellsIsRefused() {
        var tree = tree(2, 3);
        var join = tree.planJoin(99, random::nextBytes);
        // Leaf 3 and, though leaf 2 is taken, its parent.
        var bad = with(join, new long[] {TreeDelta.node(0, 3), TreeDelta.node(1, 1)}, false);
        refused(tree, bad);
        tree.apply(with(join, bad.nodes, true));
    }

    @Test
    void leaversWithoutAMessageAreRefused() {
        var tree = tree(2, 8);
        var leave = tree.planUpdate(List.of(), List.of(5L), random::nextBytes);
        refused(tree, with(leave, leave.nodes, false));
    }

    /** The planner gives every node a key as soon as a message goes out; a delta that does not is no danger, only dearer. */
    @Test
    void wrapsGoThroughANodeWithoutAKey() {
        var tree = new LkhTree(2);
        for (long member = 0; member < 5; member++) {
            tree.apply(tree.planJoin(member, random::nextBytes));
        }
        var delta = with(tree.planUpdate(List.of(), List.of(4L), random::nextBytes), new long[0], true);
        tree.apply(delta);
        assertThat(tree.wraps(delta))
                .extracting(Wrap::wrapKeyId)
                .containsExactly(
                        tree.path(0).getFirst().keyId(),
                        tree.path(1).getFirst().keyId(),
                        tree.path(3).getFirst().keyId());
        assertThat(tree.groupKeyWraps()).isEqualTo(3);
    }

    private static TreeDelta without(TreeDelta delta, int gap) {
        long[] nodes = new long[delta.nodes.length - 1];
        System.arraycopy(delta.nodes, 0, nodes, 0, gap);
        System.arraycopy(delta.nodes, gap + 1, nodes, gap, nodes.length - gap);
        return with(delta, nodes, delta.message);
    }

    private static TreeDelta with(TreeDelta delta, long[] nodes, boolean message) {
        var keys = NewKeys.room(nodes.length, delta.secretOctets, false);
        System.arraycopy(nodes, 0, keys.nodes(), 0, nodes.length);
        return new TreeDelta(
                delta.kind,
                delta.degree,
                delta.secretOctets,
                delta.heightBefore,
                delta.heightAfter,
                delta.firstKeyId,
                message,
                delta.vacated,
                delta.leavers,
                delta.taken,
                delta.joiners,
                delta.movedFrom,
                delta.movedTo,
                keys);
    }

    @Test
    void onlyTheLastDeltaHasWraps() {
        var tree = tree(2, 8);
        var first = tree.planUpdate(List.of(), List.of(5L), random::nextBytes);
        tree.apply(first);
        tree.apply(tree.planUpdate(List.of(), List.of(6L), random::nextBytes));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.wraps(first));
    }
}
