package io.opengcks.member;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes payloads to a stream that may block, on a thread of its own: a pipe that nobody reads must not stop the event loop.
 * Between the two stands a ring of fixed size; a payload that does not fit whole is dropped whole.
 */
final class StreamSink implements Sink {
    private final OutputStream stream;
    private final Consumer<IOException> broken;
    private final byte[] ring;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread writer;
    private long written;
    private long read;
    private boolean closed;

    /** @param broken told once if the stream breaks; everything after that is dropped */
    StreamSink(OutputStream stream, int capacity, Consumer<IOException> broken) {
        this.stream = stream;
        this.broken = broken;
        this.ring = new byte[capacity];
        this.writer = Thread.ofPlatform().daemon().name("opengcks-output").start(this::write);
    }

    @Override
    public boolean deliver(byte[] octets, int offset, int length) {
        lock.lock();
        try {
            if (closed || length > ring.length - (written - read)) {
                return false;
            }
            int at = (int) (written % ring.length);
            int first = Math.min(length, ring.length - at);
            System.arraycopy(octets, offset, ring, at, first);
            System.arraycopy(octets, offset + first, ring, 0, length - first);
            written += length;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void burstEnded() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the writer finish what it has, for at most a second: a blocked reader must not hold up the end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            for (int ready = await(); ready > 0; ready = await()) {
                stream.write(ring, (int) (read % ring.length), ready);
                if (taken(ready)) {
                    stream.flush();
                }
            }
        } catch (IOException e) {
            refuseMore();
            broken.accept(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseMore() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Octets that stand in one piece; 0 at the end. */
    private int await() throws InterruptedException {
        lock.lock();
        try {
            while (written == read && !closed) {
                changed.await();
            }
            return (int) Math.min(written - read, ring.length - read % ring.length);
        } finally {
            lock.unlock();
        }
    }

    /** Frees what was written; true if nothing waits. */
    private boolean taken(int octets) {
        lock.lock();
        try {
            read += octets;
            return written == read;
        } finally {
            lock.unlock();
        }
    }
}
