package io.opengcks.gcks.group;

import io.opengcks.gcks.group.Waiting.Step;
import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gsa.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of one group. Takes what waits, decides it in memory, appends all of it at once, and only then lets anything out:
 * rekey messages first, then answers. If the append fails, the state is dropped and read again from the journal.
 */
final class GroupRunner {
    /** A wall clock may be set forward: nothing due is slept over for longer. */
    private static final long MAX_NAP_MILLIS = 60_000;
    /** After a failure, so that a full disk does not become a busy loop. */
    private static final long RETRY_MILLIS = 1000;

    private static final Logger log = LoggerFactory.getLogger(GroupRunner.class);

    private static final Waiting STOP = new Waiting(new Command.Tick(), _ -> {}, _ -> {});

    private final Identity group;
    private final GroupsSettings settings;
    private final JournalWriter writer;
    private final Outbox outbox;
    private final GroupDecider decider;
    private final Views views = new Views();
    private final ArrayBlockingQueue<Waiting> queue;
    private final Object door = new Object();
    private boolean closed;
    private @Nullable Thread thread;
    // From here on the writer's own.
    private @Nullable GroupState state;
    private long snapshotAt;

    GroupRunner(GroupsSettings settings, JournalWriter writer, GroupState state) {
        this.group = state.identity();
        this.settings = settings;
        this.writer = writer;
        this.state = state;
        this.outbox = new Outbox(group, settings, writer);
        this.decider = new GroupDecider(Randomness.of(settings.random()));
        this.queue = new ArrayBlockingQueue<>(settings.limits().queuedCommands() + 1); // and one place for STOP
        this.snapshotAt = state.sequence();
        views.load(state);
    }

    Views views() {
        return views;
    }

    Outbox outbox() {
        return outbox;
    }

    void start() {
        thread = Thread.ofVirtual().name("gcks-group " + group.text()).start(this::run);
    }

    /** Puts a command in front of the writer, or says at once why not. */
    void submit(Waiting waiting) {
        GroupException refusal = null;
        synchronized (door) {
            if (closed) {
                refusal = new GroupException.Closed();
            } else if (queue.remainingCapacity() <= 1 || !queue.offer(waiting)) {
                refusal = new GroupException.Overloaded("too many commands wait for " + group);
            }
        }
        if (refusal != null) {
            waiting.failed().accept(refusal);
        }
    }

