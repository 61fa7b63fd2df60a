/**
 * The group core: one {@code Group} knows policy, members, keys, the key tree, Sender-IDs and sequence numbers, and no wire
 * format.
 *
 * <p>{@link io.opengcks.gcks.group.Groups} is the door: commands go in, stages come out, and nothing leaves before the events it
 * rests on are durable. Behind it {@code GroupDecider} turns (state, command, time, random octets) into events and rekey messages
 * and {@code GroupState} applies events; both know no thread, clock or database, so that replaying a journal gives the same state
 * again. Policy records and views are public, the core itself is not.
 */
@NullMarked
package io.opengcks.gcks.group;

import org.jspecify.annotations.NullMarked;
