package io.opengcks.gcks.group;

/** Sends rekey messages. What is not reported as sent is published again after a restart. */
@FunctionalInterface
public interface OutboxPublisher {
    /**
     * Called once the message is durable, for one group in order and never by two threads at once. Must not block for the
     * spacing of copies.
     *
     * @param sent to be run once all copies are out, from any thread, at most once
     */
    void publish(OutboxMessage message, Runnable sent);
}
