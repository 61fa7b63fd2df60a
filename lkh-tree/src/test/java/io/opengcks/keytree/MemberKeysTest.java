package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.keytree.MemberKeys.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Members with real key wrap: shuffled messages, lost ones, damaged ones. */
class MemberKeysTest {
    private static final KeyWrap WRAP = AesKeyWrap.KWP;

    private final SplittableRandom random = new SplittableRandom(17);

    private static byte[] groupKey(int generation) {
        return ("group key " + generation).getBytes(StandardCharsets.US_ASCII);
    }

    private LkhTree tree(int degree, long members) {
        var tree = new LkhTree(degree);
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        return tree;
    }

    private List<WrappedKey> leave(LkhTree tree, long member, int generation) {
        var delta = tree.planUpdate(List.of(), List.of(member), random::nextBytes);
        tree.apply(delta);
        return WrappedKey.seal(tree.wraps(delta), groupKey(generation), WRAP);
    }

    /** A member either has the right group key or knows that it has not; with nothing lost it always has it. */
    @Property(tries = 150)
    void nobodyIsWrongWithoutKnowing(
            @ForAll @IntRange(min = 2, max = 4) int degree,
            @ForAll @Size(max = 15) List<@NotEmpty @Size(max = 5) List<@IntRange(max = 25) Integer>> batches,
            @ForAll @IntRange(max = 60) int lossPercent,
            @ForAll long seed) {
        var tree = new LkhTree(degree);
        var network = new Random(seed);
        Map<Long, MemberKeys> inside = new TreeMap<>();
        Set<Long> lost = new HashSet<>();
        int generation = 0;
        for (var batch : batches) {
            var joins = new ArrayList<Long>();
            var leaves = new ArrayList<Long>();
            for (int member : new HashSet<>(batch)) {
                (tree.contains(member) ? leaves : joins).add((long) member);
            }
            var delta = tree.planUpdate(joins, leaves, random::nextBytes);
            tree.apply(delta);
            var gone =
                    leaves.stream().map(inside::remove).filter(Objects::nonNull).toList();
            if (delta.needsMessage()) {
                byte[] groupKey = groupKey(++generation);
                var message = new ArrayList<>(WrappedKey.seal(tree.wraps(delta), groupKey, WRAP));
                Collections.shuffle(message, network);
                gone.forEach(keys -> assertThat(keys.receive(message, WRAP)).isInstanceOf(Outcome.Unreachable.class));
                inside.forEach((member, keys) -> {
                    if (network.nextInt(100) < lossPercent) {
                        lost.add(member);
                    } else {
                        switch (keys.receive(message, WRAP)) {
                            case Outcome.Reached reached ->
                                assertThat(reached.groupKey()).isEqualTo(groupKey);
                            case Outcome.Unreachable away -> {
                                assertThat(lost).contains(member);
                                assertThat(away.lacking()).isNotEmpty().doesNotContain(0);
                            }
                            case Outcome.Damaged _ -> throw new AssertionError("nothing was damaged");
                        }
                    }
                });
            }
            joins.forEach(member -> {
                inside.put(member, new MemberKeys(tree.path(member)));
                lost.remove(member);
            });
        }
    }

    @Test
    void aMemberThatWasAwayTakesAllItMissedInOrder() {
        var tree = tree(2, 16);
        var keys = new MemberKeys(tree.path(5));
        var missed = new ArrayList<List<WrappedKey>>();
        for (int leaver = 6; leaver < 13; leaver++) {
            missed.add(leave(tree, leaver, leaver));
        }
        for (int i = 0; i < missed.size(); i++) {
            var outcome = keys.receive(missed.get(i), WRAP);
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Reached.class,
                            reached -> assertThat(reached.groupKey()).isNotEmpty());
        }
        assertThat(keys.keyIds())
                .isEqualTo(tree.path(5).stream().map(PathKey::keyId).toList());
    }

    @Test
    void aLostMessageIsNoticedAndTheMissingKeyNamed() {
        var tree = tree(2, 8);
        var keys = new MemberKeys(tree.path(0));
        var before = keys.keyIds();
        leave(tree, 1, 1);
        int unknown = tree.path(0).getFirst().keyId();
        var outcome = keys.receive(leave(tree, 7, 2), WRAP);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Unreachable.class,
                        away -> assertThat(away.lacking()).contains(unknown));
        assertThat(keys.keyIds()).isEqualTo(before);
    }

    @Test
    void aDamagedKeyChangesNothing() {
        var tree = tree(2, 8);
        var path = tree.path(0);
        var message = leave(tree, 1, 1);
        for (int i = 0; i < message.size(); i++) {
            // Member 0 opens the first two, then the group key; the others are for those on the other side.
            int under = wrapKeyId(message, i);
            boolean needed = tree.path(0).stream().anyMatch(key -> key.keyId() == under);
            var keys = new MemberKeys(path);
            var before = keys.keyIds();
            byte[] octets = message.get(i).octets().clone();
            octets[3] ^= 1;
            for (byte[] bad : List.of(octets, new byte[0])) {
                var damaged = new ArrayList<>(message);
                damaged.set(i, new WrappedKey(message.get(i).keyId(), under, bad));
                var outcome = keys.receive(damaged, WRAP);
                if (needed) {
                    assertThat(outcome)
                            .isEqualTo(new Outcome.Damaged(message.get(i).keyId()));
                    assertThat(keys.keyIds()).isEqualTo(before);
                } else {
                    assertThat(outcome).isInstanceOf(Outcome.Reached.class);
                }
            }
        }
    }

    private static int wrapKeyId(List<WrappedKey> message, int at) {
        return message.get(at).wrapKeyId();
    }

    @Test
    void aMessageOfNonsenseEnds() {
        var keys = new MemberKeys(tree(2, 8).path(0));
        var nonsense = new ArrayList<WrappedKey>();
        for (int id = 0; id < 2000; id++) {
            nonsense.add(new WrappedKey(id, 1_000_000 + id, new byte[40]));
            nonsense.add(new WrappedKey(1_000_000 + id, id + 1, new byte[40]));
            nonsense.add(new WrappedKey(1_000_000 + id, 0, new byte[40]));
        }
        assertThat(keys.receive(List.of(), WRAP)).isEqualTo(new Outcome.Unreachable(Set.of(0)));
        assertThat(keys.receive(nonsense, WRAP)).isNotInstanceOf(Outcome.Reached.class);
    }

    @Test
    void aDestroyedMemberReachesNothing() {
        var tree = tree(2, 8);
        var keys = new MemberKeys(tree.path(0));
        keys.destroy();
        assertThat(keys.isDestroyed()).isTrue();
        assertThat(keys.receive(leave(tree, 7, 1), WRAP)).isInstanceOf(Outcome.Unreachable.class);
        assertThat(tree.path(0)).hasSize(3);
    }
}
