package io.opengcks.gcks.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The journal of a single node: one SQLite file, WAL and {@code synchronous=FULL}, so that a commit is an fsync. */
public final class SqliteJournal implements Journal {
    private static final String OPTIONS =
            "?journal_mode=WAL&synchronous=FULL&foreign_keys=on&busy_timeout=5000&transaction_mode=IMMEDIATE";
    private static final int SQLITE_CONSTRAINT = 19;
    private static final String EVENT = "event";
    private static final String SNAPSHOT = "snapshot";
    private static final String OUTBOX = "outbox";
    private static final String KEY_CHECK = "opengcks journal";

    private final Path file;
    private final Connection connection;
    private final RowCipher cipher;
    private long lastOutboxId;

    private SqliteJournal(Path file, Connection connection, RowCipher cipher) {
        this.file = file;
        this.connection = connection;
        this.cipher = cipher;
    }

    /**
     * Opens the journal, makes it where there is none (readable for its owner only), and brings its tables up to date.
     *
     * @param file in a directory that exists
     * @throws StoreException in one line: not a journal, or the key does not fit
     */
    public static SqliteJournal open(Path file, StoreKey key) throws StoreException {
        createPrivately(file);
        String url = "jdbc:sqlite:" + file.toAbsolutePath() + OPTIONS;
        try {
            Flyway.configure()
                    .dataSource(url, "", "")
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreException(file + ": not a journal, or of a newer version: " + firstLine(e), e);
        }
        try {
            Connection connection = DriverManager.getConnection(url);
            try {
                SqliteJournal journal = new SqliteJournal(file, connection, new RowCipher(key));
                journal.checkKey();
                journal.lastOutboxId = journal.number("SELECT COALESCE(MAX(id), 0) FROM outbox");
                return journal;
            } catch (SQLException | StoreException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException(file + ": cannot be opened: " + firstLine(e), e);
        }
    }

    private static void createPrivately(Path file) throws StoreException {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                // SQLite gives -wal and -shm the mode of the file itself.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new StoreException(file + ": cannot be created: " + e, e);
        }
    }

