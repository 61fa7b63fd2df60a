package io.opengcks.member;

/** Told what happens to an agent. */
@FunctionalInterface
public interface AgentListener {
    AgentListener NONE = event -> {};

    /** Called on the agent's event loop: it must not block. */
    void on(AgentEvent event);
}
