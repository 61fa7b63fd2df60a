/**
 * Key trees: which keys change when members come and go, and under which others they are sent. Usable alone; needs the JDK
 * only ({@link io.opengcks.keytree.RekeyParity} one library more).
 *
 * <p>Begin with {@link io.opengcks.keytree.KeyTree}. A change is planned as a {@link io.opengcks.keytree.TreeDelta}, made
 * durable, applied, and then told to those who stay: what has to be sent as {@link io.opengcks.keytree.Wrap}s, what they
 * compute as {@link io.opengcks.keytree.Derivation}s. A joiner gets its {@link io.opengcks.keytree.PathKey}s in its
 * registration, and {@link io.opengcks.keytree.MemberKeys} or {@link io.opengcks.keytree.OftMemberKeys} follows the messages
 * from there. How a key is wrapped ({@link io.opengcks.keytree.KeyWrap}) and how it looks on the wire is the business of the
 * caller; {@link io.opengcks.keytree.RekeyPackets} cuts a long message so that each member needs one packet.
 *
 * <p><b>LKH</b> ({@link io.opengcks.keytree.LkhTree}): each node has a key drawn on its own. Member 4 leaves; a and b are
 * drawn anew; {@code x{y}} is y wrapped under x:
 *
 * <pre>
 *           (group key K)                 K', drawn by the caller
 *           /          \
 *          c            b                 sent: 3{a'}  a'{b'}  m{b'}  c{K'}  b'{K'}
 *         / \          / \                      2·3 − 1 = 5 wraps for 8 places
 *        ·   ·        a   m
 *       / \ / \      / \ / \
 *      ........     3  4 5  6
 * </pre>
 *
 * <p><b>OFC</b> ({@link io.opengcks.keytree.OfcTree}): the same tree, but only the lowest seed is drawn; those above follow from
 * it, so it is enough to tell each other side once. The group key follows from the root:
 *
 * <pre>
 *               root'  ◄─ chain           r drawn for a; seeds of b and root: chain(r), chain(chain(r))
 *              /     \    │
 *             c       b' ◄┤               sent: 3{r}  m{chain(r)}  c{chain(chain(r))}
 *            / \     / \  │                     3 wraps for 8 places
 *           ·   ·   a' ◄──┘ m
 *                  / \     / \
 *                 3   4   5   6
 * </pre>
 *
 * <p><b>OFT</b> ({@link io.opengcks.keytree.OftTree}): no inner key is drawn at all. Each follows from the two below it, of
 * which the one is known to the member and the other only blinded, g(·):
 *
 * <pre>
 *          root = f(g(c), g(b))           3 gets a new secret; a, b and root follow
 *           /          \
 *          c            b = f(g(a), g(m)) sent: 3{3'}  m{g(a')}  c{g(b')}
 *         / \          / \                      3 wraps for 8 places; 6 holds 6, g(5), g(a), g(c)
 *        ·   ·        a   m
 *                    / \ / \
 *                   3  4 5  6
 * </pre>
 *
 * <table>
 * <caption>What it costs, for n members, degree d (OFC and OFT: 2), h = ⌈log_d n⌉, L leavers</caption>
 * <tr><th></th><th>LKH</th><th>OFC</th><th>OFT</th></tr>
 * <tr><td>server holds, keys</td><td>d/(d − 1)·n</td><td>2·n</td><td>4·n</td></tr>
 * <tr><td>member holds, keys</td><td>h + 1</td><td>h + 1</td><td>at most 3·h + 1</td></tr>
 * <tr><td>wire: a leave of a full tree, wraps</td><td>d·h − 1</td><td>h</td><td>h</td></tr>
 * <tr><td>wire: a join, wraps</td><td>none; d·h with {@link io.opengcks.keytree.JoinRule#REPLACE_KEYS}, d with
 *     {@link io.opengcks.keytree.JoinRule#DERIVE_KEYS}</td><td>none; h with REPLACE_KEYS</td><td>h</td></tr>
 * <tr><td>wire: notices of {@link io.opengcks.keytree.Derivation}, no key inside</td><td>none; h with DERIVE_KEYS</td>
 *     <td>h</td><td>2·h</td></tr>
 * <tr><td>server computes at a leave</td><td>d·h wraps, h draws</td><td>h wraps, 1 draw, 3·h HMAC</td>
 *     <td>h wraps, 1 draw, 3·h HMAC</td></tr>
 * <tr><td>member computes at a leave</td><td>1 to h unwraps</td><td>1 unwrap, up to 3·h HMAC</td>
 *     <td>1 unwrap, up to 3·h HMAC; up to h unwraps in a batch</td></tr>
 * <tr><td>who missed a message</td><td>may go on unless its own path changed</td><td>may go on unless its own path changed</td>
 *     <td>needs that message first</td></tr>
 * <tr><td>delta of a leave among 2^20</td><td>0.8 kB (d = 2)</td><td>1 kB</td><td>0.1 kB</td></tr>
 * </table>
 *
 * <p>So: LKH with d = 4 where joins must cost nothing or faces wrap with keys of their own; OFC where the length of the message
 * counts, as members do almost nothing and losses hurt no more than with LKH; OFT where even the journal must be short and
 * messages are not lost. While a tree gets lower, a leave costs up to three times as much (OFT: up to six).
 */
@NullMarked
package io.opengcks.keytree;

import org.jspecify.annotations.NullMarked;
