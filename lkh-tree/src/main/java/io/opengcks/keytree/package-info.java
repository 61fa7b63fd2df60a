/**
 * Key trees: which keys change when members come and go, and under which others they are sent. Usable alone; needs the JDK
 * only.
 *
 * <p>Begin with {@link io.opengcks.keytree.KeyTree}, and {@link io.opengcks.keytree.LkhTree} for a tree of one's own. A
 * change is planned as a {@link io.opengcks.keytree.TreeDelta}, made durable, applied, and then told to those who stay as
 * {@link io.opengcks.keytree.Wrap}s; a joiner gets its {@link io.opengcks.keytree.PathKey}s in its registration, and
 * {@link io.opengcks.keytree.MemberKeys} follows the messages from there. How a key is wrapped
 * ({@link io.opengcks.keytree.KeyWrap}) and how it looks on the wire is the business of the caller.
 *
 * <p>What a change costs in wrapped keys, for n members, degree d and height h = ⌈log_d n⌉:
 *
 * <ul>
 *   <li>a join: none, or at most d·h with {@link io.opengcks.keytree.JoinRule#REPLACE_KEYS};
 *   <li>a leave of a full tree: d·h − 1, and at most three times that while the tree gets lower;
 *   <li>a batch: each key that changes once under each child with members who stay;
 *   <li>a member holds h keys, the server about d/(d − 1)·n.
 * </ul>
 */
@NullMarked
package io.opengcks.keytree;

import org.jspecify.annotations.NullMarked;
