package io.opengcks.keytree;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One-way function chain (Canetti, Garay, Itkis, Micciancio, Naor and Pinkas, "Multicast Security: A Taxonomy and Some
 * Efficient Constructions"): as LKH of degree 2, but a leave draws one seed, at the lowest node that changes, and the seed of
 * each node above follows from the one below. So only the other side of each node has to be sent a seed: h wraps for a leave
 * of a full tree of height h, where LKH takes 2·h − 1.
 *
 * <p>A node's key follows from its seed too, one-way; seeds are forgotten once the message is made, or a later joiner could
 * follow an old chain upwards. The root has a key, and the group key follows from it.
 */
public final class OfcTree extends PlacedTree implements KeyTree {
    private final OneWay oneWay = new OneWay();

    /** An empty tree with secrets of 32 octets. */
    public OfcTree() {
        this(DEFAULT_SECRET_OCTETS);
    }

    /**
     * An empty tree.
     *
     * @param secretOctets length of every secret, 16 to 64
     */
    public OfcTree(int secretOctets) {
        super(TreeKind.OFC, 2, secretOctets);
    }

    /**
     * The tree that {@link #snapshot()} was taken of.
     *
     * @throws IllegalArgumentException if the octets are not exactly one well-formed snapshot
     */
    public static OfcTree restore(byte[] snapshot) {
        return Snapshots.read(snapshot, Snapshots::ofc);
    }

    /** As {@link LkhTree#restore(InputStream)}. */
    public static OfcTree restore(InputStream snapshot) throws IOException {
        return Snapshots.read(snapshot, Snapshots::ofc);
    }

    @Override
    public JoinRule joinRule() {
        return JoinRule.DERIVE_KEYS;
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
            int id = delta.firstKeyId + i;
            byte[] secret = delta.secret(i);
            byte[] key = seed(delta, i) ? oneWay.key(id, secret) : secret;
            level(TreeDelta.level(delta.nodes[i])).key(TreeDelta.index(delta.nodes[i]), id, key, 0);
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
        nextKeyId(delta.firstKeyId + delta.nodes.length);
    }

    private static boolean seed(TreeDelta delta, int i) {
        return delta.origins[i] == TreeDelta.SEED || delta.origins[i] == TreeDelta.CHAINED;
    }

    @Override
    public List<PathKey> path(long member) {
        return pathKeys(member);
    }

    @Override
    public List<Derivation> derivations(long member) {
        leaf(member);
        return List.of(Derivation.of(Derivation.Kind.GROUP, 0, id(height(), 0)));
    }

    @Override
    public Optional<byte[]> groupKey() {
        int root = id(height(), 0);
        return root == 0
                ? Optional.empty()
                : Optional.of(
                        oneWay.derive(Derivation.Kind.GROUP, 0, level(height()).secret(0)));
    }

    @Override
    public List<Wrap> wraps(TreeDelta applied) {
        lastApplied(applied);
        var wraps = new ArrayList<Wrap>();
        var marking = new Marking(applied);
        for (int i = 0; applied.message && i < applied.nodes.length; i++) {
            if (seed(applied, i)) {
                int below = TreeDelta.level(applied.nodes[i]) - 1;
                int chained = applied.origins[i] == TreeDelta.CHAINED ? applied.from[i] : 0;
                for (int side = 0; side < 2; side++) {
                    int child = 2 * TreeDelta.index(applied.nodes[i]) + side;
                    int id = id(below, child);
                    if (count(below, child) - marking.joinedBelow(below, child) > 0 && id != chained) {
                        byte[] wrapping = oneWay.wrapping(id, level(below).secret(child));
                        wraps.add(new Wrap(applied.firstKeyId + i, applied.secret(i), id, wrapping));
                    }
                }
            }
        }
        return List.copyOf(wraps);
    }

    @Override
    public List<Derivation> derivations(TreeDelta applied) {
        lastApplied(applied);
        if (!applied.message || size() == 0) {
            return List.of();
        }
        var derivations = new ArrayList<>(applied.derivations());
        derivations.add(Derivation.of(Derivation.Kind.GROUP, 0, id(height(), 0)));
        return List.copyOf(derivations);
    }

    /** The seeds of the message stand in the delta, so it must not have been destroyed. */
    private void lastApplied(TreeDelta applied) {
        if (applied.kind != TreeKind.OFC
                || applied.isDestroyed()
                || applied.heightAfter != height()
                || applied.firstKeyId + applied.nodes.length != nextKeyId()) {
            throw new IllegalArgumentException("not the delta that was applied last, or destroyed");
        }
    }

    @Override
    public int groupKeyWraps() {
        return 0;
    }
}
