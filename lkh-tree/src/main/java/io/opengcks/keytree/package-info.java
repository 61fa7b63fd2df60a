/**
 * Key trees: which keys change when members come and go, and under which others they are sent. Usable alone; needs the JDK
 * only.
 *
 * <p>Begin with {@link io.opengcks.keytree.KeyTree}, and {@link io.opengcks.keytree.LkhTree} for a tree of one's own. A
 * change is planned as a {@link io.opengcks.keytree.TreeDelta}, made durable, applied, and then told to those who stay as
 * {@link io.opengcks.keytree.Wrap}s; a joiner gets its {@link io.opengcks.keytree.PathKey}s in its registration. How a
 * key is wrapped and how it looks on the wire is the business of the caller.
 */
@NullMarked
package io.opengcks.keytree;

import org.jspecify.annotations.NullMarked;
