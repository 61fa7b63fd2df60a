package io.opengcks.gcks.group;

import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A journal whose appends go wrong on request. */
final class FaultyJournal implements Journal {
    enum Fault {
        NONE,
        /** The disk is full. */
        REFUSED,
        /** Another server has the numbers. */
        CONFLICT,
        /** The commit happened and nobody heard. */
        COMMITTED_UNHEARD,
        /** The commit did not happen and nobody heard. */
        LOST_UNHEARD
    }

    private final Journal journal;
    volatile Fault next = Fault.NONE;

    FaultyJournal(Journal journal) {
        this.journal = journal;
    }

    @Override
    public List<List<Long>> append(List<Append> appends) throws StoreException {
        Fault fault = next;
        next = Fault.NONE;
        return switch (fault) {
            case NONE -> journal.append(appends);
            case REFUSED -> throw new StoreException("the disk is full");
            case CONFLICT -> throw new StoreException.Conflict("taken");
            case COMMITTED_UNHEARD -> {
                journal.append(appends);
                throw new StoreException.UnknownOutcome("unheard", new IllegalStateException());
            }
            case LOST_UNHEARD -> throw new StoreException.UnknownOutcome("unheard", new IllegalStateException());
        };
    }

    @Override
    public List<String> groups() throws StoreException {
        return journal.groups();
    }

    @Override
    public Optional<Snapshot> snapshot(String group) throws StoreException {
        return journal.snapshot(group);
    }

    @Override
    public List<Numbered> read(String group, long sequence, int limit) throws StoreException {
        return journal.read(group, sequence, limit);
    }

    @Override
    public long lastSequence(String group) throws StoreException {
        return journal.lastSequence(group);
    }

    @Override
    public void saveSnapshot(String group, Snapshot snapshot) throws StoreException {
        journal.saveSnapshot(group, snapshot);
    }

    @Override
    public List<OutboxRow> unsent() throws StoreException {
        return journal.unsent();
    }

    @Override
    public void sent(Collection<Long> ids) throws StoreException {
        journal.sent(ids);
    }

    @Override
    public void close() throws StoreException {
        journal.close();
    }
}
