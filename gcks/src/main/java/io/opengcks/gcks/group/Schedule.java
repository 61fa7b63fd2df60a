package io.opengcks.gcks.group;

/** When a group has to be rekeyed without anybody asking: after three quarters of a lifetime. Wall-clock milliseconds. */
final class Schedule {
    static final long NEVER = Long.MAX_VALUE;

    private Schedule() {}

    static long nextDue(GroupState state) {
        return state.exists() ? Math.min(kekDue(state), tekDue(state)) : NEVER;
    }

    static long kekDue(GroupState state) {
        CurrentRekeySa rekeySa = state.rekeySa();
        return rekeySa.nextMessageId() >= CurrentRekeySa.MESSAGE_ID_LIMIT
                ? 0
                : threeQuarters(rekeySa.createdMillis(), rekeySa.sa().lifetimeSeconds());
    }

    static long tekDue(GroupState state) {
        return state.dataSas().stream()
                .filter(DataSa::current)
                .mapToLong(sa -> threeQuarters(sa.createdMillis(), sa.sa().lifetimeSeconds()))
                .min()
                .orElse(NEVER);
    }

    private static long threeQuarters(long createdMillis, long lifetimeSeconds) {
        return createdMillis + 750 * lifetimeSeconds;
    }
}
