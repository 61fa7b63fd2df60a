package io.opengcks.keytree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Logical key hierarchy (RFC 2627 §5.4, Wong, Gouda and Lam): every node has a key of its own, drawn at random, and a
 * leave replaces the keys from the leaf up. In a full tree of degree d and height h that takes d·h − 1 wraps.
 *
 * <p>Nodes are addressed (level, index). Level 0 holds the leaves, the parent of (l, i) is (l + 1, i / d), the virtual root
 * is (height, 0). The tree grows at the top when all places are taken: the former root becomes a node <em>without a
 * key</em>, since no message told its members one. Wraps go through such a node to the keys below, until the next message
 * gives it a key. So three things hold at all times: a node has a key only if every member below it has that key; a
 * node without a member below has none; no one else has a key in use.
 */
public final class LkhTree implements KeyTree {
    /** Shortest secret a tree may have. */
    public static final int MIN_SECRET_OCTETS = 16;

    /** Longest secret a tree may have. */
    public static final int MAX_SECRET_OCTETS = 64;

    /** Kept back, so that the next key ID is always an unsigned 32-bit value. */
    static final long LAST_KEY_ID = 0xFFFF_FFFFL;

    private final int degree;
    private final int secretOctets;
    private final List<Level> levels = new ArrayList<>();
    private final MemberIndex members;
    private int size;
    private int nextKeyId = 1;

    /**
     * An empty tree with secrets of 32 octets.
     *
     * @param degree children of a node, 2 to 16
     */
    public LkhTree(int degree) {
        this(degree, DEFAULT_SECRET_OCTETS);
    }

    /**
     * An empty tree.
     *
     * @param degree       children of a node, 2 to 16
     * @param secretOctets length of every secret, 16 to 64
     */
    public LkhTree(int degree, int secretOctets) {
        if (degree < MIN_DEGREE || degree > MAX_DEGREE) {
            throw new IllegalArgumentException("degree " + degree + " is not in 2..16");
        }
        if (secretOctets < MIN_SECRET_OCTETS || secretOctets > MAX_SECRET_OCTETS) {
            throw new IllegalArgumentException("secrets of " + secretOctets + " octets are not in 16..64");
        }
        this.degree = degree;
        this.secretOctets = secretOctets;
        var leaves = new Level(secretOctets, true);
        levels.add(leaves);
        members = new MemberIndex(leaves);
    }

    /**
     * An empty tree with secrets of 32 octets that takes the place of one that was given up: no key ID comes again.
     *
     * @param degree     children of a node, 2 to 16
     * @param firstKeyId {@link #nextKeyId()} of the tree before, unsigned, not 0
     */
    public static LkhTree succeeding(int degree, int firstKeyId) {
        if (firstKeyId == 0) {
            throw new IllegalArgumentException("key ID 0 is the group key");
        }
        var tree = new LkhTree(degree);
        tree.restored(0, firstKeyId);
        return tree;
    }

    /**
     * The tree that {@link #snapshot()} was taken of.
     *
     * @throws IllegalArgumentException if the octets are not exactly one well-formed snapshot
     */
    public static LkhTree restore(byte[] snapshot) {
        return Snapshots.read(snapshot);
    }

