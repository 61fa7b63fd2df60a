package io.opengcks.keytree;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One-way function tree (Sherman and McGrew, "Key Establishment in Large Dynamic Groups Using One-Way Function Trees"): the
 * secret of a node is a one-way function of the <em>blinded</em> secrets of its two children, and blinding is one-way too. A
 * member knows the secret of its leaf and the blinded secrets beside its path, and computes the rest up to the group key. A
 * leave gives one leaf a new secret and sends each blinded secret that changed to the members on the other side.
 *
 * <p><b>Collusion.</b> In the tree as published, a member who was evicted and one who joined later can together compute keys
 * between the two events, for the one knows blinded secrets from before and the other gets ones that did not change since
 * (Horng, "Cryptanalysis of a Key Management Scheme for Secure Multicast Communications", 2002; Ku and Chen, "An Improved Key
 * Management Scheme for Large Dynamic Groups Using One-Way Function Trees", 2003, who pay for the cure with O(h²) new keys at
 * each eviction). Here a joiner never gets a blinded secret that was in use before it: each that it would get <em>steps
 * forward</em> by a one-way function, which all who have it do on their own, so the cure costs no wrap. Why that is enough:
 * to find the key of a node at a time, one needs both blinded secrets below it from that time. Who was on the right side and
 * is not any more knows no left one from after its leaving but through steps forward of one that did not change since; who
 * joins knows none from before. So two people who complete each other would both have had to leave before the other.
 *
 * <p>Where only one child of a node has members, the node's secret follows from the secret of that child directly.
 */
public final class OftTree extends PlacedTree implements KeyTree {
    private final OneWay oneWay = new OneWay();
    /** Blinded secrets, in levels like the secrets; only nodes whose sibling has members have one. */
    private final List<Level> blinded = new ArrayList<>();

    /** What those who stay compute after the delta applied last, and its first key ID. */
    private List<Derivation> told = List.of();

    private int toldFrom;

    /** An empty tree with secrets of 32 octets. */
    public OftTree() {
        this(DEFAULT_SECRET_OCTETS);
    }

    /**
     * An empty tree.
     *
     * @param secretOctets length of every secret, 16 to 64
     */
    public OftTree(int secretOctets) {
        super(TreeKind.OFT, 2, secretOctets);
    }

    /**
     * The tree that {@link #snapshot()} was taken of. It has no delta applied last until one is applied to it.
     *
     * @throws IllegalArgumentException if the octets are not exactly one well-formed snapshot
     */
    public static OftTree restore(byte[] snapshot) {
        return Snapshots.read(snapshot, Snapshots::oft);
    }

    /** As {@link LkhTree#restore(InputStream)}. */
    public static OftTree restore(InputStream snapshot) throws IOException {
        return Snapshots.read(snapshot, Snapshots::oft);
    }

    /** At most so many key IDs for a change with {@code fresh} new secrets of leaves. */
    static long mostIds(long fresh, int height) {
        // Of each node on the way up: its secret, its blinded secret, and the blinded secret beside it.
        return 3 * (fresh + 1) * (height + 1L);
    }

    @Override
    public JoinRule joinRule() {
        return JoinRule.DERIVE_KEYS;
    }

