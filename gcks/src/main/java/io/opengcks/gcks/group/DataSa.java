package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.DataSecuritySa;

/**
 * A Data-Security SA in the life of a group. Times are wall-clock milliseconds.
 *
 * @param flow          what it protects
 * @param sa            as members get it, with its whole lifetime; its keys belong to this object
 * @param createdMillis when
 * @param retiredMillis when it was replaced, {@link #NEVER} while it is current
 * @param idleMillis    from when on no sender uses it any more: {@code retired} and the activation delay of its successor
 * @param goneMillis    when receivers give it up: {@code retired} and the deactivation delay, or the end of its lifetime
 */
record DataSa(Flow flow, DataSecuritySa sa, long createdMillis, long retiredMillis, long idleMillis, long goneMillis) {
    static final long NEVER = Long.MAX_VALUE;

    static DataSa created(Flow flow, DataSecuritySa sa, long nowMillis) {
        return new DataSa(flow, Copies.of(sa), nowMillis, NEVER, NEVER, nowMillis + 1000 * sa.lifetimeSeconds());
    }

    /** Delays of a second retirement only ever shorten those of the first. */
    DataSa retired(long nowMillis, long idle, long gone) {
        return new DataSa(
                flow,
                sa,
                createdMillis,
                Math.min(retiredMillis, nowMillis),
                Math.min(idleMillis, idle),
                Math.min(goneMillis, gone));
    }

    boolean current() {
        return retiredMillis == NEVER;
    }
}
