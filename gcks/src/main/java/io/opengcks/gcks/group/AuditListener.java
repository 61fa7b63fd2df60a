package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes what the audit log holds: who got which key when, and no key. Called in order for each group, once the event is durable. */
@FunctionalInterface
public interface AuditListener {
    AuditListener NONE = entry -> {};

    /** Must not block and must not throw. */
    void record(Entry entry);

    /**
     * One line of the audit log.
     *
     * @param at        when it was decided
     * @param group     in which group
     * @param sequence  number of the event in the journal
     * @param event     what happened
     * @param member    to whom, where it happened to one
     * @param dataSpis  Data-Security SAs whose keys were made, handed out or given up
     * @param rekeySpi  the Rekey SA, where one was made or handed out, in hexadecimal
     * @param treeKeys  IDs of tree keys handed to {@code member}, or made
     * @param senderIds Sender-IDs handed to {@code member}
     * @param detail    more for people; no key
     */
    record Entry(
            Instant at,
            Identity group,
            long sequence,
            What event,
            Optional<Identity> member,
            List<Long> dataSpis,
            Optional<String> rekeySpi,
            List<Integer> treeKeys,
            List<Long> senderIds,
            String detail) {
        public Entry {
            dataSpis = List.copyOf(dataSpis);
            treeKeys = List.copyOf(treeKeys);
            senderIds = List.copyOf(senderIds);
        }
    }

    /** Kinds of entry: a closed list. */
    enum What {
        GROUP_CREATED,
        POLICY_CHANGED,
        GROUP_DELETED,
        GROUP_RESET,
        MEMBER_ADMITTED,
        SENDER_IDS_GIVEN,
        MEMBER_LEFT,
        MEMBER_EVICTED,
        MEMBER_BARRED,
        MEMBER_READMITTED,
        REKEY_SA_CREATED,
        DATA_SA_CREATED,
        DATA_SA_RETIRED,
        REKEY_MESSAGE
    }
}
