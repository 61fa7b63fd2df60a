package io.opengcks.gcks.group;

import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gsa.Identity;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A group from the journal: its newest snapshot, and the events after it. */
final class GroupLoader {
    private static final int PAGE = 500;

    private GroupLoader() {}

    /**
     * The state, which is that of a group nothing happened to where the journal knows none.
     *
     * @throws StoreException naming the group and what is wrong with its rows
     */
    static GroupState load(Journal journal, Identity group) throws StoreException {
        String name = group.text();
        try {
            GroupState state = begin(journal, group, name);
            List<Journal.Numbered> page;
            do {
                page = journal.read(name, state.sequence(), PAGE);
                for (Journal.Numbered row : page) {
                    Event event = EventCodec.decode(row.entry());
                    Arrays.fill(row.entry().payload(), (byte) 0);
                    state.evolve(event);
                    EventSecrets.destroy(event);
                }
            } while (page.size() == PAGE);
            return state;
        } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
            throw new StoreException("group " + name + ": its events do not fit together: " + e.getMessage(), e);
        }
    }

    private static GroupState begin(Journal journal, Identity group, String name) throws StoreException {
        Optional<Journal.Snapshot> found = journal.snapshot(name);
        if (found.isEmpty()) {
            return new GroupState(group);
        }
        Journal.Snapshot snapshot = found.get();
        GroupSnapshot state = EventCodec.decode(snapshot);
        Arrays.fill(snapshot.payload(), (byte) 0);
        return new GroupState(group, state, snapshot.sequence());
    }
}
