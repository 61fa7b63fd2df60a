package io.opengcks.gcks.group;

import io.opengcks.gcks.store.StoreException;

/** Drives the groups; under construction. */
final class GroupRuntime {
    private GroupRuntime() {}

    static Groups open(GroupsSettings settings) throws StoreException {
        throw new StoreException("the runtime is under construction: " + settings.limits());
    }
}
