package io.opengcks.samples.demo;

import io.opengcks.member.Agent;
import io.opengcks.member.AgentEvent;
import io.opengcks.protocols.gikev2.MemberEffect;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One member of the demo: its agent, what it sent or got, and what happened to it. */
final class Party implements AutoCloseable {
    final String name;
    final Recorder recorder = new Recorder();
    final AtomicLong rekeys = new AtomicLong();
    final AtomicLong tekSwitches = new AtomicLong();
    final AtomicBoolean registered = new AtomicBoolean();
    final AtomicBoolean refused = new AtomicBoolean();

    @Nullable
    private volatile Agent agent;

    Party(String name) {
        this.name = name;
    }

    void runs(Agent started) {
        agent = started;
    }

    Agent agent() {
        Agent started = agent;
        if (started == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return started;
    }

    /** Counts an event and gives the line that says it. */
    void on(AgentEvent event, BiConsumer<Kind, String> say) {
        switch (event) {
            case AgentEvent.Registering asks ->
                say.accept(
                        Kind.PLAIN,
                        name + " asks the key server at port " + asks.server().getPort());
            case AgentEvent.Registered has -> {
                registered.set(true);
                say.accept(Kind.GOOD, name + " registered, traffic keys: " + has.dataSas());
            }
            case AgentEvent.RegistrationFailed not -> {
                refused.compareAndSet(false, not.kind() == MemberEffect.Kind.NOT_ADMITTED);
                say.accept(Kind.BAD, name + " is refused: " + not.why());
            }
            case AgentEvent.Rekeyed ignored -> rekeys.incrementAndGet();
            case AgentEvent.TekSwitched switched -> {
                tekSwitches.incrementAndGet();
                say.accept(Kind.PLAIN, "%s switches to traffic key %08x".formatted(name, switched.to()));
            }
            case AgentEvent.Excluded excluded -> say.accept(Kind.BAD, name + " is excluded: " + excluded.why());
            case AgentEvent.Dark dark ->
                say.accept(Kind.BAD, "%s is dark: no key for %08x".formatted(name, dark.unknownSpi()));
            case AgentEvent.Lit ignored -> say.accept(Kind.GOOD, name + " sees the stream again");
            case AgentEvent.Stopped ignored -> say.accept(Kind.PLAIN, name + " stopped");
        }
    }

    @Override
    public void close() {
        Agent started = agent;
        if (started != null) {
            started.close();
        }
    }

    /** How a line is meant. */
    enum Kind {
        PLAIN,
        GOOD,
        BAD
    }
}