    /** Finishes what was taken, and ends. */
    void close() {
        synchronized (door) {
            if (!closed) {
                closed = true;
                queue.add(STOP); // the place kept for it
            }
        }
        Thread running = thread;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            batch.clear();
            try {
                Waiting first = queue.poll(nap(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, settings.limits().batch() - 1);
                } else if (due()) {
                    batch.add(new Waiting(new Command.Tick(), _ -> {}, this::tickFailed));
                }
            } catch (InterruptedException e) {
                break; // nobody but the process at its end interrupts this thread
            }
            open = !batch.remove(STOP);
            try {
                work(Step.of(batch));
            } catch (RuntimeException e) {
                broken(batch, e);
            }
        }
    }

    /** A fault of ours outside of any decision: the state is not trusted any more, and nobody is left without an answer. */
    private void broken(List<Waiting> batch, RuntimeException fault) {
        state = null;
        retryMillis = settings.clock().millis() + RETRY_MILLIS;
        log.atError()
                .addKeyValue("event", "writer-failed")
                .addKeyValue("group", group)
                .setCause(fault)
                .log("the writer of a group failed; it goes on with what the journal holds");
        batch.forEach(waiting -> waiting.failed().accept(new GroupException.Failed("internal fault; the log has it")));
    }

    private long retryMillis;

    private void tickFailed(GroupException why) {
        retryMillis = settings.clock().millis() + RETRY_MILLIS;
        log.atWarn()
                .addKeyValue("event", "scheduled-rekey-failed")
                .addKeyValue("group", group)
                .addKeyValue("why", why.getMessage())
                .log("a scheduled rekey failed and is tried again");
    }

    private long dueMillis() {
        GroupState known = state;
        // Without a state the time is unknown; trying to rekey reads it again.
        long due = known == null ? 0 : Schedule.nextDue(known);
        return Math.max(due, retryMillis);
    }

    private boolean due() {
        return dueMillis() <= settings.clock().millis();
    }

    private long nap() {
        return Math.clamp(dueMillis() - settings.clock().millis(), 0, MAX_NAP_MILLIS);
    }

    private void work(List<Step> steps) {
        List<Step> left = new ArrayList<>(steps);
        while (!left.isEmpty()) {
            GroupState current;
            try {
                current = state();
            } catch (StoreException e) {
                retryMillis = settings.clock().millis() + RETRY_MILLIS;
                left.forEach(step -> step.fail(new GroupException.NotStored(String.valueOf(e.getMessage()))));
                return;
            }
            long first = current.sequence() + 1;
            List<Decided> decided = new ArrayList<>();
            Step failed = decide(current, left, decided);
            if (failed == null) {
                commit(current, first, decided);
                return;
            }
            // What was decided before it went into the state that is dropped now: once more, without the one at fault.
            decided.forEach(Decided::destroy);
            state = null;
            left.remove(failed);
            failed.fail(new GroupException.Failed("internal fault; the log has it"));
        }
    }

    /** The step that could not be decided; null where all were. */
    private @Nullable Step decide(GroupState current, List<Step> steps, List<Decided> decided) {
        for (Step step : steps) {
            try {
                Decision decision =
                        decider.decide(current, step.command(), settings.clock().millis());
                decided.add(new Decided(step, decision, outbox.encode(current, decision)));
            } catch (RuntimeException e) {
                log.atError()
                        .addKeyValue("event", "command-failed")
                        .addKeyValue("group", group)
                        .addKeyValue("command", step.command().getClass().getSimpleName())
                        .setCause(e)
                        .log("a command could not be carried out");
                return step;
            }
        }
        return null;
    }

    private void commit(GroupState current, long first, List<Decided> decided) {
        List<Event> events = decided.stream()
                .flatMap(one -> one.decision().events().stream())
                .toList();
        List<StoredMessage> messages =
                decided.stream().flatMap(one -> one.messages().stream()).toList();
        List<Long> ids = List.of();
        if (!events.isEmpty()) {
            var append = new Journal.Append(
                    group.text(),
                    first,
                    events.stream().map(EventCodec::encode).toList(),
                    messages.stream().map(EventCodec::encode).toList());
            try {
                ids = join(writer.append(append));
            } catch (StoreException e) {
                state = null;
                log.atError()
                        .addKeyValue("event", "append-failed")
                        .addKeyValue("group", group)
                        .addKeyValue("why", e.getMessage())
                        .log("the journal did not take events");
                decided.forEach(one -> one.step().fail(new GroupException.NotStored(String.valueOf(e.getMessage()))));
                return;
            } finally {
                append.entries().forEach(entry -> Arrays.fill(entry.payload(), (byte) 0));
            }
        }
        Reports.keys(group, settings.keyLog(), events);
        Reports.audit(settings.audit(), group, first, events);
        views.update(current, events);
        outbox.publish(ids, messages);
        decided.forEach(one -> Reports.answer(group, one.step(), one.decision(), one.messages(), views.group()));
        decided.forEach(Decided::destroy);
        snapshotIfDue(current);
    }

    private void snapshotIfDue(GroupState current) {
        if (current.sequence() - snapshotAt < settings.limits().snapshotEvents()) {
            return;
        }
        snapshotAt = current.sequence();
        GroupSnapshot snapshot = current.snapshot();
        Journal.Snapshot row = EventCodec.encode(snapshot, current.sequence());
        snapshot.tree().destroy();
        snapshot.signing().ifPresent(signing -> signing.pkcs8().destroy());
        // Nobody waits for it: without a snapshot a restart takes longer, and that is all.
        var _ = writer.submit(journal -> saveSnapshot(journal, row));
    }

    private long saveSnapshot(Journal journal, Journal.Snapshot row) {
        try {
            journal.saveSnapshot(group.text(), row);
        } catch (StoreException e) {
            log.atWarn()
                    .addKeyValue("event", "snapshot-failed")
                    .addKeyValue("group", group)
                    .addKeyValue("why", e.getMessage())
                    .log("no snapshot was taken; a restart replays more events");
        } finally {
            Arrays.fill(row.payload(), (byte) 0);
        }
        return row.sequence();
    }

    /** The state; read again from the journal where it was dropped, with the messages of a commit nobody heard the end of. */
    private GroupState state() throws StoreException {
        GroupState known = state;
        if (known == null) {
            known = join(writer.submit(journal -> GroupLoader.load(journal, group)));
            outbox.publishUnsent(join(writer.submit(Journal::unsent)));
            views.load(known);
            state = known;
        }
        return known;
    }

    private static <T> T join(Future<T> future) throws StoreException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("the journal failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        }
    }

    /** A step, decided and encoded, not yet durable. */
    private record Decided(Step step, Decision decision, List<StoredMessage> messages) {
        void destroy() {
            decision.events().forEach(EventSecrets::destroy);
            decision.messages().forEach(EventSecrets::destroy);
        }
    }
}
