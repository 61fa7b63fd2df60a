package io.opengcks.gcks.group;

import io.opengcks.gcks.store.StoreException;
import java.util.Optional;

/** Drives the groups; under construction. */
final class GroupRuntime {
    private GroupRuntime() {}

    static Groups open(GroupsSettings settings) throws StoreException {
        return Optional.<Groups>empty()
                .orElseThrow(() -> new StoreException("the runtime is under construction: " + settings.limits()));
    }
}
