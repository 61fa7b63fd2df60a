package io.opengcks.member;

import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thing to do at one time, on the event loop; a new time replaces the one before. */
final class Timer {
    private final EventLoop loop;
    private final Runnable task;
    private @Nullable ScheduledFuture<?> waiting;

    Timer(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** @param dueNs as {@link System#nanoTime()} */
    void set(long dueNs) {
        cancel();
        waiting = loop.schedule(this::fire, Math.max(0, dueNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    boolean isSet() {
        return waiting != null;
    }

    void cancel() {
        if (waiting != null) {
            waiting.cancel(false);
            waiting = null;
        }
    }

    private void fire() {
        waiting = null;
        task.run();
    }
}
