package io.opengcks.gcks.group;

import io.opengcks.gcks.group.AuditListener.Entry;
import io.opengcks.gcks.group.AuditListener.What;
import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Durable events as lines of the audit log. */
final class AuditTrail {
    private AuditTrail() {}

    static Optional<Entry> entry(Identity group, long sequence, Event event) {
        Line line = new Line(group, sequence, event.at());
        return switch (event) {
            case Event.GroupCreated _ -> line.of(What.GROUP_CREATED, "");
            case Event.SigningKeyCreated _, Event.TreeChanged _ -> Optional.empty();
            case Event.PolicyChanged _ -> line.of(What.POLICY_CHANGED, "");
            case Event.MemberAdmitted admitted ->
                Optional.of(new Entry(
                        Instant.ofEpochMilli(admitted.at()),
                        group,
                        sequence,
                        What.MEMBER_ADMITTED,
                        Optional.of(admitted.member()),
                        admitted.dataSpis(),
                        Optional.of(admitted.rekeySpi().toString()),
                        admitted.treeKeys(),
                        List.of(),
                        admitted.role() + " by " + admitted.face().label()
                                + admitted.certificateSubject()
                                        .map(subject -> ", certificate of " + subject)
                                        .orElse("")));
            case Event.SenderIdsAllocated ids ->
                Optional.of(new Entry(
                        Instant.ofEpochMilli(ids.at()),
                        group,
                        sequence,
                        What.SENDER_IDS_GIVEN,
                        Optional.of(ids.member()),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        java.util.stream.LongStream.range(ids.first(), ids.first() + ids.count())
                                .boxed()
                                .toList(),
                        ""));
            case Event.MemberLeft left -> line.of(What.MEMBER_LEFT, left.member());
            case Event.MemberEvicted evicted -> line.of(What.MEMBER_EVICTED, evicted.member());
            case Event.MemberBarred barred -> line.of(What.MEMBER_BARRED, barred.member());
            case Event.MemberReadmitted readmitted -> line.of(What.MEMBER_READMITTED, readmitted.member());
            case Event.RekeySaCreated created ->
                line.of(What.REKEY_SA_CREATED, created.sa().spi().toString(), "");
            case Event.DataSaCreated created ->
                line.of(What.DATA_SA_CREATED, created.sa().spi(), created.flow().toString());
            case Event.DataSaRetired retired ->
                line.of(
                        What.DATA_SA_RETIRED,
                        retired.spi(),
                        "receivers keep it until " + Instant.ofEpochMilli(retired.goneMillis()));
            case Event.RekeyMessageNumbered numbered ->
                line.of(What.REKEY_MESSAGE, numbered.rekeySpi().toString(), "message " + numbered.messageId());
            case Event.GroupReset reset -> line.of(What.GROUP_RESET, reset.why());
            case Event.GroupDeleted _ -> line.of(What.GROUP_DELETED, "");
        };
    }

    private record Line(Identity group, long sequence, long at) {
        Optional<Entry> of(What what, String detail) {
            return entry(what, Optional.empty(), List.of(), Optional.empty(), detail);
        }

        Optional<Entry> of(What what, Identity member) {
            return entry(what, Optional.of(member), List.of(), Optional.empty(), "");
        }

        Optional<Entry> of(What what, String rekeySpi, String detail) {
            return entry(what, Optional.empty(), List.of(), Optional.of(rekeySpi), detail);
        }

        Optional<Entry> of(What what, long dataSpi, String detail) {
            return entry(what, Optional.empty(), List.of(dataSpi), Optional.empty(), detail);
        }

        private Optional<Entry> entry(
                What what, Optional<Identity> member, List<Long> dataSpis, Optional<String> rekeySpi, String detail) {
            return Optional.of(new Entry(
                    Instant.ofEpochMilli(at),
                    group,
                    sequence,
                    what,
                    member,
                    dataSpis,
                    rekeySpi,
                    List.of(),
                    List.of(),
                    detail));
        }
    }
}
