package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A group around a tree: members inside, members who left and still hear every message, and a second tree that sees only the
 * octets of the deltas, as a journal's reader would.
 */
final class World {
    final LkhTree tree;
    final LkhTree replayed;
    final Map<Long, Holder> inside = new TreeMap<>();
    final List<Holder> outside = new ArrayList<>();
    /** Every message so far, without the encryption of the whole that the group key gives on the wire. */
    final List<List<Holder.Sealed>> messages = new ArrayList<>();

    /** Group key each message was sent under. */
    final List<String> sentUnder = new ArrayList<>();

    private final SplittableRandom random;
    private int generation;

    World(int degree, long seed) {
        tree = new LkhTree(degree, 16);
        replayed = new LkhTree(degree, 16);
        random = new SplittableRandom(seed);
    }

    Holder holder(long member) {
        return Objects.requireNonNull(inside.get(member), "not inside");
    }

    String groupKey() {
        return "group key " + generation;
    }

    /** One change, of which everyone inside hears; returns its wraps. */
    List<Wrap> update(Collection<Long> joins, Collection<Long> leaves) {
        return update(joins, leaves, JoinRule.KEEP_KEYS);
    }

    List<Wrap> update(Collection<Long> joins, Collection<Long> leaves, JoinRule rule) {
        byte[] before = tree.snapshot();
        var delta = tree.planUpdate(joins, leaves, rule, random::nextBytes);
        assertThat(tree.snapshot()).as("planning changes nothing").isEqualTo(before);
        return carryOut(delta);
    }

    List<Wrap> refresh() {
        return carryOut(tree.planRefresh(random::nextBytes));
    }

    private List<Wrap> carryOut(TreeDelta delta) {
        byte[] octets = delta.encode();
        tree.apply(delta);
        replayed.apply(TreeDelta.decode(octets));
        var wraps = tree.wraps(delta);
        delta.leaves().forEach(member -> {
            outside.add(holder(member));
            inside.remove(member);
        });
        if (delta.needsMessage()) {
            sentUnder.add(groupKey());
            generation++;
            var message = Holder.seal(wraps, groupKey());
            messages.add(message);
            inside.values()
                    .forEach(holder -> assertThat(holder.receive(message))
                            .as("member %d reaches the group key", holder.member)
                            .isTrue());
            outside.forEach(holder -> assertThat(holder.receive(message))
                    .as("member %d, who left, reaches the group key", holder.member)
                    .isFalse());
        }
        delta.joins().forEach(member -> {
            outside.removeIf(holder -> holder.member == member);
            inside.put(member, new Holder(member, tree.path(member), groupKey()));
        });
        return wraps;
    }

    /**
     * Everyone inside has the group key and exactly the keys of its path. Above them there may be a dead one: where the tree
     * lost a level, the path algorithm of the RFC has no reason to drop it.
     */
    void everyoneInsideIsUpToDate() {
        var current = current();
        inside.values().forEach(holder -> {
            assertThat(holder.groupKey).isEqualTo(groupKey());
            var path = tree.path(holder.member).stream().map(Holder.Key::of).toList();
            assertThat(holder.path).endsWith(path.toArray(Holder.Key[]::new));
            assertThat(holder.path.subList(0, holder.path.size() - path.size())).doesNotContainAnyElementsOf(current);
        });
    }

    /** What the given start keys open in all messages ever sent, with nothing else in the way. */
    Set<Holder.Key> closure(Collection<Holder.Key> start) {
        var known = new HashSet<>(start);
        boolean more = true;
        while (more) {
            more = false;
            for (var message : messages) {
                for (var wrap : message) {
                    more |= known.contains(wrap.under()) && known.add(wrap.key());
                }
            }
        }
        return known;
    }

    /** What the given start keys open where every message is also encrypted under the group key before it. */
    Set<Holder.Key> closureOnTheWire(Collection<Holder.Key> start) {
        var known = new HashSet<>(start);
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < messages.size(); i++) {
                if (known.contains(new Holder.Key(0, sentUnder.get(i)))) {
                    for (var wrap : messages.get(i)) {
                        more |= known.contains(wrap.under()) && known.add(wrap.key());
                    }
                }
            }
        }
        return known;
    }

    /** Keys in use now: the group key and all of the tree. */
    Set<Holder.Key> current() {
        var keys = new HashSet<Holder.Key>();
        keys.add(new Holder.Key(0, groupKey()));
        inside.keySet().forEach(member -> tree.path(member).forEach(key -> keys.add(Holder.Key.of(key))));
        return keys;
    }
}
