package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static io.opengcks.gcks.group.Harness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.gcks.group.FaultyJournal.Fault;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the journal did not take did not happen; what it took happened, even if it could not say so. */
class FailedAppendTest {
    @TempDir
    Path directory;

    private FaultyJournal journal;
    private Harness h;

    @BeforeEach
    void open() throws Exception {
        journal = new FaultyJournal(Harness.journal(directory.resolve("journal.db")));
        h = new Harness(journal, true, GroupsSettings.Limits.DEFAULT);
        get(h.groups.create(GROUP, Fixtures.policy().build()));
        for (int i = 0; i < 5; i++) {
            h.admitted(Fixtures.receiver(i), false);
        }
    }

    @AfterEach
    void close() {
        h.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "CONFLICT", "LOST_UNHEARD"})
    void anAppendThatFailedChangesNothingAndSendsNothing(Fault fault) throws Exception {
        GroupView before = h.groups.group(GROUP).orElseThrow();
        int audited = h.audit.size();
        journal.next = fault;
        assertThatThrownBy(() -> get(h.groups.evict(GROUP, Fixtures.receiver(1))))
                .isInstanceOf(GroupException.NotStored.class);
        assertThat(h.published).isEmpty();
        assertThat(h.audit).hasSize(audited);
        assertThat(h.groups.group(GROUP)).contains(before);

        EvictionResult again = get(h.groups.evict(GROUP, Fixtures.receiver(1)));
        assertThat(again.wasMember()).isTrue();
        assertThat(h.published).hasSize(2);
        assertThat(h.published.getFirst().messageId()).isZero();
    }

    @Test
    void aCommitThatWasNotHeardOfIsReadBack() throws Exception {
        journal.next = Fault.COMMITTED_UNHEARD;
        EvictionResult result = get(h.groups.evict(GROUP, Fixtures.receiver(1)));
        assertThat(result.wasMember()).isTrue();
        assertThat(h.published).hasSize(2);
        assertThat(h.groups.members(GROUP)).hasSize(4);
        h.admitted(Fixtures.receiver(7), false); // numbers go on where the journal ends
    }

    @Test
    void aRegistrationThatWasNotStoredHandsOutNothing() throws Exception {
        journal.next = Fault.REFUSED;
        assertThat(h.answer(Fixtures.sender(0), true)).isInstanceOf(RegistrationAnswer.Refused.class);
        assertThat(h.admitted(Fixtures.sender(0), true).senderIds()).containsExactly(0L);
    }

    @Test
    void anotherWriterOfTheGroupIsNoticedAndItsEventsAreTaken() throws Exception {
        Path file = directory.resolve("journal.db");
        try (Harness other = Harness.on(file)) {
            get(other.groups.evict(GROUP, Fixtures.receiver(1)));
        }
        // This one has not heard of the eviction; its append collides, and after that it has.
        assertThatThrownBy(() -> get(h.groups.rekey(GROUP, RekeyKind.TEK)))
                .isInstanceOf(GroupException.NotStored.class);
        assertThat(h.answer(Fixtures.receiver(1), false)).isInstanceOf(RegistrationAnswer.Refused.class);
        assertThat(h.groups.members(GROUP)).hasSize(4);
    }
}
