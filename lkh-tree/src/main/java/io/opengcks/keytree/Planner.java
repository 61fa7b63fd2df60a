package io.opengcks.keytree;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.IntPredicate;

/** Decides which leaves and which keys a change of membership touches. Reads the tree, never changes it. */
final class Planner {
    private static final int[] NO_LEAF = {};

    private final PlacedTree tree;
    private final RandomSource random;

    Planner(PlacedTree tree, RandomSource random) {
        this.tree = tree;
        this.random = random;
    }

    TreeDelta update(Collection<Long> joins, Collection<Long> leaves, JoinRule rule) {
        if (rule == JoinRule.KEEP_KEYS && tree.kind() != TreeKind.LKH) {
            throw new IllegalArgumentException("the group key follows from this tree, so a join cannot keep its keys");
        }
        int[] vacated = leavesOf(leaves);
        long[] joiners = joiners(joins, vacated);
        var placing = Placing.of(tree, vacated, joiners.length);
        boolean message = vacated.length > 0
                || switch (rule) {
                    case KEEP_KEYS -> false;
                    case REPLACE_KEYS, DERIVE_KEYS -> joiners.length > 0 && tree.size() > 0;
                };
        var marking = marking(vacated, placing);
        var keys = switch (tree.kind()) {
            case LKH -> random(placing, marking, message, rule);
            case OFC -> chained(placing, marking, rule);
            case OFT -> OftFresh.keys(tree, placing, marking, random);
        };
        return delta(vacated, joiners, placing, message, keys);
    }

    private Marking marking(int[] vacated, Placing placing) {
        return new Marking(
                tree.degree(),
                placing.height() + tree.kind().storedRoots(),
                vacated,
                placing.taken(),
                placing.movedFrom(),
                placing.movedTo());
    }

    private int[] leavesOf(Collection<Long> leavers) {
        int[] vacated = new int[leavers.size()];
        int size = 0;
        for (long member : leavers) {
            int leaf = tree.leafOf(member);
            if (leaf < 0) {
                throw new IllegalArgumentException("member " + member + " is not in the tree");
            }
            vacated[size++] = leaf;
        }
        Arrays.sort(vacated);
        for (int i = 1; i < size; i++) {
            if (vacated[i] == vacated[i - 1]) {
                throw new IllegalArgumentException(
                        "member " + tree.occupant(vacated[i]) + " is named twice among the leavers");
            }
        }
        return vacated;
    }

