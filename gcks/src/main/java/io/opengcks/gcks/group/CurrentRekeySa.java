package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.RekeySa;

/**
 * The Rekey SA of a group.
 *
 * @param sa            as members get it, with its whole lifetime; its keys belong to this object
 * @param createdMillis wall clock
 * @param nextMessageId never used yet on this SA
 */
record CurrentRekeySa(RekeySa sa, long createdMillis, long nextMessageId) {
    /** A new Rekey SA is due long before Message IDs end (RFC 9838 §2.4.1.3), so that there is always room for one more message. */
    static final long MESSAGE_ID_LIMIT = 0xFFFF_0000L;

    long expiresMillis() {
        return createdMillis + 1000 * sa.lifetimeSeconds();
    }

    CurrentRekeySa numbered(long messageId) {
        return new CurrentRekeySa(sa, createdMillis, messageId + 1);
    }
}
