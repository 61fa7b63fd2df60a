package io.opengcks.member;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A group member at work: registers with a GCKS, follows its rekey messages, sends and receives the group's packets. All of
 * it runs on one event loop of its own; the methods may be called from any thread.
 *
 * <p>Fails closed: without a valid SA nothing is sent and nothing is delivered.
 */
public final class Agent implements AutoCloseable {
    private Agent() {}

    /**
     * Starts an agent and returns at once; what becomes of it, the listener hears.
     *
     * @param metrics where its {@code opengcks.*} metrics go
     * @throws java.io.UncheckedIOException if a socket cannot be opened
     */
    public static Agent start(AgentSettings settings, AgentListener listener, MeterRegistry metrics) {
        if (settings.servers().isEmpty()) {
            return new Agent();
        }
        throw new AssertionError("the data path is not there yet");
    }

    /** Done when the agent has keys for the first time; fails when it is closed before. */
    public CompletableFuture<Void> registered() {
        return new CompletableFuture<>();
    }

    /**
     * Sends one datagram to the group. The octets are copied before this returns.
     *
     * @return false if it was dropped at once, because the queue is full or the agent is closed; true says that it is on its
     *     way, and is dropped later if the agent has no SA to send on
     * @throws IllegalStateException if the agent is no sender
     */
    public boolean send(byte[] octets, int offset, int length) {
        return false;
    }

    /** Sends all of {@code payload}. */
    public boolean send(byte[] payload) {
        return send(payload, 0, payload.length);
    }

    /** Where a sender listens for plain UDP; empty where it has no input. */
    public Optional<InetSocketAddress> inputAddress() {
        return Optional.empty();
    }

    /** A consistent snapshot. */
    public AgentStatus status() {
        java.util.Objects.requireNonNull(this);
        throw new AssertionError("the data path is not there yet");
    }

    /** Leaves the group, within the time the settings allow, and frees everything. Does nothing the second time. */
    @Override
    public void close() {}

    /** Stops at once and tells nobody, as a crash would. */
    public void abort() {}
}
