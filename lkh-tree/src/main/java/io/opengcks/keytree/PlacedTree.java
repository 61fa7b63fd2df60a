package io.opengcks.keytree;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What all trees share: members on leaves, nodes in levels, and the moves that keep the tree low.
 *
 * <p>Nodes are addressed (level, index). Level 0 holds the leaves, the parent of (l, i) is (l + 1, i / d), the root is
 * (height, 0). Where the root is virtual there is no level for it.
 */
abstract sealed class PlacedTree permits LkhTree, OfcTree, OftTree {
    /** Shortest secret a tree may have. */
    public static final int MIN_SECRET_OCTETS = 16;

    /** Longest secret a tree may have. */
    public static final int MAX_SECRET_OCTETS = 64;

    /** Kept back, so that the next key ID is always an unsigned 32-bit value. */
    static final long LAST_KEY_ID = 0xFFFF_FFFFL;

    private final TreeKind kind;
    private final int degree;
    private final int secretOctets;
    private final List<Level> levels = new ArrayList<>();
    private final MemberIndex members;
    private int size;
    private int nextKeyId = 1;

    PlacedTree(TreeKind kind, int degree, int secretOctets) {
        if (degree < KeyTree.MIN_DEGREE || degree > KeyTree.MAX_DEGREE) {
            throw new IllegalArgumentException("degree " + degree + " is not in 2..16");
        }
        if (secretOctets < MIN_SECRET_OCTETS || secretOctets > MAX_SECRET_OCTETS) {
            throw new IllegalArgumentException("secrets of " + secretOctets + " octets are not in 16..64");
        }
        this.kind = kind;
        this.degree = degree;
        this.secretOctets = secretOctets;
        var leaves = new Level(secretOctets, true);
        levels.add(leaves);
        for (int root = 0; root < kind.storedRoots(); root++) {
            levels.add(new Level(secretOctets, false));
        }
        members = new MemberIndex(leaves);
    }

    /** Children of a node, 2 to 16. */
    public final int degree() {
        return degree;
    }

    /** Members in the tree. */
    public final int size() {
        return size;
    }

    /** Steps from a leaf to the root, at least 1: the tree has {@code degree^height} places. */
    public final int height() {
        return levels.size() - kind.storedRoots();
    }

    /** Length of every secret, in octets. */
    public final int secretOctets() {
        return secretOctets;
    }

    /** The ID the next new key gets, unsigned. */
    public final int nextKeyId() {
        return nextKeyId;
    }

    /** Whether {@code member} has a leaf. */
    public final boolean contains(long member) {
        return members.find(member) >= 0;
    }

    /** Number of the node a member sits on, children of i being d·i + 1 to d·i + d. */
    public final long nodeNumber(long member) {
        return NodeNumbers.number(degree, height(), 0, leaf(member));
    }

    /** All of the tree as octets, secrets included: the caller encrypts them. Equal trees give equal octets. */
    public final byte[] snapshot() {
        return Snapshots.write(this);
    }

    /** As {@link #snapshot()}, of any size: what a snapshot in one array cannot hold, a stream can. */
    public final void writeSnapshot(OutputStream out) throws IOException {
        Snapshots.write(this, out);
    }

    /** No octet of any key. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[degree=" + degree + ", height=" + height() + ", size=" + size + "]";
    }

    final TreeKind kind() {
        return kind;
    }

    /** Levels that have keys: those below the root, and the root where it is stored. */
    final int levels() {
        return levels.size();
    }

    /** Places of a tree of that height, at most {@link KeyTree#MAX_MEMBERS}. */
    static int places(int degree, int height) {
        long places = 1;
        for (int level = 0; level < height && places < KeyTree.MAX_MEMBERS; level++) {
            places *= degree;
        }
        return (int) Math.min(places, KeyTree.MAX_MEMBERS);
    }

    /** The least height that has {@link KeyTree#MAX_MEMBERS} places. */
    static int maxHeight(int degree) {
        int height = 1;
        while (places(degree, height) < KeyTree.MAX_MEMBERS) {
            height++;
        }
        return height;
    }

    /** Members come, go and move as the delta says, and nodes without any lose their keys. */
    final void rearrange(TreeDelta delta, Marking marking) {
        while (height() < delta.heightAfter) {
            grow();
        }
        for (int leaf : delta.vacated) {
            members.remove(occupant(leaf));
            levels.getFirst().wipe(leaf);
        }
        for (int i = 0; i < delta.movedFrom.length; i++) {
            move(delta.movedFrom[i], delta.movedTo[i]);
        }
        members.ensure(size - delta.vacated.length + delta.taken.length);
        for (int i = 0; i < delta.taken.length; i++) {
            occupy(delta.taken[i], delta.joiners[i]);
        }
        while (height() > delta.heightAfter) {
            levels.removeLast().wipeAll();
        }
        for (int level = 1; level < levels.size(); level++) {
            for (int i = 0; i < marking.size(level); i++) {
                count(level, marking.node(level, i), marking.change(level, i));
            }
        }
        size += delta.taken.length - delta.vacated.length;
    }

