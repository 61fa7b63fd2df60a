package io.opengcks.keytree;

import java.util.Arrays;
import java.util.Collection;

/** Decides which leaves and which keys a change of membership touches. Reads the tree, never changes it. */
final class Planner {
    private static final int[] NO_LEAF = {};

    private final LkhTree tree;
    private final RandomSource random;

    Planner(LkhTree tree, RandomSource random) {
        this.tree = tree;
        this.random = random;
    }

    TreeDelta update(Collection<Long> joins, Collection<Long> leaves, JoinRule rule) {
        int[] vacated = leavesOf(leaves);
        long[] joiners = joiners(joins, vacated);
        var placing = Placing.of(tree, vacated, joiners.length);
        boolean message = vacated.length > 0
                || switch (rule) {
                    case KEEP_KEYS -> false;
                    case REPLACE_KEYS -> joiners.length > 0 && tree.size() > 0;
                };
        return plan(vacated, joiners, placing, message, rule == JoinRule.REPLACE_KEYS);
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
        int height = tree.height();
        long[] nodes = new long[16];
        int size = 0;
        for (int level = 1; level < height; level++) {
            for (int index = 0; index < tree.width(level); index++) {
                if (tree.count(level, index) > 0) {
                    nodes = size == nodes.length ? Arrays.copyOf(nodes, size * 2) : nodes;
                    nodes[size++] = TreeDelta.node(level, index);
                }
            }
        }
        var placing = new Placing(height, NO_LEAF, NO_LEAF, NO_LEAF);
        return delta(NO_LEAF, new long[0], placing, true, Arrays.copyOf(nodes, size));
    }

    private TreeDelta plan(int[] vacated, long[] joiners, Placing placing, boolean message, boolean replace) {
        int height = placing.height();
        var marking =
                new Marking(tree.degree(), height, vacated, placing.taken(), placing.movedFrom(), placing.movedTo());
        int most = height;
        for (int level = 0; level < height; level++) {
            most = Math.addExact(most, marking.size(level));
        }
        long[] nodes = new long[most];
        int size = 0;
        for (int leaf : placing.taken()) {
            nodes[size++] = TreeDelta.node(0, leaf);
        }
        for (int level = 1; level < height; level++) {
            // Growth leaves keyless nodes with members at index 0 only. A message that has to go through one anyway
            // gives it a key, for one wrap more, once.
            boolean firstMarked = marking.size(level) > 0 && marking.node(level, 0) == 0;
            if (message && !firstMarked && tree.id(level, 0) == 0 && tree.count(level, 0) > 0) {
                nodes[size++] = TreeDelta.node(level, 0);
            }
            for (int i = 0; i < marking.size(level); i++) {
                int index = marking.node(level, i);
                int before = tree.count(level, index);
                boolean keyless = tree.id(level, index) == 0;
                boolean wanted = marking.stale(level, i)
                        || before == 0
                        || (message && keyless)
                        || (replace && marking.joins(level, i));
                if (wanted && before + marking.change(level, i) > 0) {
                    nodes[size++] = TreeDelta.node(level, index);
                }
            }
        }
        return delta(vacated, joiners, placing, message, Arrays.copyOf(nodes, size));
    }

    private TreeDelta delta(int[] vacated, long[] joiners, Placing placing, boolean message, long[] nodes) {
        if (Integer.toUnsignedLong(tree.nextKeyId()) + nodes.length > LkhTree.LAST_KEY_ID) {
            throw new IllegalStateException("the tree has used up its key IDs");
        }
        long[] leavers = new long[vacated.length];
        for (int i = 0; i < vacated.length; i++) {
            leavers[i] = tree.occupant(vacated[i]);
        }
        byte[] secrets = new byte[Math.multiplyExact(nodes.length, tree.secretOctets())];
        random.nextBytes(secrets);
        return new TreeDelta(
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
                nodes,
                secrets);
    }
}
