package io.opengcks.keytree;

import java.util.Arrays;

/**
 * The nodes of an OFT whose keys are new with a change, level by level, ascending: those above leaves with a new secret, and what a
 * tree that grows gets at the top.
 */
final class OftChange {
    private final int[][] nodes;

    /** @param delta which only has leaves */
    OftChange(TreeDelta delta) {
        nodes = new int[delta.heightAfter + 1][];
        nodes[0] = new int[delta.nodes.length];
        for (int i = 0; i < nodes[0].length; i++) {
            nodes[0][i] = TreeDelta.index(delta.nodes[i]);
        }
        for (int level = 1; level < nodes.length; level++) {
            boolean grown = level > delta.heightBefore;
            int[] above = new int[nodes[level - 1].length + 1];
            int size = 0;
            if (grown) {
                above[size++] = 0;
            }
            for (int child : nodes[level - 1]) {
                if (size == 0 || above[size - 1] != child / 2) {
                    above[size++] = child / 2;
                }
            }
            nodes[level] = Arrays.copyOf(above, size);
        }
    }

    int[] level(int level) {
        return nodes[level];
    }

    boolean has(int level, int node) {
        return Arrays.binarySearch(nodes[level], node) >= 0;
    }
}
