package io.opengcks.keytree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import javax.security.auth.Destroyable;

/**
 * One change of a {@link KeyTree}: who leaves which leaf, who gets which, and the new keys. It is what a journal keeps:
 * its size follows the change, not the tree (about 800 octets for a leave among a million members in a binary tree).
 *
 * <p>Immutable but for {@link #destroy()}. It holds secrets; so do the octets of {@link #encode()}, which the caller
 * encrypts at rest.
 */
public final class TreeDelta implements Destroyable {
    /** Origin of a key drawn at random. */
    static final byte DRAWN = 0;

    /** OFC: what the delta has for the node is a seed drawn at random, from which its key follows. */
    static final byte SEED = 62;

    /** OFT: the secret of a leaf takes the place of one that its occupant has. */
    static final byte RENEWED = 63;

    static final byte EVOLVED = origin(Derivation.Kind.EVOLVED);
    static final byte GROWN = origin(Derivation.Kind.GROWN);
    static final byte CHAINED = origin(Derivation.Kind.CHAINED);

    final TreeKind kind;
    final int degree;
    final int secretOctets;
    final int heightBefore;
    final int heightAfter;
    final int firstKeyId;
    final boolean message;
    /** Ascending leaves, and who is in each. */
    final int[] vacated;

    final long[] leavers;
    /** Ascending leaves, and who gets each. */
    final int[] taken;

    final long[] joiners;
    /** Ascending leaves whose occupants move, and, in the same order, ascending ones they move to. */
    final int[] movedFrom;

    final int[] movedTo;
    /** Nodes with a new key as level·2^32 + index, ascending, so bottom up; the key IDs follow the same order. */
    final long[] nodes;

    /** {@code secretOctets} for each of {@link #nodes}. */
    final byte[] secrets;

    /** Where each secret comes from, and the ID of the key it follows from or takes the place of, if any. */
    final byte[] origins;

    final int[] from;

    /** The secrets that {@link #RENEWED} ones take the place of, where those stand; empty where there are none. */
    final byte[] replaced;

    private boolean destroyed;

    TreeDelta(
            TreeKind kind,
            int degree,
            int secretOctets,
            int heightBefore,
            int heightAfter,
            int firstKeyId,
            boolean message,
            int[] vacated,
            long[] leavers,
            int[] taken,
            long[] joiners,
            int[] movedFrom,
            int[] movedTo,
            NewKeys keys) {
        this.kind = kind;
        this.degree = degree;
        this.secretOctets = secretOctets;
        this.heightBefore = heightBefore;
        this.heightAfter = heightAfter;
        this.firstKeyId = firstKeyId;
        this.message = message;
        this.vacated = vacated;
        this.leavers = leavers;
        this.taken = taken;
        this.joiners = joiners;
        this.movedFrom = movedFrom;
        this.movedTo = movedTo;
        this.nodes = keys.nodes();
        this.secrets = keys.secrets();
        this.origins = keys.origins();
        this.from = keys.from();
        this.replaced = keys.replaced();
    }

    /** Members who leave with this change. */
    public List<Long> leaves() {
        return LongStream.of(leavers).boxed().toList();
    }

    /** Members who join with this change. */
    public List<Long> joins() {
        return LongStream.of(joiners).boxed().toList();
    }

    /** Members who change place with this change, which keeps the tree low; their own key stays. */
    public int moves() {
        return movedFrom.length;
    }

    /** Whether members who stay need a message before they can go on: true for leaves, and for replaced or derived keys. */
    public boolean needsMessage() {
        return message;
    }

    /** How many new keys it brings; their IDs begin at {@link #firstKeyId()}. With OFT the rest of the tree follows from them. */
    public int keyCount() {
        return nodes.length;
    }

    /** ID of its first new key, unsigned; also the {@link KeyTree#nextKeyId()} of the tree it belongs on. */
    public int firstKeyId() {
        return firstKeyId;
    }

    /** The change as octets, secrets included. */
    public byte[] encode() {
        if (destroyed) {
            throw new IllegalStateException("the delta was destroyed");
        }
        return DeltaCodec.encode(this);
    }

    /**
     * Reads what {@link #encode()} wrote. Says nothing about whether it fits a tree: {@link KeyTree#apply} does.
     *
     * @throws IllegalArgumentException if the octets are not exactly one well-formed delta
     */
    public static TreeDelta decode(byte[] octets) {
        return DeltaCodec.decode(octets);
    }

    /** Overwrites the secrets; a tree it was applied to keeps its own copies. */
    @Override
    public void destroy() {
        Arrays.fill(secrets, (byte) 0);
        Arrays.fill(replaced, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    static byte origin(Derivation.Kind kind) {
        return kind.code();
    }

    /** Its keys that follow from others. */
    List<Derivation> derivations() {
        var derivations = new ArrayList<Derivation>();
        for (int i = 0; message && i < nodes.length; i++) {
            if (origins[i] != DRAWN && origins[i] != SEED) {
                Derivation.Kind step = Derivation.Kind.of(origins[i]);
                derivations.add(Derivation.of(step, firstKeyId + i, from[i]));
            }
        }
        return List.copyOf(derivations);
    }

    /** Where a node stands among those with a new key, or -1. */
    int find(int level, int index) {
        return Math.max(-1, Arrays.binarySearch(nodes, node(level, index)));
    }

    byte[] secret(int i) {
        return Arrays.copyOfRange(secrets, i * secretOctets, (i + 1) * secretOctets);
    }

    byte[] replaced(int i) {
        return Arrays.copyOfRange(replaced, i * secretOctets, (i + 1) * secretOctets);
    }

    static int level(long node) {
        return (int) (node >>> 32);
    }

    static int index(long node) {
        return (int) node;
    }

    static long node(int level, int index) {
        return (long) level << 32 | index;
    }

    @Override
    public String toString() {
        return "TreeDelta[leaves=" + leavers.length + ", joins=" + joiners.length + ", keys=" + nodes.length + "]";
    }
}