    /** {@inheritDoc} Both rules but the first are the same here: on the path keys are new, beside it they step forward. */
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
        check.leavesOnly(marking);
        rearrange(delta, marking);
        for (int level = 0; level < marking.levels(); level++) {
            for (int i = 0; i < marking.size(level); i++) {
                if (count(level, marking.node(level, i)) == 0) {
                    blinded(level).wipe(marking.node(level, i));
                }
            }
        }
        while (blinded.size() > levels()) {
            blinded.removeLast().wipeAll();
        }
        blinded(height()).wipe(0);
        compute(delta, marking);
        toldFrom = delta.firstKeyId;
    }

    private void compute(TreeDelta delta, Marking marking) {
        var change = new OftChange(delta);
        var derivations = new ArrayList<Derivation>();
        int id = delta.firstKeyId;
        for (int i = 0; i < delta.nodes.length; i++) {
            level(0).key(TreeDelta.index(delta.nodes[i]), id++, delta.secrets, i * secretOctets());
        }
        for (int level = 1; level <= height(); level++) {
            for (int node : change.level(level)) {
                int left = 2 * node;
                if (count(level - 1, left) > 0 && count(level - 1, left + 1) > 0) {
                    for (int child = left; child <= left + 1; child++) {
                        boolean met = arrivesBelow(marking, level - 1, child ^ 1);
                        var blinding = blind(change, level - 1, child, met, id);
                        if (blinding != null) {
                            id++;
                            derivations.add(blinding);
                        }
                    }
                    derivations.add(combine(level, node, id++));
                } else {
                    blinded(level - 1).wipe(left);
                    blinded(level - 1).wipe(left + 1);
                    derivations.add(lift(level, node, id++));
                }
            }
        }
        if (size() > 0) {
            derivations.add(Derivation.of(Derivation.Kind.GROUP, 0, id(height(), 0)));
        }
        told = delta.message && size() > 0 ? List.copyOf(derivations) : List.of();
        nextKeyId(id);
    }

    private static boolean arrivesBelow(Marking marking, int level, int node) {
        int i = marking.find(level, node);
        return i >= 0 && marking.arrives(level, i);
    }

    /** Gives a node the blinded secret that goes with its secret, or lets the one it has step forward if someone new met it. */
    private @Nullable Derivation blind(OftChange change, int level, int node, boolean met, int id) {
        int old = blinded(level).id(node);
        boolean anew = change.has(level, node) || old == 0;
        if (!anew && !met) {
            return null;
        }
        byte[] source = anew ? level(level).secret(node) : blinded(level).secret(node);
        var kind = anew ? Derivation.Kind.BLINDED : Derivation.Kind.EVOLVED;
        set(blinded(level), node, id, oneWay.derive(kind, id, source), source);
        return Derivation.of(kind, id, anew ? level(level).id(node) : old);
    }

    private Derivation combine(int level, int node, int id) {
        Level below = blinded(level - 1);
        byte[] left = below.secret(2 * node);
        byte[] right = below.secret(2 * node + 1);
        set(level(level), node, id, oneWay.combine(id, left, right), left);
        Arrays.fill(right, (byte) 0);
        return new Derivation(Derivation.Kind.COMBINED, id, below.id(2 * node), below.id(2 * node + 1));
    }

    private Derivation lift(int level, int node, int id) {
        int child = 2 * node + (count(level - 1, 2 * node) > 0 ? 0 : 1);
        byte[] source = level(level - 1).secret(child);
        set(level(level), node, id, oneWay.derive(Derivation.Kind.LIFTED, id, source), source);
        return Derivation.of(Derivation.Kind.LIFTED, id, level(level - 1).id(child));
    }

    private static void set(Level level, int node, int id, byte[] secret, byte[] source) {
        level.ensure(node + 1);
        level.key(node, id, secret, 0);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(source, (byte) 0);
    }

    /** The blinded secrets of a level, which the first use makes room for. */
    Level blinded(int level) {
        while (blinded.size() <= level) {
            blinded.add(Level.beside(secretOctets()));
        }
        return blinded.get(level);
    }

    @Override
    public List<PathKey> path(long member) {
        var keys = new ArrayList<PathKey>();
        int node = leaf(member);
        keys.add(new PathKey(id(0, node), level(0).secret(node)));
        for (int level = 0; level < height(); level++, node /= 2) {
            if (blinded(level).id(node ^ 1) != 0) {
                if (steppedForward(level, node)) {
                    keys.add(new PathKey(blinded(level).id(node), blinded(level).secret(node)));
                }
                keys.add(new PathKey(blinded(level).id(node ^ 1), blinded(level).secret(node ^ 1)));
            }
        }
        Collections.reverse(keys);
        return List.copyOf(keys);
    }

    /** Whether the blinded secret of a node does not follow from its secret any more. */
    private boolean steppedForward(int level, int node) {
        byte[] secret = level(level).secret(node);
        byte[] first = oneWay.derive(Derivation.Kind.BLINDED, blinded(level).id(node), secret);
        byte[] now = blinded(level).secret(node);
        boolean same = MessageDigest.isEqual(first, now);
        for (byte[] copy : new byte[][] {secret, first, now}) {
            Arrays.fill(copy, (byte) 0);
        }
        return !same;
    }

    /** {@inheritDoc} A blinded secret that its path gives is not computed but held; the derivation then only says where it belongs. */
    @Override
    public List<Derivation> derivations(long member) {
        var derivations = new ArrayList<Derivation>();
        int node = leaf(member);
        for (int level = 0; level < height(); level++, node /= 2) {
            Level beside = blinded(level);
            int above = id(level + 1, node / 2);
            if (beside.id(node ^ 1) == 0) {
                derivations.add(Derivation.of(Derivation.Kind.LIFTED, above, id(level, node)));
            } else {
                derivations.add(Derivation.of(Derivation.Kind.BLINDED, beside.id(node), id(level, node)));
                int left = node & ~1;
                derivations.add(new Derivation(Derivation.Kind.COMBINED, above, beside.id(left), beside.id(left + 1)));
            }
        }
        derivations.add(Derivation.of(Derivation.Kind.GROUP, 0, id(height(), 0)));
        return List.copyOf(derivations);
    }

    @Override
    public Optional<byte[]> groupKey() {
        return size() == 0
                ? Optional.empty()
                : Optional.of(
                        oneWay.derive(Derivation.Kind.GROUP, 0, level(height()).secret(0)));
    }

    @Override
    public List<Wrap> wraps(TreeDelta applied) {
        lastApplied(applied);
        if (!applied.message) {
            return List.of();
        }
        var wraps = new ArrayList<Wrap>();
        for (int i = 0; i < applied.nodes.length; i++) {
            if (applied.origins[i] == TreeDelta.RENEWED) {
                int old = applied.from[i];
                byte[] replaced = applied.replaced(i);
                wraps.add(new Wrap(applied.firstKeyId + i, applied.secret(i), old, oneWay.wrapping(old, replaced)));
                Arrays.fill(replaced, (byte) 0);
            }
        }
        var change = new OftChange(applied);
        var marking = new Marking(applied);
        int[] movers = applied.movedTo;
        for (int level = 0; level < height(); level++) {
            for (int node : change.level(level)) {
                int told = count(level, node ^ 1) - marking.joinedBelow(level, node ^ 1);
                if (told > 0) {
                    wraps.add(wrap(level, node));
                }
            }
            movers = moversBelow(level, movers);
            for (int node : movers) {
                if (!change.has(level, node ^ 1) && count(level, node ^ 1) > 0) {
                    wraps.add(wrap(level, node ^ 1));
                }
            }
        }
        return List.copyOf(wraps);
    }

    /** The nodes of a level above leaves that members moved to. */
    private static int[] moversBelow(int level, int[] below) {
        return level == 0
                ? below
                : Arrays.stream(below).map(node -> node / 2).distinct().toArray();
    }

    /** The blinded secret of a node for those below its sibling. */
    private Wrap wrap(int level, int node) {
        int under = id(level, node ^ 1);
        byte[] secret = level(level).secret(node ^ 1);
        byte[] wrapping = oneWay.wrapping(under, secret);
        Arrays.fill(secret, (byte) 0);
        return new Wrap(blinded(level).id(node), blinded(level).secret(node), under, wrapping);
    }

    @Override
    public List<Derivation> derivations(TreeDelta applied) {
        lastApplied(applied);
        return told;
    }

    private void lastApplied(TreeDelta applied) {
        if (applied.kind != TreeKind.OFT || applied.isDestroyed() || applied.firstKeyId != toldFrom) {
            throw new IllegalArgumentException("not the delta that was applied last, or destroyed");
        }
    }

    @Override
    public int groupKeyWraps() {
        return 0;
    }
}
