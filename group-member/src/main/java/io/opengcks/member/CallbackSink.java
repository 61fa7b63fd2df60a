package io.opengcks.member;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the program that embeds the agent; what it throws stays here. */
final class CallbackSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackSink.class);

    private final PayloadHandler handler;
    private final Throttle failures = new Throttle(Duration.ofSeconds(1));

    CallbackSink(PayloadHandler handler) {
        this.handler = handler;
    }

    @Override
    public boolean deliver(byte[] octets, int offset, int length) {
        try {
            handler.payload(octets, offset, length);
        } catch (RuntimeException e) {
            if (failures.admits(System.nanoTime())) {
                LOG.error("payload handler failed", e);
            }
        }
        return true;
    }
}
