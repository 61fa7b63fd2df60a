package io.opengcks.gcks.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches the journal. What all groups want to append by the time it is free goes into one transaction (group
 * commit). Its queue is bounded by the number of groups: each has one append under way at most.
 */
final class JournalWriter implements AutoCloseable {
    /** Appends in one transaction at most. */
    private static final int MAX_TOGETHER = 512;

    private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

    private sealed interface Work {
        record Write(Journal.Append append, CompletableFuture<List<Long>> done) implements Work {}

        record Sent(long id) implements Work {}

        record Other<T>(Task<T> task, CompletableFuture<T> done) implements Work {
            void run(Journal journal) {
                try {
                    done.complete(task.run(journal));
                } catch (StoreException | RuntimeException e) {
                    done.completeExceptionally(e);
                }
            }
        }

        record Stop() implements Work {}
    }

    /** Something to do with the journal. */
    @FunctionalInterface
    interface Task<T> {
        T run(Journal journal) throws StoreException;
    }

    private final Journal journal;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final Timer commits;
    private final DistributionSummary together;
    private final Counter failures;

    JournalWriter(Journal journal, MeterRegistry meters) {
        this.journal = journal;
        commits = meters.timer("opengcks.journal.commit");
        together = meters.summary("opengcks.journal.commit.appends");
        failures = meters.counter("opengcks.journal.failures");
        thread = Thread.ofPlatform().name("gcks-journal").start(this::run);
    }

    /** Completes with the IDs of the outbox rows once durable; fails with a {@link StoreException}. */
    CompletableFuture<List<Long>> append(Journal.Append append) {
        CompletableFuture<List<Long>> done = new CompletableFuture<>();
        queue.add(new Work.Write(append, done));
        return done;
    }

    /** Runs in turn with the appends. */
    <T> CompletableFuture<T> submit(Task<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        queue.add(new Work.Other<>(task, done));
        return done;
    }

    /** The message is out. */
    void sent(long id) {
        queue.add(new Work.Sent(id));
    }

    private void run() {
        List<Work> taken = new ArrayList<>();
        boolean open = true;
        while (open) {
            taken.clear();
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                break; // nobody but the process at its end interrupts this thread
            }
            queue.drainTo(taken, MAX_TOGETHER - 1);
            open = taken.stream().noneMatch(Work.Stop.class::isInstance);
            work(taken);
        }
    }

    private void work(List<Work> taken) {
        List<Work.Write> writes = new ArrayList<>();
        List<Long> sent = new ArrayList<>();
        for (Work work : taken) {
            switch (work) {
                case Work.Write write -> writes.add(write);
                case Work.Sent message -> sent.add(message.id());
                case Work.Other<?> _, Work.Stop _ -> {}
            }
        }
        if (!writes.isEmpty()) {
            together.record(writes.size());
            write(writes);
        }
        // Order among groups does not matter, and a group waits for its append before it asks for more.
        for (Work work : taken) {
            if (work instanceof Work.Other<?> other) {
                other.run(journal);
            }
        }
        if (!sent.isEmpty()) {
            markSent(sent);
        }
    }

    private void write(List<Work.Write> writes) {
        long begin = System.nanoTime();
        try {
            List<List<Long>> ids =
                    journal.append(writes.stream().map(Work.Write::append).toList());
            commits.record(System.nanoTime() - begin, java.util.concurrent.TimeUnit.NANOSECONDS);
            for (int i = 0; i < writes.size(); i++) {
                writes.get(i).done().complete(ids.get(i));
            }
        } catch (StoreException.UnknownOutcome e) {
            failures.increment();
            writes.forEach(write -> readBack(write, e));
        } catch (StoreException | RuntimeException e) {
            failures.increment();
            if (writes.size() == 1) {
                writes.getFirst().done().completeExceptionally(e);
            } else {
                // One may be at fault, and the others must not suffer for it.
                writes.forEach(write -> write(List.of(write)));
            }
        }
    }

    /** A commit that failed may have happened: the journal itself says whether it did. */
    private void readBack(Work.Write write, StoreException.UnknownOutcome why) {
        try {
            Journal.Append append = write.append();
            List<Journal.Numbered> found = journal.read(
                    append.group(), append.firstSequence() - 1, append.entries().size());
            boolean happened = found.size() == append.entries().size();
            for (int i = 0; happened && i < found.size(); i++) {
                happened = same(found.get(i).entry(), append.entries().get(i));
            }
            if (happened) {
                write.done().complete(outboxIds(append));
            } else {
                write.done().completeExceptionally(why);
            }
        } catch (StoreException | RuntimeException e) {
            e.addSuppressed(why);
            write.done().completeExceptionally(e);
        }
    }

    private List<Long> outboxIds(Journal.Append append) throws StoreException {
        List<Long> ids = new ArrayList<>();
        List<Journal.OutboxRow> rows = journal.unsent();
        for (byte[] payload : append.outbox()) {
            rows.stream()
                    .filter(row -> row.group().equals(append.group()) && Arrays.equals(row.payload(), payload))
                    .findFirst()
                    .ifPresent(row -> ids.add(row.id()));
        }
        if (ids.size() != append.outbox().size()) {
            throw new StoreException("the events of a commit are there and its messages are not");
        }
        return ids;
    }

    private static boolean same(Journal.Entry a, Journal.Entry b) {
        return a.kind().equals(b.kind()) && Arrays.equals(a.payload(), b.payload());
    }

    private void markSent(List<Long> ids) {
        try {
            journal.sent(ids);
        } catch (StoreException | RuntimeException e) {
            // They are published once more after the next start, which harms nobody.
            failures.increment();
            log.atWarn()
                    .addKeyValue("event", "outbox-not-marked")
                    .addKeyValue("why", e.getMessage())
                    .log("messages could not be marked as sent");
        }
    }

    /** Finishes what was submitted before, then closes the journal. */
    @Override
    public void close() throws StoreException {
        queue.add(new Work.Stop());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