    @Override
    public int degree() {
        return degree;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int height() {
        return levels.size();
    }

    @Override
    public int secretOctets() {
        return secretOctets;
    }

    @Override
    public int nextKeyId() {
        return nextKeyId;
    }

    @Override
    public boolean contains(long member) {
        return members.find(member) >= 0;
    }

    @Override
    public TreeDelta planUpdate(Collection<Long> joins, Collection<Long> leaves, JoinRule rule, RandomSource random) {
        return new Planner(this, random).update(joins, leaves, rule);
    }

    @Override
    public TreeDelta planRefresh(RandomSource random) {
        return new Planner(this, random).refresh();
    }

    @Override
    public void apply(TreeDelta delta) {
        var check = new DeltaCheck(this, delta);
        check.base();
        var marking = new Marking(delta);
        check.keys(marking);
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
        for (int level = 1; level < height(); level++) {
            for (int i = 0; i < marking.size(level); i++) {
                count(level, marking.node(level, i), marking.change(level, i));
            }
        }
        for (int i = 0; i < delta.nodes.length; i++) {
            Level level = levels.get(TreeDelta.level(delta.nodes[i]));
            level.key(TreeDelta.index(delta.nodes[i]), delta.firstKeyId + i, delta.secrets, i * secretOctets);
        }
        size += delta.taken.length - delta.vacated.length;
        nextKeyId = delta.firstKeyId + delta.nodes.length;
    }

    @Override
    public List<PathKey> path(long member) {
        int leaf = members.find(member);
        if (leaf < 0) {
            throw new IllegalArgumentException("member " + member + " is not in the tree");
        }
        var keys = new ArrayList<PathKey>(height());
        int index = leaf;
        for (Level level : levels) {
            if (level.id(index) != 0) {
                keys.add(new PathKey(level.id(index), level.secret(index)));
            }
            index /= degree;
        }
        Collections.reverse(keys);
        return List.copyOf(keys);
    }

    @Override
    public List<Wrap> wraps(TreeDelta applied) {
        if (applied.degree != degree
                || applied.heightAfter != height()
                || applied.firstKeyId + applied.nodes.length != nextKeyId) {
            throw new IllegalArgumentException("not the delta that was applied last");
        }
        return new WrapPlan(this, applied).wraps();
    }

    @Override
    public int groupKeyWraps() {
        return WrapPlan.reach(this, height(), 0);
    }

    @Override
    public byte[] snapshot() {
        return Snapshots.write(this);
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "LkhTree[degree=" + degree + ", height=" + height() + ", size=" + size + "]";
    }

    /** Places of a tree of that height, at most {@link #MAX_MEMBERS}. */
    static int places(int degree, int height) {
        long places = 1;
        for (int level = 0; level < height && places < MAX_MEMBERS; level++) {
            places *= degree;
        }
        return (int) Math.min(places, MAX_MEMBERS);
    }

    /** The least height that has {@link #MAX_MEMBERS} places. */
    static int maxHeight(int degree) {
        int height = 1;
        while (places(degree, height) < MAX_MEMBERS) {
            height++;
        }
        return height;
    }

    /** Former root and its members become a node without a key below a new virtual root. */
    void grow() {
        var level = new Level(secretOctets, false);
        if (size > 0) {
            level.ensure(1);
            level.count(0, size);
        }
        levels.add(level);
    }

    /** Puts a member on a free leaf; the caller sees to counts and keys. */
    void occupy(int leaf, long member) {
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
    void count(int level, int index, int change) {
        Level at = levels.get(level);
        at.ensure(index + 1);
        int after = at.count(index) + change;
        at.count(index, after);
        if (after == 0) {
            at.wipe(index);
        }
    }

    void restored(int restoredSize, int restoredNextKeyId) {
        size = restoredSize;
        nextKeyId = restoredNextKeyId;
    }

    Level level(int level) {
        return levels.get(level);
    }

    int leafOf(long member) {
        return members.find(member);
    }

    long occupant(int leaf) {
        return levels.getFirst().occupant(leaf);
    }

    /** ID of a node's key, 0 where it has none; also for nodes the tree would have after growing. */
    int id(int level, int index) {
        return level < height() ? levels.get(level).id(index) : 0;
    }

    /** Members below a node; also for the virtual root and nodes the tree would have after growing. */
    int count(int level, int index) {
        if (level < height()) {
            return levels.get(level).count(index);
        }
        return index == 0 ? size : 0;
    }

    /** One more than the highest index on that level that may have members below. */
    int width(int level) {
        return levels.get(level).room();
    }

    /** The lowest leaf without an occupant from {@code from} on; past the last place when the tree is full. */
    int nextFreeLeaf(int from) {
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
            if (next >= MAX_MEMBERS) {
                throw new IllegalStateException("the tree holds no more than " + MAX_MEMBERS + " members");
            }
            leaf = (int) next;
        }
    }

    /** The highest leaf with an occupant up to {@code from}, or -1. */
    int lastOccupiedLeaf(int from) {
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
