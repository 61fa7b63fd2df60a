package io.opengcks.gcks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.gcks.store.Journal.Append;
import io.opengcks.gcks.store.Journal.Entry;
import io.opengcks.gcks.store.Journal.Snapshot;
import io.opengcks.protocols.crypto.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteJournalTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void fill() throws Exception {
        file = directory.resolve("journal.db");
        try (var journal = open()) {
            journal.append(List.of(append("a", 1, "one", "two"), append("b", 1, "eins")));
            journal.append(List.of(new Append("a", 3, List.of(entry("three")), List.of(octets("m1"), octets("m2")))));
        }
    }

    @Test
    void readsBackWhatWasAppended() throws Exception {
        try (var journal = open()) {
            assertThat(journal.groups()).containsExactly("a", "b");
            assertThat(texts(journal.read("a", 0, 100))).containsExactly("one", "two", "three");
            assertThat(texts(journal.read("a", 1, 1))).containsExactly("two");
            assertThat(journal.lastSequence("a")).isEqualTo(3);
            assertThat(journal.lastSequence("c")).isZero();
            assertThat(journal.unsent()).hasSize(2);
            journal.sent(List.of(journal.unsent().getFirst().id()));
            assertThat(new String(journal.unsent().getFirst().payload(), StandardCharsets.UTF_8))
                    .isEqualTo("m2");
        }
    }

    @Test
    void aNumberIsTakenOnceAndACollisionWritesNothing() throws Exception {
        try (var journal = open()) {
            assertThatThrownBy(() -> journal.append(List.of(append("b", 2, "zwei"), append("a", 3, "again"))))
                    .isInstanceOf(StoreException.Conflict.class);
            assertThat(journal.lastSequence("b")).isEqualTo(1);
            assertThat(texts(journal.read("a", 2, 10))).containsExactly("three");
            assertThat(journal.append(List.of(append("b", 2, "zwei")))).containsExactly(List.of());
        }
    }

    @Test
    void snapshotsOnlyGoForward() throws Exception {
        try (var journal = open()) {
            journal.saveSnapshot("a", new Snapshot(3, "kind", octets("later")));
            journal.saveSnapshot("a", new Snapshot(2, "kind", octets("earlier")));
            assertThat(journal.snapshot("a").orElseThrow().payload()).isEqualTo(octets("later"));
            assertThat(journal.snapshot("b")).isEmpty();
        }
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws Exception {
        try (var journal = open()) {
            journal.append(List.of(append("c", 1, "x")));
            try (var paths = Files.list(directory)) {
                assertThat(paths.toList())
                        .hasSizeGreaterThan(1)
                        .allSatisfy(
                                path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void anotherKeyGivesOneClearError() {
        assertThatThrownBy(() -> SqliteJournal.open(file, key(2)))
                .isInstanceOf(StoreException.class)
                .hasMessage(file + ": the store key does not fit this journal");
    }

    @Test
    void aFileOfSomethingElseGivesOneClearError() throws Exception {
        Path text = directory.resolve("text");
        Files.writeString(text, "not a database, but long enough to have a header of one in it: " + "x".repeat(100));
        assertThatThrownBy(() -> SqliteJournal.open(text, key(1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not a journal")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> SqliteJournal.open(directory.resolve("no/such/directory"), key(1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be created");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE event SET payload = zeroblob(40) WHERE group_name = 'a' AND sequence = 2",
                "UPDATE event SET payload = x'00' WHERE group_name = 'a' AND sequence = 2",
                "UPDATE event SET kind = 'other' WHERE group_name = 'a' AND sequence = 2",
                "UPDATE event SET payload = (SELECT payload FROM event WHERE group_name = 'b') WHERE sequence = 2",
                "UPDATE event SET payload = (SELECT payload FROM event WHERE sequence = 3) WHERE sequence = 2",
            })
    void aRowThatWasTamperedWithIsNamed(String tampering) throws Exception {
        tamper(tampering);
        try (var journal = open()) {
            assertThatThrownBy(() -> journal.read("a", 0, 100))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("does not decrypt")
                    .hasMessageContaining("event of a");
        }
    }

    @Test
    void aRowThatIsMissingIsNamed() throws Exception {
        tamper("DELETE FROM event WHERE group_name = 'a' AND sequence = 2");
        try (var journal = open()) {
            assertThatThrownBy(() -> journal.read("a", 0, 100))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("event 2 of a is missing");
        }
    }

    private void tamper(String statement) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var sql = connection.createStatement()) {
            assertThat(sql.executeUpdate(statement)).isEqualTo(1);
        }
    }

    private SqliteJournal open() throws StoreException {
        return SqliteJournal.open(file, key(1));
    }

    private static StoreKey key(int octet) {
        byte[] octets = new byte[StoreKey.BYTES];
        Arrays.fill(octets, (byte) octet);
        return new StoreKey(Secret.adopt(octets));
    }

    private static Append append(String group, long first, String... texts) {
        return new Append(
                group, first, Arrays.stream(texts).map(SqliteJournalTest::entry).toList(), List.of());
    }

    private static Entry entry(String text) {
        return new Entry("kind", octets(text));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<Journal.Numbered> rows) {
        return rows.stream()
                .map(row -> new String(row.entry().payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
