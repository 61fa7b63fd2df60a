package io.opengcks.keytree;

import java.util.Arrays;

/**
 * Holds a delta against the tree before anything changes: it must have been planned on an equal tree, must replace every
 * key that a leaver knew, and must give no member below a node a key it could not learn.
 */
final class DeltaCheck {
    private final LkhTree tree;
    private final TreeDelta delta;

    DeltaCheck(LkhTree tree, TreeDelta delta) {
        this.tree = tree;
        this.delta = delta;
    }

    void base() {
        refuse(delta.isDestroyed(), "it was destroyed");
        refuse(delta.degree != tree.degree(), "another degree");
        refuse(delta.secretOctets != tree.secretOctets(), "another length of secrets");
        refuse(delta.heightBefore != tree.height(), "another height");
        refuse(delta.firstKeyId != tree.nextKeyId(), "another next key ID");
        long last = Integer.toUnsignedLong(delta.firstKeyId) + delta.nodes.length;
        refuse(last > LkhTree.LAST_KEY_ID, "key IDs run over");
        refuse(delta.heightAfter > LkhTree.maxHeight(delta.degree), "too high");
        boolean told = delta.vacated.length == 0 && delta.movedFrom.length == 0;
        refuse(!delta.message && !told, "leavers or moves without a message");
        leaves();
        moves();
        size();
    }

    private void leaves() {
        for (int i = 0; i < delta.vacated.length; i++) {
            int leaf = delta.vacated[i];
            refuse(tree.id(0, leaf) == 0 || tree.occupant(leaf) != delta.leavers[i], "a leaver is elsewhere");
        }
        long[] joiners = delta.joiners.clone();
        Arrays.sort(joiners);
        for (int i = 0; i < joiners.length; i++) {
            refuse(i > 0 && joiners[i] == joiners[i - 1], "a joiner twice");
            int leaf = tree.leafOf(joiners[i]);
            refuse(leaf >= 0 && !vacated(leaf), "a joiner is in the tree");
        }
        for (int leaf : delta.taken) {
            place(leaf);
        }
    }

    private void moves() {
        for (int leaf : delta.movedFrom) {
            refuse(tree.id(0, leaf) == 0 || vacated(leaf), "nobody to move");
        }
        for (int leaf : delta.movedTo) {
            place(leaf);
            refuse(Arrays.binarySearch(delta.taken, leaf) >= 0, "a place for two");
        }
    }

    private void place(int leaf) {
        refuse(leaf >= LkhTree.places(delta.degree, delta.heightAfter), "a place beyond the last");
        refuse(tree.id(0, leaf) != 0 && !vacated(leaf), "a place is not free");
    }

    /** All members are below the virtual root to come. */
    private void size() {
        int places = LkhTree.places(delta.degree, delta.heightAfter);
        int below = tree.count(delta.heightAfter, 0) - before(delta.vacated, places) - before(delta.movedFrom, places);
        int size = tree.size() - delta.vacated.length - delta.movedFrom.length;
        refuse(delta.heightAfter < delta.heightBefore && below != size, "someone stays beyond the last place");
    }

    private static int before(int[] leaves, int end) {
        int at = Arrays.binarySearch(leaves, end);
        return at < 0 ? -at - 1 : at;
    }

    void keys(Marking marking) {
        refuse(delta.nodes.length < delta.taken.length, "a leaf without a key");
        for (int i = 0; i < delta.nodes.length; i++) {
            int level = TreeDelta.level(delta.nodes[i]);
            int index = TreeDelta.index(delta.nodes[i]);
            if (level == 0) {
                refuse(i >= delta.taken.length || delta.taken[i] != index, "a key for a leaf that keeps its own");
            } else {
                refuse(i < delta.taken.length, "a leaf without a key");
                int at = marking.find(level, index);
                int before = tree.count(level, index);
                refuse(before + (at < 0 ? 0 : marking.change(level, at)) == 0, "a key for nobody");
                refuse(before > 0 && !delta.message, "a key that members below do not learn");
            }
        }
        int at = delta.taken.length;
        for (int level = 1; level < delta.heightAfter; level++) {
            for (int i = 0; i < marking.size(level); i++) {
                int index = marking.node(level, i);
                int before = tree.count(level, index);
                boolean stale = marking.stale(level, i) || before == 0;
                boolean empty = before + marking.change(level, i) == 0;
                // Both ascend, so one walk over the new keys meets every marked node that has one.
                long node = TreeDelta.node(level, index);
                while (at < delta.nodes.length && delta.nodes[at] < node) {
                    at++;
                }
                boolean renewed = at < delta.nodes.length && delta.nodes[at] == node;
                refuse(stale && !empty && !renewed, "a key that a leaver knew stays");
            }
        }
    }

    private boolean vacated(int leaf) {
        return Arrays.binarySearch(delta.vacated, leaf) >= 0;
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException("the delta does not fit the tree: " + what);
        }
    }
}
