/**
 * The journal: events, snapshots and outgoing rekey messages of all groups, durable and encrypted. It knows octets, not events.
 */
@NullMarked
package io.opengcks.gcks.store;

import org.jspecify.annotations.NullMarked;
