package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A group as the administration sees it: as the journal holds it, and without any key.
 *
 * @param identity         the group
 * @param policy           its policy
 * @param created          when
 * @param members          how many
 * @param barred           identities that were evicted and not readmitted
 * @param rekeySa          the Rekey SA
 * @param dataSas          Data-Security SAs, oldest first
 * @param senderIdsGiven   Sender-IDs given since the last reset
 * @param senderIdsTotal   how many there are
 * @param resets           how often every member was excluded
 * @param sequence         number of its last event in the journal
 */
public record GroupView(
        Identity identity,
        GroupPolicy policy,
        Instant created,
        int members,
        List<Identity> barred,
        RekeySaView rekeySa,
        List<DataSaView> dataSas,
        long senderIdsGiven,
        long senderIdsTotal,
        long resets,
        long sequence) {
    public GroupView {
        barred = List.copyOf(barred);
        dataSas = List.copyOf(dataSas);
    }

    /**
     * The Rekey SA.
     *
     * @param spi           32 hexadecimal digits
     * @param nextMessageId Message ID of the next rekey message
     */
    public record RekeySaView(String spi, long nextMessageId, Instant created, Instant expires) {}

    /**
     * A Data-Security SA.
     *
     * @param retired when it was replaced; receivers keep it until {@code expires}
     */
    public record DataSaView(long spi, Flow flow, Instant created, Instant expires, Optional<Instant> retired) {}
}
