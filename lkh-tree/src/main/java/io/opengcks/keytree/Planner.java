package io.opengcks.keytree;

import java.util.Arrays;
import java.util.Collection;

/** Decides which leaves and which keys a change of membership touches. Reads the tree, never changes it. */
final class Planner {
    private final LkhTree tree;
    private final RandomSource random;

    Planner(LkhTree tree, RandomSource random) {
        this.tree = tree;
        this.random = random;
    }

    TreeDelta update(Collection<Long> joins, Collection<Long> leaves) {
        int[] vacated = new int[leaves.size()];
        int leavers = 0;
        for (long member : leaves) {
            int leaf = tree.leafOf(member);
            if (leaf < 0) {
                throw new IllegalArgumentException("member " + member + " is not in the tree");
            }
            vacated[leavers++] = leaf;
        }
        Arrays.sort(vacated);
        for (int i = 1; i < vacated.length; i++) {
            if (vacated[i] == vacated[i - 1]) {
                throw new IllegalArgumentException(
                        "member " + tree.occupant(vacated[i]) + " is named twice among the leavers");
            }
        }
        checkJoins(joins, vacated);
        int[] taken = places(joins.size(), vacated);
        return plan(vacated, taken, longs(joins), !leaves.isEmpty());
    }

    private void checkJoins(Collection<Long> joins, int[] vacated) {
        long[] sorted = longs(joins);
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
        if ((long) tree.size() - vacated.length + joins.size() > KeyTree.MAX_MEMBERS) {
            throw new IllegalStateException("the tree holds no more than " + KeyTree.MAX_MEMBERS + " members");
        }
    }

    /** Places of leavers first, since their paths change anyway; then the lowest free ones, which keeps the tree low. */
    private int[] places(int wanted, int[] vacated) {
        int[] taken = Arrays.copyOf(vacated, wanted);
        int free = 0;
        for (int i = Math.min(wanted, vacated.length); i < wanted; i++) {
            free = tree.nextFreeLeaf(free);
            taken[i] = free++;
        }
        Arrays.sort(taken);
        return taken;
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
        return delta(height, true, new int[0], new int[0], new long[0], Arrays.copyOf(nodes, size));
    }

    private TreeDelta plan(int[] vacated, int[] taken, long[] joiners, boolean message) {
        int height = tree.height();
        while (taken.length > 0 && taken[taken.length - 1] >= LkhTree.places(tree.degree(), height)) {
            height++;
        }
        Marking marking = new Marking(tree.degree(), height, vacated, taken);
        int most = height;
        for (int level = 0; level < height; level++) {
            most = Math.addExact(most, marking.size(level));
        }
        long[] nodes = new long[most];
        int size = 0;
        for (int leaf : taken) {
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
                int after = before - marking.left(level, i) + marking.joined(level, i);
                boolean keyless = tree.id(level, index) == 0;
                if (after > 0 && (marking.left(level, i) > 0 || before == 0 || (message && keyless))) {
                    nodes[size++] = TreeDelta.node(level, index);
                }
            }
        }
        return delta(height, message, vacated, taken, joiners, Arrays.copyOf(nodes, size));
    }

    private TreeDelta delta(int height, boolean message, int[] vacated, int[] taken, long[] joiners, long[] nodes) {
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
                height,
                tree.nextKeyId(),
                message,
                vacated,
                leavers,
                taken,
                joiners,
                nodes,
                secrets);
    }

    private static long[] longs(Collection<Long> members) {
        return members.stream().mapToLong(Long::longValue).toArray();
    }
}
