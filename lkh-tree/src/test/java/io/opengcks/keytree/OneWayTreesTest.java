package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opengcks.keytree.MemberKeys.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes cost in OFT and OFC, their heights, snapshots and deltas, and members that lose or get damaged messages. */
class OneWayTreesTest {
    private static final KeyWrap WRAP = AesKeyWrap.KWP;

    private final SplittableRandom random = new SplittableRandom(23);

    enum Tree {
        OFT,
        OFC;

        KeyTree make() {
            return switch (this) {
                case OFT -> new OftTree();
                case OFC -> new OfcTree();
            };
        }

        KeyTree restore(byte[] snapshot) {
            return switch (this) {
                case OFT -> OftTree.restore(snapshot);
                case OFC -> OfcTree.restore(snapshot);
            };
        }
    }

    private KeyTree tree(Tree kind, long members) {
        var tree = kind.make();
        change(tree, LongStream.range(0, members).boxed().toList(), List.of());
        return tree;
    }

    private TreeDelta change(KeyTree tree, List<Long> joins, List<Long> leaves) {
        var delta = tree.planUpdate(joins, leaves, random::nextBytes);
        tree.apply(delta);
        return delta;
    }

    @ParameterizedTest(name = "height {0}")
    @CsvSource({"1", "2", "3", "10", "16"})
    void oneLeaveOfAFullTreeTakesHeightWraps(int height) {
        for (var kind : Tree.values()) {
            var tree = tree(kind, 1L << height);
            assertThat(tree.height()).isEqualTo(height);
            var delta = change(tree, List.of(), List.of((1L << height) / 2));
            assertThat(tree.wraps(delta)).as(kind.name()).hasSize(height);
        }
    }

    @ParameterizedTest(name = "height {0}")
    @CsvSource({"1", "2", "3", "10", "16"})
    void oneJoinTakesHeightWrapsAtMost(int height) {
        for (var kind : Tree.values()) {
            var tree = tree(kind, (1L << height) - 1);
            var delta = change(tree, List.of(-1L), List.of());
            assertThat(delta.needsMessage()).isTrue();
            assertThat(tree.wraps(delta)).as(kind.name()).hasSize(kind == Tree.OFT ? height : 0);
        }
        var replaced = tree(Tree.OFC, (1L << height) - 1);
        var delta = replaced.planUpdate(List.of(-1L), List.of(), JoinRule.REPLACE_KEYS, random::nextBytes);
        replaced.apply(delta);
        assertThat(replaced.wraps(delta)).hasSize(height);
    }

