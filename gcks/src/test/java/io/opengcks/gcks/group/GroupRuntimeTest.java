package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static io.opengcks.gcks.group.Harness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime on a real journal: what callers get, and what a restart finds. */
class GroupRuntimeTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("journal.db");
    }

    @Test
    void registersEvictsAndReadmits() throws Exception {
        try (Harness h = Harness.on(file())) {
            GroupView created = get(h.groups.create(GROUP, Fixtures.policy().build()));
            assertThat(created.dataSas()).hasSize(1);
            for (int i = 0; i < 5; i++) {
                h.admitted(Fixtures.receiver(i), false);
            }
            assertThat(h.admitted(Fixtures.sender(0), true).senderIds()).containsExactly(0L);
            assertThat(h.published).isEmpty(); // joins need no message

            EvictionResult evicted = get(h.groups.evict(GROUP, Fixtures.receiver(3)));
            assertThat(evicted.wasMember()).isTrue();
            assertThat(evicted.rekey().messages()).hasSize(2);
            assertThat(evicted.rekey().messages().get(1).messageId()).isZero();
            assertThat(evicted.rekey().newSpis()).hasSize(1);
            assertThat(evicted.rekey().octets()).isEqualTo(80);
            assertThat(h.published).hasSize(2);
            assertThat(h.published.getFirst().copies()).isEqualTo(3);

            assertRefused(h.answer(Fixtures.receiver(3), false), Refusal.NOT_AUTHORIZED);
            assertThat(h.groups.members(GROUP)).hasSize(5);
            assertThat(h.groups.group(GROUP).orElseThrow().barred()).containsExactly(Fixtures.receiver(3));
            get(h.groups.readmit(GROUP, Fixtures.receiver(3)));
            h.admitted(Fixtures.receiver(3), false);

            assertThat(h.audit.stream().map(AuditListener.Entry::event))
                    .contains(
                            AuditListener.What.GROUP_CREATED,
                            AuditListener.What.MEMBER_ADMITTED,
                            AuditListener.What.SENDER_IDS_GIVEN,
                            AuditListener.What.MEMBER_EVICTED,
                            AuditListener.What.MEMBER_BARRED,
                            AuditListener.What.MEMBER_READMITTED);
        }
    }

    @Test
    void saysWhyNot() throws Exception {
        try (Harness h = Harness.on(file())) {
            assertRefused(h.answer(Fixtures.receiver(1), false), Refusal.NO_SUCH_GROUP);
            assertThatThrownBy(() -> get(h.groups.evict(GROUP, Fixtures.receiver(1))))
                    .isInstanceOf(GroupException.NoSuchGroup.class);
            get(h.groups.create(GROUP, Fixtures.policy().maxMembers(2).build()));
            assertThatThrownBy(
                            () -> get(h.groups.create(GROUP, Fixtures.policy().build())))
                    .isInstanceOf(GroupException.AlreadyExists.class);
            assertThatThrownBy(() -> get(h.groups.leave(GROUP, Fixtures.receiver(1))))
                    .isInstanceOf(GroupException.NotAMember.class);
            assertThatThrownBy(() -> get(h.groups.readmit(GROUP, Fixtures.receiver(1))))
                    .isInstanceOf(GroupException.NotBarred.class);
            assertRefused(h.answer(Identity.parse("fqdn:stranger.example.org"), false), Refusal.NOT_AUTHORIZED);
            assertRefused(h.answer(Fixtures.receiver(1), true), Refusal.NOT_AUTHORIZED);
            h.admitted(Fixtures.receiver(1), false);
            h.admitted(Fixtures.sender(1), false); // who may send may also listen
            assertRefused(h.answer(Fixtures.receiver(2), false), Refusal.CANNOT_TAKE_MEMBERS);
            h.admitted(Fixtures.receiver(1), false); // it is inside already

            EvictionResult result = get(h.groups.evict(GROUP, Fixtures.receiver(9)));
            assertThat(result.wasMember()).isFalse();
            assertThat(result.barred()).isTrue();
            assertThat(result.rekey().messages()).isEmpty();
            assertRefused(h.answer(Fixtures.receiver(9), false), Refusal.NOT_AUTHORIZED);
        }
    }

    @Test
    void aRestartFindsEverythingAndSendsWhatWasNotSentBitForBit() throws Exception {
        List<OutboxMessage> before;
        GroupView view;
        List<MemberView> members;
        try (Harness h = new Harness(Harness.journal(file()), false, GroupsSettings.Limits.DEFAULT)) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
            for (int i = 0; i < 10; i++) {
                h.admitted(Fixtures.receiver(i), false);
            }
            get(h.groups.evict(GROUP, Fixtures.receiver(3)));
            before = List.copyOf(h.published);
            view = h.groups.group(GROUP).orElseThrow();
            members = h.groups.members(GROUP);
        }
        try (Harness h = Harness.on(file())) {
            assertThat(h.published).isEqualTo(before);
            assertThat(h.groups.group(GROUP)).contains(view);
            assertThat(h.groups.members(GROUP)).isEqualTo(members);
            assertRefused(h.answer(Fixtures.receiver(3), false), Refusal.NOT_AUTHORIZED);
        }
        try (Harness h = Harness.on(file())) {
            assertThat(h.published).isEmpty(); // reported as sent the time before
        }
    }

    @Test
    void aSnapshotAndTheEventsAfterItGiveTheSameGroupAsAllEvents() throws Exception {
        byte[] whole;
        var often = new GroupsSettings.Limits(10, 100, 10, 7);
        try (Harness h = new Harness(Harness.journal(file()), true, often)) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
            for (int i = 0; i < 30; i++) {
                h.admitted(Fixtures.receiver(i), false);
                if (i % 4 == 3) {
                    get(h.groups.leave(GROUP, Fixtures.receiver(i - 1)));
                }
            }
        }
        try (var journal = Harness.journal(file())) {
            assertThat(journal.snapshot(GROUP.text()).orElseThrow().sequence()).isGreaterThan(50);
            GroupState quick = GroupLoader.load(journal, GROUP);
            GroupState slow = new GroupState(GROUP);
            for (var row : journal.read(GROUP.text(), 0, 10_000)) {
                slow.evolve(EventCodec.decode(row.entry()));
            }
            whole = EventCodec.encode(slow.snapshot(), 1).payload();
            assertThat(EventCodec.encode(quick.snapshot(), 1).payload()).isEqualTo(whole);
            assertThat(quick.sequence()).isEqualTo(slow.sequence());
        }
    }

    @Test
    void scheduledRekeysComeAtThreeQuartersAndOldKeysAreHandedOutWhileSendersUseThem() throws Exception {
        try (Harness h = Harness.on(file())) {
            get(h.groups.create(GROUP, Fixtures.policy().delays(5, 20).build()));
            h.admitted(Fixtures.receiver(0), false);
            h.now.addAndGet(44 * 60_000);
            get(h.groups.tick(GROUP));
            assertThat(h.published).isEmpty();
            h.now.addAndGet(61_000);
            get(h.groups.tick(GROUP));
            assertThat(h.published).hasSize(1);
            h.now.addAndGet(2_000);
            var within = h.admitted(Fixtures.receiver(1), false);
            assertThat(within.dataSas()).hasSize(2);
            assertThat(within.dataSas().getFirst().lifetimeSeconds()).isEqualTo(18);
            assertThat(within.dataSas().getLast().lifetimeSeconds()).isEqualTo(3598);
            assertThat(within.rekeySa().orElseThrow().initialMessageId()).isEqualTo(1);
            h.now.addAndGet(3_000);
            assertThat(h.admitted(Fixtures.receiver(2), false).dataSas()).hasSize(1);
        }
    }

    @Test
    void policyChangesRekeyOrReset() throws Exception {
        try (Harness h = Harness.on(file())) {
            GroupPolicy policy = Fixtures.policy().build();
            get(h.groups.create(GROUP, policy));
            h.admitted(Fixtures.receiver(0), false);
            get(h.groups.changePolicy(GROUP, policy.toBuilder().maxMembers(5).build()));
            assertThat(h.published).isEmpty();
            get(h.groups.changePolicy(
                    GROUP, policy.toBuilder().replayWindow(128).build()));
            assertThat(h.published).hasSize(2); // new KEK, then new TEK under it
            GroupView view = get(h.groups.changePolicy(
                    GROUP, policy.toBuilder().suite(EspSuite.AES_128_GCM_16).build()));
            assertThat(h.published).hasSize(3); // Delete all
            assertThat(view.resets()).isEqualTo(1);
            assertThat(view.members()).isZero();
            assertThat(h.groups.members(GROUP)).isEmpty();
            var again = h.admitted(Fixtures.receiver(0), false);
            assertThat(again.dataSas().getFirst().suite()).isEqualTo(EspSuite.AES_128_GCM_16);
        }
    }

    @Test
    void removalsThatWaitTogetherAreOneRekey() throws Exception {
        try (Harness h = Harness.on(file())) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
            for (int i = 0; i < 64; i++) {
                h.admitted(Fixtures.receiver(i), false);
            }
            List<CompletionStage<EvictionResult>> leaving = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                leaving.add(h.groups.leave(GROUP, Fixtures.receiver(i)));
            }
            for (var stage : leaving) {
                assertThat(get(stage).wasMember()).isTrue();
            }
            assertThat(h.groups.members(GROUP)).hasSize(24);
            assertThat(h.published.size()).isBetween(10, 80);
        }
    }

    @Test
    void deletedGroupsAreGoneAndTheirNumbersNeverComeBack() throws Exception {
        try (Harness h = Harness.on(file())) {
            GroupView first = get(h.groups.create(GROUP, Fixtures.policy().build()));
            h.admitted(Fixtures.receiver(0), false);
            get(h.groups.delete(GROUP));
            assertThat(h.published).hasSize(1);
            assertThat(h.groups.groups()).isEmpty();
            assertRefused(h.answer(Fixtures.receiver(0), false), Refusal.NO_SUCH_GROUP);
            GroupView second = get(h.groups.create(GROUP, Fixtures.policy().build()));
            assertThat(second.dataSas().getFirst().spi())
                    .isNotEqualTo(first.dataSas().getFirst().spi());
        }
    }

    @Test
    void anEvictionAmongAThousandIsOneMessageOfLogarithmicSize() throws Exception {
        try (Harness h = Harness.on(file())) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
            List<CompletionStage<RegistrationAnswer>> joining = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                joining.add(h.groups.register(Fixtures.request(Fixtures.receiver(i), false)));
            }
            for (var stage : joining) {
                assertThat(get(stage)).isInstanceOf(RegistrationAnswer.Admitted.class);
            }
            EvictionResult result = get(h.groups.evict(GROUP, Fixtures.receiver(500)));
            // Degree 4, height 5: at most 4·5 - 1 wraps (RFC 2627 §5.4), and 4 for each of 4 nodes that growing left
            // without a key.
            assertThat(result.rekey().wraps()).isBetween(10, 35);
            assertThat(result.rekey().messages()).hasSize(2);
            int second =
                    get(h.groups.evict(GROUP, Fixtures.receiver(700))).rekey().wraps();
            assertThat(second).isBetween(10, 19);
        }
    }

    @Test
    void aClosedRuntimeRefuses() throws Exception {
        Harness h = Harness.on(file());
        get(h.groups.create(GROUP, Fixtures.policy().build()));
        h.close();
        assertThatThrownBy(() -> get(h.groups.rekey(GROUP, RekeyKind.TEK))).isInstanceOf(GroupException.Closed.class);
        assertRefused(h.answer(Fixtures.receiver(0), false), Refusal.CANNOT_TAKE_MEMBERS);
    }

    private static void assertRefused(RegistrationAnswer answer, Refusal refusal) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        RegistrationAnswer.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }
}
