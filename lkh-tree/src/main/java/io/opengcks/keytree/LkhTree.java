package io.opengcks.keytree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

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
public final class LkhTree extends PlacedTree implements KeyTree {
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
        super(TreeKind.LKH, degree, secretOctets);
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
        return Snapshots.read(snapshot, Snapshots::lkh);
    }

    /**
     * The tree that {@link #writeSnapshot} wrote; what comes after it in the stream is not read.
     *
     * @throws IllegalArgumentException if the octets are not a well-formed snapshot
     */
    public static LkhTree restore(InputStream snapshot) throws IOException {
        return Snapshots.read(snapshot, Snapshots::lkh);
    }

    @Override
    public JoinRule joinRule() {
        return JoinRule.KEEP_KEYS;
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
        rearrange(delta, marking);
        for (int i = 0; i < delta.nodes.length; i++) {
            Level level = level(TreeDelta.level(delta.nodes[i]));
            level.key(TreeDelta.index(delta.nodes[i]), delta.firstKeyId + i, delta.secrets, i * secretOctets());
        }
        nextKeyId(delta.firstKeyId + delta.nodes.length);
    }

    @Override
    public List<PathKey> path(long member) {
        return pathKeys(member);
    }

    @Override
    public List<Derivation> derivations(long member) {
        leaf(member);
        return List.of();
    }

    @Override
    public Optional<byte[]> groupKey() {
        return Optional.empty();
    }

    @Override
    public List<Wrap> wraps(TreeDelta applied) {
        lastApplied(applied);
        return new WrapPlan(this, applied).wraps();
    }

    @Override
    public List<Derivation> derivations(TreeDelta applied) {
        lastApplied(applied);
        return applied.derivations();
    }

    private void lastApplied(TreeDelta applied) {
        if (applied.kind != TreeKind.LKH
                || applied.degree != degree()
                || applied.heightAfter != height()
                || applied.firstKeyId + applied.nodes.length != nextKeyId()) {
            throw new IllegalArgumentException("not the delta that was applied last");
        }
    }

    @Override
    public int groupKeyWraps() {
        return WrapPlan.reach(this, height(), 0);
    }
}
