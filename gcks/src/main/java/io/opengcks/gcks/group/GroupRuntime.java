package io.opengcks.gcks.group;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opengcks.gcks.group.Decision.Outcome;
import io.opengcks.gcks.group.Waiting.CarriedOut;
import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.gsa.RegistrationRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups of this process, each with its writer, on one journal. */
final class GroupRuntime implements Groups {
    private static final Logger log = LoggerFactory.getLogger(GroupRuntime.class);

    private final GroupsSettings settings;
    private final JournalWriter writer;
    private final Map<Identity, GroupRunner> runners = new ConcurrentHashMap<>();
    private final Object creating = new Object();
    private boolean closed;

    private GroupRuntime(GroupsSettings settings, JournalWriter writer) {
        this.settings = settings;
        this.writer = writer;
        MeterRegistry meters = settings.meters();
        Gauge.builder("opengcks.groups", this, groups -> groups.groups().size()).register(meters);
        Gauge.builder("opengcks.members", this, GroupRuntime::memberCount).register(meters);
    }

    static GroupRuntime open(GroupsSettings settings) throws StoreException {
        Journal journal = settings.journal();
        // Read before the writer thread starts: a journal is used by one thread at a time.
        List<GroupState> states = new java.util.ArrayList<>();
        for (String name : journal.groups()) {
            states.add(GroupLoader.load(journal, identity(name)));
        }
        List<Journal.OutboxRow> unsent = journal.unsent();
        GroupRuntime runtime = new GroupRuntime(settings, new JournalWriter(journal, settings.meters()));
        for (GroupState state : states) {
            runtime.runners.put(state.identity(), new GroupRunner(settings, runtime.writer, state));
        }
        log.atInfo()
                .addKeyValue("event", "groups-opened")
                .addKeyValue("groups", states.size())
                .addKeyValue("unsent", unsent.size())
                .log("the journal was replayed");
        for (GroupRunner runner : runtime.runners.values()) {
            runner.outbox().publishUnsent(unsent);
            runner.start();
        }
        return runtime;
    }

    private static Identity identity(String name) throws StoreException {
        try {
            return Identity.parse(name);
        } catch (IllegalArgumentException e) {
            throw new StoreException("the journal holds a group whose name cannot be read: " + name, e);
        }
    }

    private double memberCount() {
        return runners.values().stream()
                .mapToInt(
                        runner -> runner.views().group().map(GroupView::members).orElse(0))
                .sum();
    }

    @Override
    public CompletionStage<GroupView> create(Identity group, GroupPolicy policy) {
        GroupRunner runner;
        synchronized (creating) {
            if (closed) {
                return CompletableFuture.failedFuture(new GroupException.Closed());
            }
            if (groups().size() >= settings.limits().maxGroups()) {
                return CompletableFuture.failedFuture(new GroupException.Overloaded(
                        "no more than " + settings.limits().maxGroups() + " groups"));
            }
            runner = runners.computeIfAbsent(group, identity -> {
                GroupRunner made = new GroupRunner(settings, writer, new GroupState(identity));
                made.start();
                return made;
            });
        }
        return submit(runner, new Command.Create(policy), done -> done.view().orElseThrow());
    }

    @Override
    public CompletionStage<Void> delete(Identity group) {
        return command(group, new Command.Delete(), _ -> null);
    }

    @Override
    public CompletionStage<GroupView> changePolicy(Identity group, GroupPolicy policy) {
        return command(
                group, new Command.ChangePolicy(policy), done -> done.view().orElseThrow());
    }

    @Override
    public CompletionStage<RegistrationAnswer> register(RegistrationRequest request) {
        GroupRunner runner = runners.get(request.group());
        CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
        if (runner == null) {
            answer.complete(new RegistrationAnswer.Refused(Refusal.NO_SUCH_GROUP, "no such group"));
            return answer;
        }
        runner.submit(new Waiting(
                new Command.Register(Face.G_IKEV2, request),
                done -> {
                    count("register", "done");
                    answer.complete(((Outcome.Answered) done.outcome()).answer());
                },
                why -> {
                    count("register", "failed");
                    answer.complete(new RegistrationAnswer.Refused(
                            Refusal.CANNOT_TAKE_MEMBERS, String.valueOf(why.getMessage())));
                }));
        return answer;
    }

