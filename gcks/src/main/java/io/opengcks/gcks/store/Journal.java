package io.opengcks.gcks.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Events of all groups, in rows keyed (group, sequence number): each number is taken once, which is what decides who owns a
 * group. Payloads are encrypted at rest. One thread uses a journal at a time.
 */
public interface Journal extends AutoCloseable {
    /**
     * One event.
     *
     * @param kind    name of its form, for instance {@code member-admitted.1}; not encrypted, but authenticated
     * @param payload plain octets
     */
    record Entry(String kind, byte[] payload) {}

    /** An event with its number. */
    record Numbered(long sequence, Entry entry) {}

    /**
     * State of a group after the event {@code sequence}.
     *
     * @param kind    name of its form
     * @param payload plain octets
     */
    record Snapshot(long sequence, String kind, byte[] payload) {}

    /**
     * A message to send.
     *
     * @param id      0 until the journal numbered it
     * @param payload plain octets
     */
    record OutboxRow(long id, String group, byte[] payload) {}

    /**
     * What one group appends.
     *
     * @param group         its name in the journal
     * @param firstSequence number of the first entry, 1 for the very first
     * @param entries       at least one
     * @param outbox        messages that rest on these entries, payloads only
     */
    record Append(String group, long firstSequence, List<Entry> entries, List<byte[]> outbox) {
        public Append {
            entries = List.copyOf(entries);
            outbox = List.copyOf(outbox);
            if (firstSequence < 1 || entries.isEmpty()) {
                throw new IllegalArgumentException("an append has entries, and numbers from 1 on");
            }
        }

        public long lastSequence() {
            return firstSequence + entries.size() - 1;
        }
    }

    /** Every group that has a row. */
    List<String> groups() throws StoreException;

    /** The newest snapshot of a group. */
    Optional<Snapshot> snapshot(String group) throws StoreException;

    /** At most {@code limit} events after {@code sequence}, in order and without a gap. */
    List<Numbered> read(String group, long sequence, int limit) throws StoreException;

    /**
     * All of {@code appends} in one transaction, or nothing of it.
     *
     * @return for each append the IDs of its outbox rows, ascending
     * @throws StoreException.Conflict       if a number is taken; nothing was written
     * @throws StoreException.UnknownOutcome if the commit may have happened
     */
    List<List<Long>> append(List<Append> appends) throws StoreException;

    /** The number of the last event of a group, 0 where there is none. */
    long lastSequence(String group) throws StoreException;

    /** Replaces older snapshots of the group. Its events stay: they are the record of what was given out. */
    void saveSnapshot(String group, Snapshot snapshot) throws StoreException;

    /** Messages not yet sent, in order. */
    List<OutboxRow> unsent() throws StoreException;

    /** Forgets messages that were sent. */
    void sent(Collection<Long> ids) throws StoreException;

    @Override
    void close() throws StoreException;
}
