package io.opengcks.keytree;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A tree of keys over the members of one group. Every member holds the keys from its leaf up to the group key, so one
 * short message replaces all that a leaver knew.
 *
 * <p><b>The group key has key ID 0.</b> With {@link LkhTree} it is not in the tree: the root is virtual, and whoever owns the
 * tree draws the group key and wraps it as {@link #wraps} says. With {@link OftTree} and {@link OfcTree} it follows from the
 * tree: {@link #groupKey}.
 *
 * <p><b>Two steps.</b> {@code plan…} reads the tree and the random source and changes nothing; its {@link TreeDelta} is
 * made durable by the caller; {@link #apply} changes the tree and draws nothing. The same deltas applied to an equal tree
 * give an equal tree, so a journal of deltas restores it.
 *
 * <p>Members are any {@code long} the caller chose. Key IDs are unsigned 32-bit values that only grow: an ID names one
 * version of one key and is never used again in the life of the tree. Not thread-safe: one writer owns a tree.
 */
public sealed interface KeyTree permits LkhTree, OftTree, OfcTree {
    /** Smallest and largest number of children a node may have. */
    int MIN_DEGREE = 2;

    /** See {@link #MIN_DEGREE}. */
    int MAX_DEGREE = 16;

    /** Most places for members a tree may have. */
    int MAX_MEMBERS = 1 << 30;

    /** Octets of a node's secret unless the tree was made with another length. */
    int DEFAULT_SECRET_OCTETS = 32;

    /** Children of a node, 2 to 16. */
    int degree();

    /** Members in the tree. */
    int size();

    /** Steps from a leaf to the virtual root, at least 1: the tree has {@code degree^height} places. */
    int height();

    /** Length of every secret, in octets. */
    int secretOctets();

    /** The ID the next new key gets, unsigned. */
    int nextKeyId();

    /** Whether {@code member} has a leaf. */
    boolean contains(long member);

    /** How joins treat the keys they find unless the caller says otherwise: LKH keeps them, the others derive new ones. */
    JoinRule joinRule();

    /**
     * Plans a join by {@link #joinRule()}. The joiner gets {@link #path} in its registration.
     *
     * <p>With LKH it needs no message to anybody. Keys of its path that others hold already stay as they are. That gives the joiner no older group key as long as
     * older messages were themselves sent under older group keys (RFC 9838, Appendix A, rests on the same). A caller who
     * wants the joiner to get nothing older than itself replaces the group key first. What remains, a joiner that works
     * together with a member evicted earlier, is told at {@link JoinRule}.
     *
     * @throws IllegalArgumentException if the member is in the tree
     * @throws IllegalStateException    if the tree has no place or no key ID left
     */
    default TreeDelta planJoin(long member, RandomSource random) {
        return planUpdate(List.of(member), List.of(), random);
    }

    /** As {@link #planUpdate(Collection, Collection, JoinRule, RandomSource)} with {@link #joinRule()}. */
    default TreeDelta planUpdate(Collection<Long> joins, Collection<Long> leaves, RandomSource random) {
        return planUpdate(joins, leaves, joinRule(), random);
    }

    /**
     * Plans any mix of joins and leaves as one step. Joiners take the places of leavers first. A member in both
     * collections gets a new leaf. Without leaves, and with {@link JoinRule#KEEP_KEYS}, it is a join of many and needs no
     * message.
     *
     * <p>Leaves also keep the tree low: where it could be lower by a level, they move a few members from the far end to free
     * places. At all times {@link #height} is at most one more than the members need.
     *
     * @throws IllegalArgumentException if a joiner is in the tree (and does not leave), a leaver is not, one is named twice, or
     *                                  the tree's group key follows from the tree and the rule is to keep keys
     * @throws IllegalStateException    if the tree has no place or no key ID left
     */
    TreeDelta planUpdate(Collection<Long> joins, Collection<Long> leaves, JoinRule rule, RandomSource random);

    /**
     * Plans new keys for every node but the leaves (with OFT also for one leaf in two), with the members as they are. Its message has one wrap for every node
     * of the tree, so it grows with the number of members.
     *
     * @throws IllegalStateException if the tree has no key ID left
     */
    TreeDelta planRefresh(RandomSource random);

    /**
     * Carries out a planned change. Secrets it replaces are overwritten.
     *
     * @throws IllegalArgumentException if the delta was not planned on a tree equal to this one, or leaves a leaver any key
     *                                  that is still in use; the tree is then unchanged
     */
    void apply(TreeDelta delta);

    /**
     * The keys of one member, from the node nearest the root down to its own leaf. With LKH the first is the one the group
     * key is wrapped under; with LKH and OFC each one is wrapped under the one after it. With OFT these are the blinded keys
     * beside the member's path and the secret of its leaf; {@link #derivations(long)} say what it computes from them.
     *
     * @throws IllegalArgumentException if the member is not in the tree
     */
    List<PathKey> path(long member);

    /**
     * What a member computes from its {@link #path}: nothing with LKH, the group key with OFC, all above its leaf with OFT.
     *
     * @throws IllegalArgumentException if the member is not in the tree
     */
    List<Derivation> derivations(long member);

    /** The group key where it follows from the tree and there are members; a copy. Empty with LKH, where the caller draws it. */
    Optional<byte[]> groupKey();

    /**
     * The content of the message that tells those who stay of the delta applied last: new keys bottom up, each under each
     * child that has members who stay, then, with LKH, the group key (ID 0) under the topmost keys. Those who joined with the delta are
     * left out, they get {@link #path}. Empty where nobody needs a message: after plain joins, or where nobody stayed.
     *
     * @param applied the delta applied last; with an older one keys may have changed since
     * @throws IllegalArgumentException if {@code applied} is not the last one
     */
    List<Wrap> wraps(TreeDelta applied);

    /**
     * The other part of that message: keys that those who stay compute, which nobody has to send. Always empty with LKH unless
     * joins derive keys.
     *
     * @throws IllegalArgumentException if {@code applied} is not the last one
     */
    List<Derivation> derivations(TreeDelta applied);

    /**
     * How many wraps of the group key alone it takes to reach every member and nobody else: the last part of {@link #wraps}.
     * 0 where the group key follows from the tree.
     */
    int groupKeyWraps();

    /** All of the tree as octets, secrets included: the caller encrypts them. Equal trees give equal octets. */
    byte[] snapshot();

    /** As {@link #snapshot()}, of any size: what one array cannot hold, a stream can. */
    void writeSnapshot(OutputStream out) throws IOException;

    /**
     * The natural number of the leaf of a member, as long as the height stays: {@link NodeNumbers}.
     *
     * @throws IllegalArgumentException if the member is not in the tree
     */
    long nodeNumber(long member);
}