    @Override
    public CompletionStage<EvictionResult> leave(Identity group, Identity member) {
        GroupRunner runner = runners.get(group);
        if (runner == null) {
            return CompletableFuture.failedFuture(new GroupException.NoSuchGroup(group));
        }
        CompletableFuture<EvictionResult> result = new CompletableFuture<>();
        runner.submit(new Waiting(
                removal(member, false),
                done -> {
                    EvictionResult left = removed(done, false);
                    count("leave", left.wasMember() ? "done" : "failed");
                    if (left.wasMember()) {
                        result.complete(left);
                    } else {
                        result.completeExceptionally(new GroupException.NotAMember(group, member));
                    }
                },
                result::completeExceptionally));
        return result;
    }

    @Override
    public CompletionStage<EvictionResult> evict(Identity group, Identity member) {
        return command(group, removal(member, true), done -> removed(done, true));
    }

    private static Command removal(Identity member, boolean evict) {
        return new Command.Remove(List.of(new Command.Removal(member, evict)));
    }

    private static EvictionResult removed(CarriedOut done, boolean evict) {
        var removed = (Outcome.Removed) done.outcome();
        return new EvictionResult(removed.wasMember().get(done.index()), evict, done.rekey(removed.newSpis()));
    }

    @Override
    public CompletionStage<Void> readmit(Identity group, Identity member) {
        return command(group, new Command.Readmit(member), _ -> null);
    }

    @Override
    public CompletionStage<RekeyResult> rekey(Identity group, RekeyKind kind) {
        return command(
                group, new Command.RekeyNow(kind), done -> done.rekey(((Outcome.Rekeyed) done.outcome()).newSpis()));
    }

    /** Does what is due at once; for tests whose clock does not run by itself. */
    CompletionStage<Void> tick(Identity group) {
        return command(group, new Command.Tick(), _ -> null);
    }

    private <T> CompletableFuture<T> command(Identity group, Command command, Function<CarriedOut, T> result) {
        GroupRunner runner = runners.get(group);
        return runner == null
                ? CompletableFuture.failedFuture(new GroupException.NoSuchGroup(group))
                : submit(runner, command, result);
    }

    private <T> CompletableFuture<T> submit(GroupRunner runner, Command command, Function<CarriedOut, T> result) {
        CompletableFuture<T> future = new CompletableFuture<>();
        String name = command.getClass().getSimpleName();
        runner.submit(new Waiting(
                command,
                done -> {
                    count(name, "done");
                    future.complete(result.apply(done));
                },
                why -> {
                    count(name, "failed");
                    future.completeExceptionally(why);
                }));
        return future;
    }

    private void count(String command, String outcome) {
        settings.meters()
                .counter(
                        "opengcks.group.commands",
                        "command",
                        command.toLowerCase(java.util.Locale.ROOT),
                        "outcome",
                        outcome)
                .increment();
    }

    @Override
    public List<GroupView> groups() {
        return runners.values().stream()
                .map(runner -> runner.views().group())
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(view -> view.identity().text()))
                .toList();
    }

    @Override
    public Optional<GroupView> group(Identity group) {
        return Optional.ofNullable(runners.get(group))
                .flatMap(runner -> runner.views().group());
    }

    @Override
    public List<MemberView> members(Identity group) {
        GroupRunner runner = runners.get(group);
        return runner == null ? List.of() : runner.views().members();
    }

    @Override
    public void close() {
        synchronized (creating) {
            if (closed) {
                return;
            }
            closed = true;
        }
        runners.values().forEach(GroupRunner::close);
        try {
            writer.close();
        } catch (StoreException e) {
            log.atWarn()
                    .addKeyValue("event", "journal-not-closed")
                    .addKeyValue("why", e.getMessage())
                    .log("the journal was not closed well");
        }
    }
}
