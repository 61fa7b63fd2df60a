package io.opengcks.keytree;

import java.util.Arrays;

/**
 * Which leaves of an OFT get a new secret with a change, so that the key of every node above someone who left is new: those of
 * joiners and movers, and where none of them is below such a node, that of one member who stays there.
 */
final class OftFresh {
    private final PlacedTree tree;
    private final Placing placing;
    private final Marking marking;
    private int[] refreshed = new int[4];
    private int size;

    private OftFresh(PlacedTree tree, Placing placing, Marking marking) {
        this.tree = tree;
        this.placing = placing;
        this.marking = marking;
    }

    static NewKeys keys(PlacedTree tree, Placing placing, Marking marking, RandomSource random) {
        var fresh = new OftFresh(tree, placing, marking);
        fresh.choose();
        return fresh.draw(random);
    }

    /** A new secret for one leaf of every two: no key above the leaves stays. */
    static NewKeys everywhere(PlacedTree tree, RandomSource random) {
        int[] none = {};
        var fresh = new OftFresh(tree, new Placing(tree.height(), none, none, none), marking(tree));
        for (int node = 0; node < tree.width(1); node++) {
            if (tree.count(1, node) > 0) {
                fresh.add(fresh.someLeaf(1, node));
            }
        }
        return fresh.draw(random);
    }

    private static Marking marking(PlacedTree tree) {
        int[] none = {};
        return new Marking(2, tree.levels(), none, none, none, none);
    }

    private void choose() {
        boolean[] below = new boolean[marking.size(0)];
        for (int i = 0; i < below.length; i++) {
            below[i] = marking.arrives(0, i);
        }
        for (int level = 1; level < marking.levels(); level++) {
            boolean[] here = new boolean[marking.size(level)];
            for (int i = 0; i < marking.size(level - 1); i++) {
                here[marking.find(level, marking.node(level - 1, i) / 2)] |= below[i];
            }
            for (int i = 0; i < here.length; i++) {
                int index = marking.node(level, i);
                if (!here[i] && marking.stale(level, i) && tree.count(level, index) + marking.change(level, i) > 0) {
                    add(someLeaf(level, index));
                    here[i] = true;
                }
            }
            below = here;
        }
    }

    /** The first leaf below a node whose occupant stays there. */
    private int someLeaf(int level, int index) {
        int node = index;
        for (int at = level - 1; at >= 0; at--) {
            node = 2 * node;
            node += tree.count(at, node) + marking.changeBelow(at, node) > 0 ? 0 : 1;
        }
        return node;
    }

    private void add(int leaf) {
        refreshed = size == refreshed.length ? Arrays.copyOf(refreshed, size * 2) : refreshed;
        refreshed[size++] = leaf;
    }

    private NewKeys draw(RandomSource random) {
        int[] taken = placing.taken();
        int[] moved = placing.movedTo();
        int[] leaves = Arrays.copyOf(taken, taken.length + moved.length + size);
        System.arraycopy(moved, 0, leaves, taken.length, moved.length);
        System.arraycopy(refreshed, 0, leaves, taken.length + moved.length, size);
        Arrays.sort(leaves);
        var plan = new NewKeys.Builder(leaves.length);
        for (int leaf : leaves) {
            boolean joiner = Arrays.binarySearch(taken, leaf) >= 0;
            plan.add(0, leaf, joiner ? TreeDelta.DRAWN : TreeDelta.RENEWED, joiner ? 0 : tree.id(0, before(leaf)));
        }
        var keys = plan.draw(tree.secretOctets(), random, true);
        for (int i = 0; i < leaves.length; i++) {
            if (keys.origins()[i] == TreeDelta.RENEWED) {
                byte[] old = tree.level(0).secret(before(leaves[i]));
                System.arraycopy(old, 0, keys.replaced(), i * old.length, old.length);
                Arrays.fill(old, (byte) 0);
            }
        }
        return keys;
    }

    /** Where the occupant of a leaf was before the change. */
    private int before(int leaf) {
        int mover = Arrays.binarySearch(placing.movedTo(), leaf);
        return mover < 0 ? leaf : placing.movedFrom()[mover];
    }
}