    private long[] joiners(Collection<Long> joins, int[] vacated) {
        long[] joiners = joins.stream().mapToLong(Long::longValue).toArray();
        long[] sorted = joiners.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException("member " + sorted[i] + " is named twice among the joiners");
            }
            int leaf = tree.leafOf(sorted[i]);
            if (leaf >= 0 && Arrays.binarySearch(vacated, leaf) < 0) {
                throw new IllegalArgumentException("member " + sorted[i] + " is in the tree already");
            }
        }
        if ((long) tree.size() - vacated.length + joiners.length > KeyTree.MAX_MEMBERS) {
            throw new IllegalStateException("the tree holds no more than " + KeyTree.MAX_MEMBERS + " members");
        }
        return joiners;
    }

    TreeDelta refresh() {
        var placing = new Placing(tree.height(), NO_LEAF, NO_LEAF, NO_LEAF);
        var keys = switch (tree.kind()) {
            case LKH, OFC -> everyNode();
            case OFT -> OftFresh.everywhere(tree, random);
        };
        return delta(NO_LEAF, new long[0], placing, true, keys);
    }

    private NewKeys everyNode() {
        var plan = new NewKeys.Builder(16);
        for (int level = 1; level < tree.levels(); level++) {
            for (int index = 0; index < tree.width(level); index++) {
                if (tree.count(level, index) > 0) {
                    if (tree.kind() == TreeKind.OFC) {
                        addSeed(plan, level, index, _ -> true);
                    } else {
                        plan.add(level, index);
                    }
                }
            }
        }
        return computed(plan);
    }

    /** LKH: every key on its own. */
    private NewKeys random(Placing placing, Marking marking, boolean message, JoinRule rule) {
        var plan = new NewKeys.Builder(most(placing, marking));
        for (int leaf : placing.taken()) {
            plan.add(0, leaf);
        }
        for (int level = 1; level < placing.height(); level++) {
            // Growth leaves keyless nodes with members at index 0 only. A message that has to go through one anyway
            // gives it a key, for one wrap more, once.
            boolean firstMarked = marking.size(level) > 0 && marking.node(level, 0) == 0;
            if (message && !firstMarked && tree.id(level, 0) == 0 && tree.count(level, 0) > 0) {
                plan.add(level, 0);
            }
            for (int i = 0; i < marking.size(level); i++) {
                int index = marking.node(level, i);
                int before = tree.count(level, index);
                boolean keyless = tree.id(level, index) == 0;
                boolean joined = rule != JoinRule.KEEP_KEYS && marking.joins(level, i);
                boolean drawn = marking.stale(level, i) || before == 0 || (message && keyless);
                if (before + marking.change(level, i) > 0) {
                    if (drawn || (joined && rule == JoinRule.REPLACE_KEYS)) {
                        plan.add(level, index);
                    } else if (joined) {
                        plan.add(level, index, TreeDelta.EVOLVED, tree.id(level, index));
                    }
                }
            }
        }
        return computed(plan);
    }

    private static int most(Placing placing, Marking marking) {
        int most = placing.height();
        for (int level = 0; level < marking.levels(); level++) {
            most = Math.addExact(most, marking.size(level));
        }
        return most;
    }

    /** OFC: a seed at the lowest node that changes, and each one above it from the one below. */
    private NewKeys chained(Placing placing, Marking marking, JoinRule rule) {
        var plan = new NewKeys.Builder(most(placing, marking));
        for (int leaf : placing.taken()) {
            plan.add(0, leaf);
        }
        for (int level = 1; level < marking.levels(); level++) {
            int below = level - 1;
            for (int i = 0; i < marking.size(level); i++) {
                int index = marking.node(level, i);
                if (tree.count(level, index) + marking.change(level, i) == 0) {
                    continue;
                }
                if (staying(marking, level, index) == 0) {
                    plan.add(level, index);
                } else if (marking.stale(level, i) || rule == JoinRule.REPLACE_KEYS) {
                    addSeed(plan, level, index, child -> staying(marking, below, child) > 0);
                } else if (tree.id(level, index) == 0) {
                    // Above the former root, which may have gone a step forward itself.
                    int child = plan.find(below, 0);
                    int from = child < 0 ? tree.id(tree.height(), 0) : tree.nextKeyId() + child;
                    plan.add(level, index, TreeDelta.GROWN, from);
                } else {
                    plan.add(level, index, TreeDelta.EVOLVED, tree.id(level, index));
                }
            }
        }
        return computed(plan);
    }

    /** Members below a node after the change that are not joiners, and so have to be told. */
    private int staying(Marking marking, int level, int index) {
        return tree.count(level, index) + marking.changeBelow(level, index) - marking.joinedBelow(level, index);
    }

    private void addSeed(NewKeys.Builder plan, int level, int index, IntPredicate told) {
        for (int child = index * tree.degree(); child < (index + 1) * tree.degree(); child++) {
            int at = plan.find(level - 1, child);
            boolean seed = at >= 0 && (plan.origin(at) == TreeDelta.SEED || plan.origin(at) == TreeDelta.CHAINED);
            if (seed && told.test(child)) {
                plan.add(level, index, TreeDelta.CHAINED, tree.nextKeyId() + at);
                return;
            }
        }
        plan.add(level, index, TreeDelta.SEED, 0);
    }

    /** Draws what is random and computes the rest. */
    private NewKeys computed(NewKeys.Builder plan) {
        var keys = plan.draw(tree.secretOctets(), random, false);
        OneWay oneWay = null;
        for (int i = 0; i < keys.nodes().length; i++) {
            byte origin = keys.origins()[i];
            if (origin != TreeDelta.DRAWN && origin != TreeDelta.SEED) {
                oneWay = oneWay == null ? new OneWay() : oneWay;
                byte[] source = source(keys, i);
                byte[] secret = oneWay.derive(Derivation.Kind.of(origin), tree.nextKeyId() + i, source);
                System.arraycopy(secret, 0, keys.secrets(), i * secret.length, secret.length);
                Arrays.fill(secret, (byte) 0);
                Arrays.fill(source, (byte) 0);
            }
        }
        return keys;
    }

    private byte[] source(NewKeys keys, int i) {
        int octets = tree.secretOctets();
        int at = keys.from()[i] - tree.nextKeyId();
        if (at >= 0 && at < i) {
            return Arrays.copyOfRange(keys.secrets(), at * octets, (at + 1) * octets);
        }
        boolean grown = keys.origins()[i] == TreeDelta.GROWN;
        int level = grown ? tree.height() : TreeDelta.level(keys.nodes()[i]);
        return tree.level(level).secret(grown ? 0 : TreeDelta.index(keys.nodes()[i]));
    }

    private TreeDelta delta(int[] vacated, long[] joiners, Placing placing, boolean message, NewKeys keys) {
        if (Integer.toUnsignedLong(tree.nextKeyId()) + mostIds(keys, placing.height()) > PlacedTree.LAST_KEY_ID) {
            throw new IllegalStateException("the tree has used up its key IDs");
        }
        long[] leavers = new long[vacated.length];
        for (int i = 0; i < vacated.length; i++) {
            leavers[i] = tree.occupant(vacated[i]);
        }
        return new TreeDelta(
                tree.kind(),
                tree.degree(),
                tree.secretOctets(),
                tree.height(),
                placing.height(),
                tree.nextKeyId(),
                message,
                vacated,
                leavers,
                placing.taken(),
                joiners,
                placing.movedFrom(),
                placing.movedTo(),
                keys);
    }

    private long mostIds(NewKeys keys, int height) {
        long fresh = keys.nodes().length;
        return tree.kind() == TreeKind.OFT ? OftTree.mostIds(fresh, height) : fresh;
    }
}
