package io.opengcks.member;

import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/** Carries payloads from any thread to the event loop: a fixed number of slots that are used again and again. */
final class SendQueue {
    private final EventLoop loop;
    private final Transmitter transmitter;
    private final ArrayBlockingQueue<Slot> free;

    SendQueue(EventLoop loop, Transmitter transmitter, int slots) {
        this.loop = loop;
        this.transmitter = transmitter;
        this.free = new ArrayBlockingQueue<>(slots);
        for (int i = 0; i < slots; i++) {
            free.add(new Slot());
        }
    }

    /** False if no slot is free. */
    boolean offer(byte[] octets, int offset, int length) {
        Slot slot = free.poll();
        if (slot == null) {
            transmitter.queueFull();
            return false;
        }
        slot.fill(octets, offset, length);
        loop.execute(slot);
        return true;
    }

    private final class Slot implements Runnable {
        private byte[] octets = new byte[0];
        private int length;

        void fill(byte[] from, int offset, int count) {
            if (octets.length < count) {
                octets = Arrays.copyOfRange(from, offset, offset + count);
            } else {
                System.arraycopy(from, offset, octets, 0, count);
            }
            length = count;
        }

        @Override
        public void run() {
            transmitter.payload(octets, 0, length);
            transmitter.flush();
            free.add(this);
        }
    }
}
