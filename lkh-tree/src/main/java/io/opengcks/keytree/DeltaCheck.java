package io.opengcks.keytree;

import java.util.Arrays;

/**
 * Holds a delta against the tree before anything changes: it must have been planned on an equal tree, must replace every
 * key that a leaver knew, and must give no member below a node a key it could not learn.
 */
final class DeltaCheck {
    private final PlacedTree tree;
    private final TreeDelta delta;

    DeltaCheck(PlacedTree tree, TreeDelta delta) {
        this.tree = tree;
        this.delta = delta;
    }

    void base() {
        refuse(delta.isDestroyed(), "it was destroyed");
        refuse(delta.kind != tree.kind(), "another kind of tree");
        refuse(delta.degree != tree.degree(), "another degree");
        refuse(delta.secretOctets != tree.secretOctets(), "another length of secrets");
        refuse(delta.heightBefore != tree.height(), "another height");
        refuse(delta.firstKeyId != tree.nextKeyId(), "another next key ID");
        long ids = delta.kind == TreeKind.OFT
                ? OftTree.mostIds(delta.nodes.length, delta.heightAfter)
                : delta.nodes.length;
        long last = Integer.toUnsignedLong(delta.firstKeyId) + ids;
        refuse(last > PlacedTree.LAST_KEY_ID, "key IDs run over");
        refuse(delta.heightAfter > PlacedTree.maxHeight(delta.degree), "too high");
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
        refuse(leaf >= PlacedTree.places(delta.degree, delta.heightAfter), "a place beyond the last");
        refuse(tree.id(0, leaf) != 0 && !vacated(leaf), "a place is not free");
    }

    /** All members are below the virtual root to come. */
    private void size() {
        int places = PlacedTree.places(delta.degree, delta.heightAfter);
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
                origin(marking, i, level, index);
            }
        }
        grown();
        int at = delta.taken.length;
        for (int level = 1; level < marking.levels(); level++) {
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

    /** OFT: secrets for leaves alone, with one below every node above someone who left. */
    void leavesOnly(Marking marking) {
        int movers = 0;
        for (int i = 0; i < delta.nodes.length; i++) {
            int leaf = TreeDelta.index(delta.nodes[i]);
            refuse(TreeDelta.level(delta.nodes[i]) != 0, "a secret above the leaves");
            boolean joiner = Arrays.binarySearch(delta.taken, leaf) >= 0;
            refuse(joiner == (delta.origins[i] == TreeDelta.RENEWED), "a leaf of another origin");
            if (!joiner) {
                int moved = Arrays.binarySearch(delta.movedTo, leaf);
                int before = moved < 0 ? leaf : delta.movedFrom[moved];
                refuse(delta.from[i] == 0 || delta.from[i] != tree.id(0, before), "a secret for another leaf");
                refuse(vacated(before), "a secret for a leaver");
                refuse(moved < 0 && Arrays.binarySearch(delta.movedFrom, leaf) >= 0, "a secret for a mover's old leaf");
                movers += moved < 0 ? 0 : 1;
            }
        }
        refuse(movers != delta.movedTo.length, "a mover without a secret");
        refuse(joinersWithSecret() != delta.taken.length, "a joiner without a secret");
        var change = new OftChange(delta);
        for (int level = 1; level < marking.levels(); level++) {
            for (int i = 0; i < marking.size(level); i++) {
                int node = marking.node(level, i);
                boolean empty = tree.count(level, node) + marking.change(level, i) == 0;
                refuse(!empty && !change.has(level, node), "a key that a leaver knew stays");
                refuse(empty && change.has(level, node), "a key for nobody");
            }
        }
    }

    private int joinersWithSecret() {
        int found = 0;
        for (int leaf : delta.taken) {
            found += delta.find(0, leaf) < 0 ? 0 : 1;
        }
        return found;
    }

    /** A key must not follow from one that a leaver knew, nor come to a member that does not have what it follows from. */
    private void origin(Marking marking, int i, int level, int index) {
        int at = marking.find(level, index);
        boolean stale = at >= 0 && marking.stale(level, at);
        byte origin = delta.origins[i];
        int from = delta.from[i];
        if (origin == TreeDelta.EVOLVED) {
            refuse(stale || from != tree.id(level, index), "a key that follows from another node's");
        } else if (origin == TreeDelta.GROWN) {
            int child = delta.find(level - 1, 0);
            int below = child < 0 ? tree.id(delta.heightBefore, 0) : delta.firstKeyId + child;
            boolean root = level > delta.heightBefore && index == 0 && from == below;
            refuse(stale || !root, "a key that follows from another node's");
        } else if (origin == TreeDelta.CHAINED) {
            int child = from - delta.firstKeyId;
            refuse(child < 0 || child >= i, "a key that follows from a later one");
            boolean seed = delta.origins[child] == TreeDelta.SEED || delta.origins[child] == TreeDelta.CHAINED;
            boolean below = TreeDelta.level(delta.nodes[child]) == level - 1
                    && TreeDelta.index(delta.nodes[child]) / delta.degree == index;
            refuse(!seed || !below, "a seed that follows from another node's");
        } else if (origin == TreeDelta.DRAWN && delta.kind == TreeKind.OFC) {
            int stays =
                    tree.count(level, index) + marking.changeBelow(level, index) - marking.joinedBelow(level, index);
            refuse(stays > 0, "a key that members below do not learn");
        }
    }

    /** Where the root has a key, the nodes that a growing tree gets at the top need one at once. */
    private void grown() {
        for (int level = delta.heightBefore + 1; delta.kind != TreeKind.LKH && level <= delta.heightAfter; level++) {
            refuse(delta.find(level, 0) < 0, "a root without a key");
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
