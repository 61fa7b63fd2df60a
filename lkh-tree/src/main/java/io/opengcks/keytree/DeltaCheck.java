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
        refuse(!delta.message && delta.vacated.length > 0, "leavers without a message");
        leaves();
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
        long places = LkhTree.places(delta.degree, delta.heightAfter);
        for (int leaf : delta.taken) {
            refuse(leaf >= places || (tree.id(0, leaf) != 0 && !vacated(leaf)), "a place is not free");
        }
        long size = (long) tree.size() - delta.vacated.length + delta.taken.length;
        refuse(size > LkhTree.places(delta.degree, delta.heightAfter), "more members than places");
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
                int after = at < 0 ? before : before - marking.left(level, at) + marking.joined(level, at);
                refuse(after == 0, "a key for nobody");
                refuse(before > 0 && !delta.message, "a key that members below do not learn");
            }
        }
        for (int level = 1; level < delta.heightAfter; level++) {
            for (int i = 0; i < marking.size(level); i++) {
                int index = marking.node(level, i);
                int before = tree.count(level, index);
                boolean stale = marking.left(level, i) > 0 || before == 0;
                boolean empty = before - marking.left(level, i) + marking.joined(level, i) == 0;
                refuse(
                        stale && !empty && Arrays.binarySearch(delta.nodes, TreeDelta.node(level, index)) < 0,
                        "a key that a leaver knew stays");
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
