package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the administration may see of one group. Written by the group's writer after each commit, read by anybody. */
final class Views {
    private final Map<Identity, MemberView> members = new ConcurrentHashMap<>();
    private volatile Optional<GroupView> group = Optional.empty();

    Optional<GroupView> group() {
        return group;
    }

    List<MemberView> members() {
        return members.values().stream()
                .sorted(Comparator.comparing(member -> member.identity().text()))
                .toList();
    }

    /** Everything anew. */
    void load(GroupState state) {
        members.clear();
        state.members().forEach(member -> members.put(member.identity(), view(member)));
        group = view(state, List.copyOf(state.barred()));
    }

    /** Only what {@code events}, now durable, changed. */
    void update(GroupState state, List<Event> events) {
        boolean barredChanged = false;
        for (Event event : events) {
            switch (event) {
                case Event.MemberAdmitted admitted -> show(state, admitted.member());
                case Event.SenderIdsAllocated ids -> show(state, ids.member());
                case Event.MemberLeft left -> members.remove(left.member());
                case Event.MemberEvicted evicted -> members.remove(evicted.member());
                case Event.GroupReset _ ->
                    members.keySet().removeIf(id -> state.member(id).isEmpty());
                case Event.GroupDeleted _ -> {
                    members.clear();
                    barredChanged = true;
                }
                case Event.MemberBarred _, Event.MemberReadmitted _ -> barredChanged = true;
                case Event.GroupCreated _,
                        Event.SigningKeyCreated _,
                        Event.PolicyChanged _,
                        Event.TreeChanged _,
                        Event.RekeySaCreated _,
                        Event.DataSaCreated _,
                        Event.DataSaRetired _,
                        Event.RekeyMessageNumbered _ -> {}
            }
        }
        List<Identity> barred = group.map(GroupView::barred).orElse(List.of());
        group = view(state, barredChanged ? List.copyOf(state.barred()) : barred);
    }

    private void show(GroupState state, Identity identity) {
        // A later event of the same batch may have removed it again.
        state.member(identity).ifPresent(member -> members.put(identity, view(member)));
    }

    private static MemberView view(Member member) {
        return new MemberView(
                member.identity(),
                member.face(),
                member.role(),
                member.senderIds(),
                member.certificateSubject(),
                Instant.ofEpochMilli(member.registeredMillis()),
                member.leafKeyId());
    }

    private static Optional<GroupView> view(GroupState state, List<Identity> barred) {
        if (!state.exists()) {
            return Optional.empty();
        }
        CurrentRekeySa rekeySa = state.rekeySa();
        return Optional.of(new GroupView(
                state.identity(),
                state.policy(),
                Instant.ofEpochMilli(state.createdMillis()),
                state.members().size(),
                barred,
                new GroupView.RekeySaView(
                        rekeySa.sa().spi().toString(),
                        rekeySa.nextMessageId(),
                        Instant.ofEpochMilli(rekeySa.createdMillis()),
                        Instant.ofEpochMilli(rekeySa.expiresMillis())),
                state.dataSas().stream().map(Views::view).toList(),
                state.nextSenderId(),
                Registrar.capacity(state.policy()),
                state.resets(),
                state.sequence()));
    }

    private static GroupView.DataSaView view(DataSa sa) {
        return new GroupView.DataSaView(
                sa.sa().spi(),
                sa.flow(),
                Instant.ofEpochMilli(sa.createdMillis()),
                Instant.ofEpochMilli(sa.goneMillis()),
                sa.current() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(sa.retiredMillis())));
    }
}
