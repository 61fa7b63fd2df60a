package io.opengcks.keytree;

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

    private boolean destroyed;

    TreeDelta(
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
            long[] nodes,
            byte[] secrets) {
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
        this.nodes = nodes;
        this.secrets = secrets;
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

    /** Whether members who stay need a message before they can go on: true for leaves and replaced keys. */
    public boolean needsMessage() {
        return message;
    }

    /** How many new keys it brings; their IDs begin at {@link #firstKeyId()}. */
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
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
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
