package io.opengcks.keytree;

import java.util.Arrays;

/**
 * Who sits where after a change.
 *
 * <p>A tree of height h could be lower once its members fit into the first d^(h−1) places. From then on a leave moves
 * members from beyond that border to free places before it, as few as keep their number at most twice the number of members
 * that still have to leave until the tree must be lower: s − d^(h−2) for s members. One leave takes two off that, so it
 * causes at most two moves, and the height is never more than one above the least possible.
 *
 * @param height    of the tree after it
 * @param taken     leaves of the joiners, ascending
 * @param movedFrom leaves that members move from, ascending
 * @param movedTo   leaves they move to, ascending
 */
record Placing(int height, int[] taken, int[] movedFrom, int[] movedTo) {
    private static final int[] NO_LEAF = {};

    static Placing of(PlacedTree tree, int[] vacated, int joiners) {
        int degree = tree.degree();
        int members = tree.size() - vacated.length + joiners;
        int height = tree.height();
        int moves = 0;
        int border = KeyTree.MAX_MEMBERS;
        // Without leavers there need not be a message, and nobody could be told to move.
        while (vacated.length > 0 && height > 1 && members <= PlacedTree.places(degree, height - 1)) {
            int lower = PlacedTree.places(degree, height - 1);
            int beyond = tree.size() - tree.count(height - 1, 0) - from(vacated, lower) - moves;
            long allowed = Math.max(0, 2L * (members - PlacedTree.places(degree, height - 2)));
            int more = (int) Math.max(0, beyond - allowed);
            moves += more;
            border = lower;
            // Not at once, or a group at the border would lose and grow a level with every leave and join.
            if (beyond > more || members * 4L > lower * 3L) {
                break;
            }
            height--;
        }
        var picker = new Picker(tree, vacated, border);
        int[] taken = picker.next(joiners);
        picker.stayNear();
        int[] to = picker.next(moves);
        while (taken.length > 0 && taken[taken.length - 1] >= PlacedTree.places(degree, height)) {
            height++;
        }
        return new Placing(height, taken, last(tree, vacated, moves), to);
    }

    /** How many of the ascending leaves are {@code first} or above. */
    private static int from(int[] leaves, int first) {
        int at = Arrays.binarySearch(leaves, first);
        return leaves.length - (at < 0 ? -at - 1 : at);
    }

    /** The last {@code wanted} occupied leaves that are not vacated. */
    private static int[] last(PlacedTree tree, int[] vacated, int wanted) {
        int[] leaves = wanted == 0 ? NO_LEAF : new int[wanted];
        int leaf = tree.width(0);
        for (int i = wanted - 1; i >= 0; i--) {
            do {
                leaf = tree.lastOccupiedLeaf(leaf - 1);
            } while (Arrays.binarySearch(vacated, leaf) >= 0);
            leaves[i] = leaf;
        }
        return leaves;
    }

    /** Gives out places before the border: those of leavers first, since their paths change anyway, then the lowest free. */
    private static final class Picker {
        private final PlacedTree tree;
        private final int[] vacated;
        private final int border;
        private int used;
        private int free;

        Picker(PlacedTree tree, int[] vacated, int border) {
            this.tree = tree;
            this.vacated = vacated;
            this.border = border;
        }

        /** Goes on beside the first leaver where it can: a mover has to be told its new path, and that one changes anyway. */
        void stayNear() {
            if (free == 0 && vacated.length > 0 && vacated[0] < border) {
                free = vacated[0] - vacated[0] % tree.degree();
            }
        }

        int[] next(int wanted) {
            int[] places = wanted == 0 ? NO_LEAF : new int[wanted];
            for (int i = 0; i < wanted; i++) {
                if (used < vacated.length && vacated[used] < border) {
                    places[i] = vacated[used++];
                } else {
                    int place = tree.nextFreeLeaf(free);
                    // Past the border there is always room before it: the members fit, or it would not be there.
                    places[i] = place < border ? place : tree.nextFreeLeaf(0);
                    free = places[i] + 1;
                }
            }
            Arrays.sort(places);
            return places;
        }
    }
}