    /** Former root and its members become a node below a new root. */
    final void grow() {
        var level = new Level(secretOctets, false);
        if (size > 0) {
            level.ensure(1);
            level.count(0, size);
        }
        levels.add(level);
    }

    /** Puts a member on a free leaf; the caller sees to counts and keys. */
    final void occupy(int leaf, long member) {
        levels.getFirst().ensure(leaf + 1);
        levels.getFirst().occupant(leaf, member);
        members.put(member, leaf);
    }

    private void move(int from, int to) {
        long member = occupant(from);
        members.remove(member);
        levels.getFirst().ensure(to + 1);
        levels.getFirst().move(from, to);
        members.put(member, to);
    }

    /** Adds to the members below a node above the leaves, and wipes its key when the last is gone. */
    final void count(int level, int index, int change) {
        Level at = levels.get(level);
        at.ensure(index + 1);
        int after = at.count(index) + change;
        at.count(index, after);
        if (after == 0) {
            at.wipe(index);
        }
    }

    final void restored(int restoredSize, int restoredNextKeyId) {
        size = restoredSize;
        nextKeyId = restoredNextKeyId;
    }

    /** Keys of nodes from the root down to the leaf of a member. */
    final List<PathKey> pathKeys(long member) {
        var keys = new ArrayList<PathKey>(levels.size());
        int index = leaf(member);
        for (Level level : levels) {
            if (level.id(index) != 0) {
                keys.add(new PathKey(level.id(index), level.secret(index)));
            }
            index /= degree;
        }
        return List.copyOf(keys.reversed());
    }

    final void nextKeyId(int next) {
        nextKeyId = next;
    }

    final Level level(int level) {
        return levels.get(level);
    }

    final int leafOf(long member) {
        return members.find(member);
    }

    /** As {@link #leafOf}, for callers from outside. */
    final int leaf(long member) {
        int leaf = members.find(member);
        if (leaf < 0) {
            throw new IllegalArgumentException("member " + member + " is not in the tree");
        }
        return leaf;
    }

    final long occupant(int leaf) {
        return levels.getFirst().occupant(leaf);
    }

    /** ID of a node's key, 0 where it has none; also for nodes the tree would have after growing. */
    final int id(int level, int index) {
        return level < levels.size() ? levels.get(level).id(index) : 0;
    }

    /** Members below a node; also for a virtual root and nodes the tree would have after growing. */
    final int count(int level, int index) {
        if (level < levels.size()) {
            return levels.get(level).count(index);
        }
        return index == 0 ? size : 0;
    }

    /** One more than the highest index on that level that may have members below. */
    final int width(int level) {
        return levels.get(level).room();
    }

    /** The lowest leaf without an occupant from {@code from} on; past the last place when the tree is full. */
    final int nextFreeLeaf(int from) {
        int leaf = from;
        while (true) {
            // Up while the node that begins here is full, to skip it whole; else down to its first free leaf.
            int level = 0;
            int index = leaf;
            while (level < height() && index % degree == 0 && full(level + 1, index / degree)) {
                index /= degree;
                level++;
            }
            if (level == 0 && id(0, leaf) == 0) {
                return leaf;
            }
            long next = (index + 1L) * places(degree, level);
            if (next >= KeyTree.MAX_MEMBERS) {
                throw new IllegalStateException("the tree holds no more than " + KeyTree.MAX_MEMBERS + " members");
            }
            leaf = (int) next;
        }
    }

    /** The highest leaf with an occupant up to {@code from}, or -1. */
    final int lastOccupiedLeaf(int from) {
        int leaf = from;
        while (leaf >= 0) {
            // As above, mirrored: up while the node that ends here is empty.
            int level = 0;
            int index = leaf;
            while (level < height() && index % degree == degree - 1 && count(level + 1, index / degree) == 0) {
                index /= degree;
                level++;
            }
            if (level == 0 && id(0, leaf) != 0) {
                return leaf;
            }
            leaf = index * places(degree, level) - 1;
        }
        return -1;
    }

    private boolean full(int level, int index) {
        return count(level, index) == places(degree, level);
    }
}