    private void checkKey() throws SQLException, StoreException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT key_check FROM store_key WHERE one = 1")) {
            if (row.next()) {
                cipher.open("store_key", "", 1, KEY_CHECK, row.getBytes(1));
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new StoreException(file + ": the store key does not fit this journal");
        }
        if (number("SELECT COUNT(*) FROM event") > 0) {
            throw new StoreException(file + ": the row that tells the store key is missing: the journal was damaged");
        }
        byte[] check = cipher.seal("store_key", "", 1, KEY_CHECK, KEY_CHECK.getBytes(StandardCharsets.US_ASCII));
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_key VALUES (1, ?)")) {
            insert.setBytes(1, check);
            insert.executeUpdate();
        }
    }

    @Override
    public List<String> groups() throws StoreException {
        return reading("the list of groups", () -> {
            List<String> names = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT DISTINCT group_name FROM event ORDER BY 1")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        });
    }

    @Override
    public Optional<Snapshot> snapshot(String group) throws StoreException {
        return reading("the snapshot of " + group, () -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT sequence, kind, payload FROM snapshot WHERE group_name = ?")) {
                select.setString(1, group);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return Optional.<Snapshot>empty();
                    }
                    long sequence = row.getLong(1);
                    String kind = row.getString(2);
                    byte[] payload = cipher.open(SNAPSHOT, group, sequence, kind, row.getBytes(3));
                    return Optional.of(new Snapshot(sequence, kind, payload));
                }
            }
        });
    }

    @Override
    public List<Numbered> read(String group, long sequence, int limit) throws StoreException {
        return reading("an event of " + group + " after " + sequence, () -> {
            List<Numbered> events = new ArrayList<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT sequence, kind, payload FROM event WHERE group_name = ?"
                            + " AND sequence > ? ORDER BY sequence LIMIT ?")) {
                select.setString(1, group);
                select.setLong(2, sequence);
                select.setInt(3, limit);
                try (ResultSet rows = select.executeQuery()) {
                    long expected = sequence + 1;
                    while (rows.next()) {
                        long number = rows.getLong(1);
                        if (number != expected) {
                            throw new StoreException(file + ": event " + expected + " of " + group + " is missing");
                        }
                        String kind = rows.getString(2);
                        byte[] payload = cipher.open(EVENT, group, number, kind, rows.getBytes(3));
                        events.add(new Numbered(number, new Entry(kind, payload)));
                        expected++;
                    }
                }
            }
            return events;
        });
    }

    @Override
    public List<List<Long>> append(List<Append> appends) throws StoreException {
        List<List<Long>> ids = new ArrayList<>();
        long[] outboxId = {lastOutboxId};
        writing("an event", () -> {
            try (PreparedStatement event = connection.prepareStatement("INSERT INTO event VALUES (?, ?, ?, ?)");
                    PreparedStatement outbox = connection.prepareStatement("INSERT INTO outbox VALUES (?, ?, ?)")) {
                for (Append append : appends) {
                    insertEvents(event, append);
                    List<Long> own = new ArrayList<>();
                    for (byte[] payload : append.outbox()) {
                        insertOutbox(outbox, ++outboxId[0], append.group(), payload);
                        own.add(outboxId[0]);
                    }
                    ids.add(List.copyOf(own));
                }
            }
        });
        lastOutboxId = outboxId[0];
        return ids;
    }

    private void insertEvents(PreparedStatement insert, Append append) throws SQLException {
        long sequence = append.firstSequence();
        for (Entry entry : append.entries()) {
            insert.setString(1, append.group());
            insert.setLong(2, sequence);
            insert.setString(3, entry.kind());
            insert.setBytes(4, cipher.seal(EVENT, append.group(), sequence, entry.kind(), entry.payload()));
            insert.executeUpdate();
            sequence++;
        }
    }

    private void insertOutbox(PreparedStatement insert, long id, String group, byte[] payload) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, group);
        insert.setBytes(3, cipher.seal(OUTBOX, group, id, OUTBOX, payload));
        insert.executeUpdate();
    }

    @Override
    public long lastSequence(String group) throws StoreException {
        return reading("the last number of " + group, () -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT COALESCE(MAX(sequence), 0) FROM event WHERE group_name = ?")) {
                select.setString(1, group);
                try (ResultSet row = select.executeQuery()) {
                    return row.getLong(1);
                }
            }
        });
    }

    @Override
    public void saveSnapshot(String group, Snapshot snapshot) throws StoreException {
        writing("the snapshot of " + group, () -> {
            try (PreparedStatement replace =
                    connection.prepareStatement("INSERT INTO snapshot VALUES (?, ?, ?, ?) ON CONFLICT (group_name)"
                            + " DO UPDATE SET sequence = excluded.sequence, kind = excluded.kind,"
                            + " payload = excluded.payload WHERE excluded.sequence > snapshot.sequence")) {
                replace.setString(1, group);
                replace.setLong(2, snapshot.sequence());
                replace.setString(3, snapshot.kind());
                replace.setBytes(
                        4, cipher.seal(SNAPSHOT, group, snapshot.sequence(), snapshot.kind(), snapshot.payload()));
                replace.executeUpdate();
            }
        });
    }

    @Override
    public List<OutboxRow> unsent() throws StoreException {
        return reading("a message in the outbox", () -> {
            List<OutboxRow> messages = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT id, group_name, payload FROM outbox ORDER BY id")) {
                while (rows.next()) {
                    long id = rows.getLong(1);
                    String group = rows.getString(2);
                    messages.add(new OutboxRow(id, group, cipher.open(OUTBOX, group, id, OUTBOX, rows.getBytes(3))));
                }
            }
            return messages;
        });
    }

    @Override
    public void sent(Collection<Long> ids) throws StoreException {
        writing("the outbox", () -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM outbox WHERE id = ?")) {
                for (long id : ids) {
                    delete.setLong(1, id);
                    delete.executeUpdate();
                }
            }
        });
    }

    @Override
    public void close() throws StoreException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException(file + ": cannot be closed: " + firstLine(e), e);
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.getLong(1);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws SQLException, GeneralSecurityException, StoreException;
    }

    @FunctionalInterface
    private interface Writing {
        void write() throws SQLException;
    }

    private <T> T reading(String what, Reading<T> reading) throws StoreException {
        try {
            return reading.read();
        } catch (GeneralSecurityException e) {
            throw new StoreException(file + ": " + what + " does not decrypt: the journal was changed or damaged", e);
        } catch (SQLException e) {
            throw new StoreException(file + ": " + what + " cannot be read: " + firstLine(e), e);
        }
    }

    /** One transaction, which takes the write lock when it begins and not in its middle. */
    private void writing(String what, Writing writing) throws StoreException {
        try {
            connection.setAutoCommit(false);
            try {
                writing.write();
                commit();
            } catch (SQLException | RuntimeException e) {
                rollback(e);
                throw e;
            } finally {
                endTransaction();
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == SQLITE_CONSTRAINT) {
                throw new StoreException.Conflict(file + ": a number is taken: another server writes this group");
            }
            throw new StoreException(file + ": " + what + " cannot be written: " + firstLine(e), e);
        }
    }

    private void endTransaction() throws StoreException {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new StoreException.UnknownOutcome(file + ": a transaction did not end: " + firstLine(e), e);
        }
    }

    private void commit() throws StoreException {
        try {
            connection.commit();
        } catch (SQLException e) {
            rollback(e);
            throw new StoreException.UnknownOutcome(file + ": the commit failed: " + firstLine(e), e);
        }
    }

    private void rollback(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().filter(line -> !line.isBlank()).findFirst().orElse("unknown");
    }
}