    @ParameterizedTest(name = "degree {0}, height {1}")
    @CsvSource({"2,10", "4,5", "16,3"})
    void aJoinThatDerivesKeysWrapsTheGroupKeyAlone(int degree, int height) {
        var tree = new LkhTree(degree);
        int places = LkhTree.places(degree, height);
        tree.apply(tree.planUpdate(LongStream.range(1, places).boxed().toList(), List.of(), random::nextBytes));
        var before = tree.path(places / 2);
        var delta = tree.planUpdate(List.of(0L), List.of(), JoinRule.DERIVE_KEYS, random::nextBytes);
        tree.apply(delta);
        assertThat(tree.wraps(delta)).hasSize(degree).allMatch(wrap -> wrap.keyId() == 0);
        assertThat(tree.derivations(delta)).hasSize(height - 1);
        assertThat(tree.path(0)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aLeaveAmongAMillionIsADeltaOfAboutAKilobyte() {
        var tree = tree(Tree.OFC, 1 << 20);
        var delta = change(tree, List.of(), List.of(77L));
        assertThat(delta.encode().length).isLessThan(1000);
        assertThat(tree.wraps(delta)).hasSize(20);
    }

    @Test
    void anOftDeltaHasLeavesOnly() {
        assertThat(change(tree(Tree.OFT, 1 << 14), List.of(), List.of(77L)).encode().length)
                .isLessThan(150);
    }

    @Test
    void keysInUseCannotBeKept() {
        for (var kind : Tree.values()) {
            var tree = tree(kind, 4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tree.planUpdate(List.of(9L), List.of(), JoinRule.KEEP_KEYS, random::nextBytes))
                    .withMessageContaining("cannot keep");
        }
    }

    @Test
    void aRefreshReplacesEveryKeyAboveTheLeaves() {
        for (var kind : Tree.values()) {
            var tree = tree(kind, 11);
            int firstNew = tree.nextKeyId();
            byte[] before = tree.groupKey().orElseThrow();
            var delta = tree.planRefresh(random::nextBytes);
            tree.apply(delta);
            var placed = (PlacedTree) tree;
            for (int level = 1; level <= tree.height(); level++) {
                for (int node = 0; node < placed.width(level); node++) {
                    assertThat(placed.id(level, node) == 0 || placed.id(level, node) >= firstNew)
                            .isTrue();
                }
            }
            assertThat(tree.groupKey().orElseThrow()).isNotEqualTo(before);
        }
    }

    @Property(tries = 200)
    void theHeightIsAtMostOneMoreThanNeeded(
            @ForAll Tree kind,
            @ForAll @Size(max = 30) List<@NotEmpty @Size(max = 30) List<@IntRange(max = 70) Integer>> batches) {
        var tree = kind.make();
        for (var batch : batches) {
            var joins = new ArrayList<Long>();
            var leaves = new ArrayList<Long>();
            for (int member : new HashSet<>(batch)) {
                (tree.contains(member) ? leaves : joins).add((long) member);
            }
            change(tree, joins, leaves);
            int least = 1;
            while (1 << least < tree.size()) {
                least++;
            }
            assertThat(tree.height()).isLessThanOrEqualTo(least + 1);
        }
    }

    @Test
    void shrinkingToNothingIsCheap() {
        for (var kind : Tree.values()) {
            var tree = tree(kind, 1024);
            long wraps = 0;
            for (long member = 0; member < 1024; member++) {
                int height = tree.height();
                var delta = change(tree, List.of(), List.of(member));
                wraps += tree.wraps(delta).size();
                assertThat(tree.wraps(delta).size()).isLessThanOrEqualTo(6 * height);
            }
            assertThat(tree.groupKey()).isEmpty();
            assertThat(wraps / 1024.0).isLessThan(2 * 10);
        }
    }

    @Property(tries = 150)
    void aSnapshotIsTheTree(@ForAll Tree kind, @ForAll @IntRange(max = 600) int members, @ForAll long seed)
            throws IOException {
        var tree = tree(kind, members);
        var leavers = new Random(seed);
        change(
                tree,
                List.of(),
                LongStream.range(0, members)
                        .filter(member -> leavers.nextInt(3) == 0)
                        .boxed()
                        .toList());
        byte[] snapshot = tree.snapshot();
        var streamed = new ByteArrayOutputStream();
        tree.writeSnapshot(streamed);
        assertThat(streamed.toByteArray()).isEqualTo(snapshot);
        var restored = kind.restore(snapshot);
        assertThat(restored.snapshot()).isEqualTo(snapshot);
        assertThat(restored.groupKey()
                        .map(key -> Arrays.equals(key, tree.groupKey().orElseThrow())))
                .isEqualTo(tree.groupKey().map(_ -> true));
        var delta = tree.planUpdate(List.of(-1L, -2L), tree.contains(1) ? List.of(1L) : List.of(), random::nextBytes);
        tree.apply(delta);
        restored.apply(TreeDelta.decode(delta.encode()));
        assertThat(restored.snapshot()).isEqualTo(tree.snapshot());
        assertThat(restored.wraps(delta).toString()).isEqualTo(tree.wraps(delta).toString());
        assertThat(restored.derivations(delta)).isEqualTo(tree.derivations(delta));
    }

    @Test
    void aStreamOfSnapshotsIsReadOneByOne() throws IOException {
        var out = new ByteArrayOutputStream();
        var lkh = new LkhTree(4);
        lkh.apply(lkh.planUpdate(LongStream.range(0, 5000).boxed().toList(), List.of(), random::nextBytes));
        lkh.writeSnapshot(out);
        var oft = tree(Tree.OFT, 100);
        oft.writeSnapshot(out);
        tree(Tree.OFC, 100).writeSnapshot(out);
        var in = new ByteArrayInputStream(out.toByteArray());
        assertThat(LkhTree.restore(in).snapshot()).isEqualTo(lkh.snapshot());
        assertThat(OftTree.restore(in).snapshot()).isEqualTo(oft.snapshot());
        assertThatIllegalArgumentException().isThrownBy(() -> LkhTree.restore(in));
    }

    @Test
    void aSnapshotCutShortOrLongerIsRefused() {
        for (var kind : Tree.values()) {
            byte[] snapshot = tree(kind, 7).snapshot();
            for (int length = 0; length <= snapshot.length + 1; length++) {
                byte[] part = Arrays.copyOf(snapshot, length);
                if (length != snapshot.length) {
                    assertThatIllegalArgumentException().isThrownBy(() -> kind.restore(part));
                }
            }
        }
    }

    @Property(tries = 2000)
    void junkIsRefusedOrLeavesASoundTree(
            @ForAll Tree kind,
            @ForAll @IntRange(max = 10_000) int at,
            @ForAll byte octet,
            @ForAll @IntRange(max = 10_000) int at2,
            @ForAll byte octet2) {
        var tree = tree(kind, 9);
        byte[] before = tree.snapshot();
        byte[] octets = tree.planUpdate(List.of(100L, 101L), List.of(3L, 4L), random::nextBytes)
                .encode();
        octets[at % octets.length] = octet;
        octets[at2 % octets.length] = octet2;
        try {
            var delta = TreeDelta.decode(octets);
            tree.apply(delta);
            assertThat(kind.restore(tree.snapshot()).snapshot()).isEqualTo(tree.snapshot());
            assertThat(tree.wraps(delta)).isNotEmpty();
        } catch (IllegalArgumentException refused) {
            assertThat(tree.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void aDeltaOfAnotherKindOfTreeIsRefused() {
        var delta = tree(Tree.OFT, 9).planUpdate(List.of(), List.of(3L), random::nextBytes);
        assertThatIllegalArgumentException().isThrownBy(() -> tree(Tree.OFC, 9).apply(delta));
        var oft = tree(Tree.OFT, 9);
        oft.apply(delta);
        assertThat(oft.wraps(delta)).isNotEmpty();
        delta.destroy();
        assertThatIllegalArgumentException().isThrownBy(() -> oft.wraps(delta));
    }

    /** A message as it goes out. */
    private record Message(List<WrappedKey> wraps, List<Derivation> derivations) {
        static Message of(KeyTree tree, TreeDelta delta) {
            byte[] unused = "no group key is sent".getBytes(StandardCharsets.US_ASCII);
            return new Message(WrappedKey.seal(tree.wraps(delta), unused, WRAP), tree.derivations(delta));
        }
    }

    private static Object member(KeyTree tree, long member) {
        return tree instanceof OftTree
                ? new OftMemberKeys(tree.path(member), tree.derivations(member))
                : MemberKeys.ofOneWayChain(tree.path(member));
    }

    @Test
    void aMemberThatWasAwayTakesAllItMissedInOrderAndNoticesWhatItLacks() {
        for (var kind : Tree.values()) {
            var tree = tree(kind, 16);
            var keys = member(tree, 5);
            var careless = member(tree, 5);
            var missed = new ArrayList<Message>();
            for (long member = 6; member < 13; member++) {
                var delta = change(tree, List.of(member + 100), List.of(member));
                missed.add(Message.of(tree, delta));
            }
            Outcome last = new Outcome.Unreachable(Set.of());
            for (var message : missed) {
                last = Deployment.receive(keys, message.wraps(), message.derivations());
            }
            assertThat(last)
                    .isInstanceOfSatisfying(
                            Outcome.Reached.class,
                            reached -> assertThat(reached.groupKey())
                                    .isEqualTo(tree.groupKey().orElseThrow()));
            var second = missed.get(1);
            if (kind == Tree.OFT) {
                assertThat(Deployment.receive(careless, second.wraps(), second.derivations()))
                        .isInstanceOfSatisfying(
                                Outcome.Unreachable.class,
                                away -> assertThat(away.lacking()).isNotEmpty());
            }
        }
    }

    /** A damaged key never gives a wrong group key, and who needed it can still take the right message. */
    @Property(tries = 300)
    void aDamagedKeyChangesNothing(@ForAll Tree kind, @ForAll @IntRange(max = 63) int which, @ForAll long seed) {
        var tree = tree(kind, 16);
        var shuffle = new Random(seed);
        long someone = 2L * (which % 8);
        var keys = member(tree, someone);
        var delta = change(tree, List.of(99L), List.of(someone + 1));
        var good = Message.of(tree, delta);
        int at = which % good.wraps().size();
        var bad = new ArrayList<>(good.wraps());
        byte[] octets = bad.get(at).octets().clone();
        octets[shuffle.nextInt(octets.length)] ^= 4;
        bad.set(at, new WrappedKey(bad.get(at).keyId(), bad.get(at).wrapKeyId(), octets));
        Collections.shuffle(bad, shuffle);
        switch (Deployment.receive(keys, bad, good.derivations())) {
            case Outcome.Reached reached ->
                assertThat(reached.groupKey()).isEqualTo(tree.groupKey().orElseThrow());
            case Outcome.Damaged damaged ->
                assertThat(damaged.keyId()).isEqualTo(good.wraps().get(at).keyId());
            case Outcome.Unreachable _ -> throw new AssertionError("nothing was lost");
        }
        assertThat(Deployment.receive(keys, good.wraps(), good.derivations())).isInstanceOf(Outcome.Reached.class);
    }

    @Test
    void aMessageOfNonsenseEnds() {
        var oft = tree(Tree.OFT, 8);
        var keys = new OftMemberKeys(oft.path(3), oft.derivations(3));
        int held = keys.keyIds().iterator().next();
        var nonsense = new ArrayList<Derivation>();
        for (int id = 1_000_000; id < 1_100_000; id++) {
            nonsense.add(Derivation.of(Derivation.Kind.LIFTED, id + 1, id));
            nonsense.add(Derivation.of(Derivation.Kind.LIFTED, id, held));
        }
        assertThat(keys.receive(List.of(), nonsense, WRAP)).isInstanceOf(Outcome.Unreachable.class);
        keys.destroy();
        assertThat(keys.isDestroyed()).isTrue();
    }

    @Test
    void nothingPrintsAKey() {
        var oft = tree(Tree.OFT, 3);
        assertThat(new OftMemberKeys(oft.path(1), oft.derivations(1)).toString())
                .matches("OftMemberKeys\\[[0-9, ]+]");
        assertThat(oft.toString()).isEqualTo("OftTree[degree=2, height=2, size=3]");
        assertThat(oft.derivations(1).toString()).contains("->0]");
    }
}
