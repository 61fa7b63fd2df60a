package io.opengcks.keytree;

import java.util.Arrays;

/**
 * The nodes above the leaves that change hands, level by level, with the number of leavers and joiners below each.
 * Its size follows the change, never the tree.
 */
final class Marking {
    private final int[][] nodes;
    private final int[][] left;
    private final int[][] joined;

    /**
     * @param degree  of the tree
     * @param height  of the tree after the change
     * @param vacated leaves that lose their occupant, ascending
     * @param taken   leaves that get one, ascending; may name a vacated one
     */
    Marking(int degree, int height, int[] vacated, int[] taken) {
        nodes = new int[height][];
        left = new int[height][];
        joined = new int[height][];
        merge(vacated, taken);
        for (int level = 1; level < height; level++) {
            climb(degree, level);
        }
    }

    private void merge(int[] vacated, int[] taken) {
        int[] all = new int[vacated.length + taken.length];
        int[] gone = new int[all.length];
        int[] come = new int[all.length];
        int size = 0;
        for (int i = 0, j = 0; i < vacated.length || j < taken.length; size++) {
            int leaf = Math.min(
                    i < vacated.length ? vacated[i] : Integer.MAX_VALUE,
                    j < taken.length ? taken[j] : Integer.MAX_VALUE);
            all[size] = leaf;
            if (i < vacated.length && vacated[i] == leaf) {
                gone[size]++;
                i++;
            }
            if (j < taken.length && taken[j] == leaf) {
                come[size]++;
                j++;
            }
        }
        store(0, size, all, gone, come);
    }

    private void climb(int degree, int level) {
        int[] below = nodes[level - 1];
        int[] all = new int[below.length];
        int[] gone = new int[below.length];
        int[] come = new int[below.length];
        int size = 0;
        for (int i = 0; i < below.length; i++) {
            int parent = below[i] / degree;
            if (size == 0 || all[size - 1] != parent) {
                all[size++] = parent;
            }
            gone[size - 1] += left[level - 1][i];
            come[size - 1] += joined[level - 1][i];
        }
        store(level, size, all, gone, come);
    }

    private void store(int level, int size, int[] all, int[] gone, int[] come) {
        nodes[level] = all.length == size ? all : Arrays.copyOf(all, size);
        left[level] = gone.length == size ? gone : Arrays.copyOf(gone, size);
        joined[level] = come.length == size ? come : Arrays.copyOf(come, size);
    }

    /** Marked nodes of the level. */
    int size(int level) {
        return nodes[level].length;
    }

    /** The {@code i}th marked node of the level; they ascend. */
    int node(int level, int i) {
        return nodes[level][i];
    }

    /** Leavers below that node. */
    int left(int level, int i) {
        return left[level][i];
    }

    /** Joiners below that node. */
    int joined(int level, int i) {
        return joined[level][i];
    }

    /** Joiners below any node. */
    int joinedBelow(int level, int node) {
        int i = Arrays.binarySearch(nodes[level], node);
        return i < 0 ? 0 : joined[level][i];
    }

    /** Where node {@code node} stands among the marked ones of its level, or -1. */
    int find(int level, int node) {
        return Math.max(-1, Arrays.binarySearch(nodes[level], node));
    }
}
