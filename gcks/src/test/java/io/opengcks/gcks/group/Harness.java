package io.opengcks.gcks.group;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.SqliteJournal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** A runtime on a journal, with a clock that stands, an encoder that never gives the same octets twice, and what came out. */
final class Harness implements AutoCloseable {
    static final SecureRandom RANDOM = new SecureRandom();

    final List<OutboxMessage> published = Collections.synchronizedList(new ArrayList<>());
    final List<AuditListener.Entry> audit = Collections.synchronizedList(new ArrayList<>());
    final AtomicLong now = new AtomicLong(Fixtures.START);
    final GroupRuntime groups;
    private final boolean reportSent;

    Harness(Journal journal, boolean reportSent, GroupsSettings.Limits limits) throws StoreException {
        this.reportSent = reportSent;
        groups = GroupRuntime.open(new GroupsSettings(
                journal,
                Harness::encode,
                this::publish,
                audit::add,
                KeyLog.OFF,
                () -> Instant.ofEpochMilli(now.get()),
                RANDOM,
                new SimpleMeterRegistry(),
                limits));
    }

    static Harness on(Path file) throws StoreException {
        return new Harness(journal(file), true, GroupsSettings.Limits.DEFAULT);
    }

    static SqliteJournal journal(Path file) throws StoreException {
        return SqliteJournal.open(file, key(1));
    }

    static StoreKey key(int octet) {
        byte[] octets = new byte[StoreKey.BYTES];
        java.util.Arrays.fill(octets, (byte) octet);
        return new StoreKey(Secret.adopt(octets));
    }

    /** SPI, Message ID, number of wraps, and octets that differ each time. */
    private static byte[] encode(
            io.opengcks.protocols.gsa.RekeySa carrier,
            long messageId,
            io.opengcks.protocols.gsa.Rekey rekey,
            io.opengcks.protocols.crypto.RekeySigner signer,
            boolean privateAttributes) {
        return ByteBuffer.allocate(40)
                .putLong(carrier.spi().initiatorHalf())
                .putLong(carrier.spi().responderHalf())
                .putLong(messageId)
                .putLong(rekey.treeKeys().size())
                .putLong(RANDOM.nextLong())
                .array();
    }

    private void publish(OutboxMessage message, Runnable sent) {
        published.add(message);
        if (reportSent) {
            sent.run();
        }
    }

    static <T> T get(CompletionStage<T> stage) throws GroupException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupException why) {
                throw why;
            }
            throw new AssertionError("stages fail with a GroupException only", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    RegistrationAnswer answer(Identity member, boolean sender) throws GroupException {
        return get(groups.register(Fixtures.request(member, sender)));
    }

    Registration admitted(Identity member, boolean sender) throws GroupException {
        return ((RegistrationAnswer.Admitted) answer(member, sender)).registration();
    }

    @Override
    public void close() {
        groups.close();
    }
}
