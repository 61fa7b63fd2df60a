package io.opengcks.tesla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a chain a few hashes at a time, so that the next one is ready when the one in use ends. */
final class Growth {
    private final OneWay oneWay;
    private final long length;
    private final List<Long> wanted;
    private final List<byte[]> held = new ArrayList<>();
    private byte[] at;
    private long position;

    /** @param last last key of the chain to be; kept */
    Growth(OneWay oneWay, byte[] last, long length) {
        this.oneWay = oneWay;
        this.length = length;
        wanted = Pebbles.layout(length, 0);
        at = last;
        position = length - 1;
        keep();
    }

    /** At most {@code hashes} applications of F; {@code length} of them finish the chain. */
    void work(long hashes) {
        for (long left = hashes; left > 0 && position >= 0; left--) {
            byte[] before = oneWay.back(at);
            Arrays.fill(at, (byte) 0);
            at = before;
            position--;
            keep();
        }
    }

    /** The chain at its first key, whatever work is left. Nothing may be asked afterwards. */
    KeyChain finish() {
        work(length);
        return KeyChain.of(oneWay, length, Pebbles.restore(oneWay, held, length, 0), at);
    }

    boolean isDone() {
        return position < 0;
    }

    void wipe() {
        held.forEach(key -> Arrays.fill(key, (byte) 0));
        Arrays.fill(at, (byte) 0);
    }

    private void keep() {
        if (held.size() < wanted.size() && wanted.get(held.size()) == position) {
            held.add(at.clone());
        }
    }
}
