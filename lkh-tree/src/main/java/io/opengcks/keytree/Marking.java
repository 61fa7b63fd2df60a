package io.opengcks.keytree;

import java.util.Arrays;

/**
 * The nodes that change hands, level by level, with the number of members below each who leave it, join it, or arrive from
 * another place of the tree. Its size follows the change, never the tree.
 */
final class Marking {
    private final int[][] nodes;
    private final int[][] left;
    private final int[][] joined;
    private final int[][] arrived;

    /**
     * @param degree  of the tree
     * @param levels  that have keys after the change
     * @param vacated leaves whose occupant leaves the group, ascending
     * @param taken   leaves that get a new member, ascending
     * @param from    leaves whose occupant moves, ascending
     * @param to      leaves that get one of those, ascending
     */
    Marking(int degree, int levels, int[] vacated, int[] taken, int[] from, int[] to) {
        nodes = new int[levels][];
        left = new int[levels][];
        joined = new int[levels][];
        arrived = new int[levels][];
        leaves(vacated, taken, from, to);
        for (int level = 1; level < levels; level++) {
            climb(degree, level);
        }
    }

    Marking(TreeDelta delta) {
        this(
                delta.degree,
                delta.heightAfter + delta.kind.storedRoots(),
                delta.vacated,
                delta.taken,
                delta.movedFrom,
                delta.movedTo);
    }

    private void leaves(int[] vacated, int[] taken, int[] from, int[] to) {
        int[] all = new int[vacated.length + taken.length + from.length + to.length];
        int size = 0;
        for (int[] list : new int[][] {vacated, taken, from, to}) {
            System.arraycopy(list, 0, all, size, list.length);
            size += list.length;
        }
        Arrays.sort(all);
        size = 0;
        for (int i = 0; i < all.length; i++) {
            if (i == 0 || all[i] != all[i - 1]) {
                all[size++] = all[i];
            }
        }
        nodes[0] = Arrays.copyOf(all, size);
        left[0] = new int[size];
        joined[0] = new int[size];
        arrived[0] = new int[size];
        tally(vacated, left[0]);
        tally(from, left[0]);
        tally(taken, joined[0]);
        tally(to, arrived[0]);
    }

    private void tally(int[] leaves, int[] into) {
        int at = 0;
        for (int leaf : leaves) {
            while (nodes[0][at] != leaf) {
                at++;
            }
            into[at]++;
        }
    }

    private void climb(int degree, int level) {
        int[] below = nodes[level - 1];
        int[] all = new int[below.length];
        int size = 0;
        for (int child : below) {
            if (size == 0 || all[size - 1] != child / degree) {
                all[size++] = child / degree;
            }
        }
        nodes[level] = all.length == size ? all : Arrays.copyOf(all, size);
        left[level] = new int[size];
        joined[level] = new int[size];
        arrived[level] = new int[size];
        for (int i = 0, at = 0; i < below.length; i++) {
            at += nodes[level][at] == below[i] / degree ? 0 : 1;
            left[level][at] += left[level - 1][i];
            joined[level][at] += joined[level - 1][i];
            arrived[level][at] += arrived[level - 1][i];
        }
    }

    int levels() {
        return nodes.length;
    }

    /** Marked nodes of the level. */
    int size(int level) {
        return nodes[level].length;
    }

    /** The {@code i}th marked node of the level; they ascend. */
    int node(int level, int i) {
        return nodes[level][i];
    }

    /** By how much the number of members below the {@code i}th marked node changes. */
    int change(int level, int i) {
        return joined[level][i] + arrived[level][i] - left[level][i];
    }

    /** Whether someone is below the {@code i}th marked node no more, or is there without its key. */
    boolean stale(int level, int i) {
        return left[level][i] > 0 || arrived[level][i] > 0;
    }

    /** Whether someone joins below the {@code i}th marked node. */
    boolean joins(int level, int i) {
        return joined[level][i] > 0;
    }

    /** Whether someone joins below the {@code i}th marked node or moves there. */
    boolean arrives(int level, int i) {
        return joined[level][i] > 0 || arrived[level][i] > 0;
    }

    /** By how much the number of members below any node changes. */
    int changeBelow(int level, int node) {
        int i = find(level, node);
        return i < 0 ? 0 : change(level, i);
    }

    /** Joiners below any node. */
    int joinedBelow(int level, int node) {
        int i = find(level, node);
        return i < 0 ? 0 : joined[level][i];
    }

    /** Where a node stands among the marked ones of its level, or -1. */
    int find(int level, int node) {
        return Math.max(-1, Arrays.binarySearch(nodes[level], node));
    }
}
