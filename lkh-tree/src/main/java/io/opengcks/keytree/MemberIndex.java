package io.opengcks.keytree;

/**
 * Finds a member's leaf: open addressing over leaf numbers alone, the members' names stay in the leaves.
 * About eight octets a member, and no object.
 */
final class MemberIndex {
    private static final int SMALLEST = 16;

    private final Level leaves;
    /** Leaf + 1, or 0 for a free slot. The length is a power of two. */
    private int[] slots = new int[SMALLEST];

    private int used;

    MemberIndex(Level leaves) {
        this.leaves = leaves;
    }

    /** The leaf of {@code member}, or -1. */
    int find(long member) {
        for (int slot = home(member); slots[slot] != 0; slot = next(slot)) {
            if (leaves.occupant(slots[slot] - 1) == member) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    /** {@code member} is not in the index and is already the occupant of {@code leaf}. */
    void put(long member, int leaf) {
        ensure(used + 1);
        insert(member, leaf);
        used++;
    }

    private void insert(long member, int leaf) {
        int slot = home(member);
        while (slots[slot] != 0) {
            slot = next(slot);
        }
        slots[slot] = leaf + 1;
    }

    /** {@code member} is in the index, and its leaf still has it as occupant. */
    void remove(long member) {
        int hole = home(member);
        while (leaves.occupant(slots[hole] - 1) != member) {
            hole = next(hole);
        }
        // Moves followers back instead of leaving a tombstone, so that churn never slows the index down.
        for (int slot = next(hole); slots[slot] != 0; slot = next(slot)) {
            int home = home(leaves.occupant(slots[slot] - 1));
            if (((slot - home) & (slots.length - 1)) >= ((slot - hole) & (slots.length - 1))) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = 0;
        used--;
    }

    /** Makes room for that many members, at most three slots in four taken. */
    void ensure(int members) {
        int length = slots.length;
        while (members * 4L > length * 3L) {
            length = Math.multiplyExact(length, 2);
        }
        if (length > slots.length) {
            int[] old = slots;
            slots = new int[length];
            for (int entry : old) {
                if (entry != 0) {
                    insert(leaves.occupant(entry - 1), entry - 1);
                }
            }
        }
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /** A finaliser of SplitMix64: callers number their members in any way, also in equal steps. */
    private int home(long member) {
        long mixed = (member ^ (member >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed ^ (mixed >>> 31)) & (slots.length - 1);
    }
}
