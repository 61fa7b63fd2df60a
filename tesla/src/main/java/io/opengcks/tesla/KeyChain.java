package io.opengcks.tesla;

import java.util.Arrays;
import java.util.Objects;
import javax.security.auth.Destroyable;

/**
 * The sender's one-way chain K_0 … K_N: K_i = F(K_{i+1}), K_N is drawn at random (RFC 4082 §3.2). K_0 is the commitment, the
 * key receivers get authenticated; K_i belongs to interval i.
 *
 * <p>Keeps about 2·√N keys: one at the end of every block of √N and all of the block in use. So going forwards costs two
 * hashes a key on average, and a jump √N. Not thread-safe.
 */
public final class KeyChain implements Destroyable {
    /** Longest chain. Making one computes all its keys once. */
    public static final int MAX_LENGTH = 1 << 24;

    private final Prf prf;
    private final int last;
    private final int block;
    /** Last key of each block, the last of all in the last one. */
    private final byte[][] ends;

    private byte[][] current = new byte[0][];
    private int currentBlock = -1;
    private boolean destroyed;

    /**
     * Makes the whole chain.
     *
     * @param lastKey K_N, {@code prf.octets()} unpredictable octets; copied
     * @param last    N, 1 to {@link #MAX_LENGTH}
     */
    public KeyChain(Prf prf, byte[] lastKey, int last) {
        if (lastKey.length != prf.octets()) {
            throw new IllegalArgumentException("the last key has " + lastKey.length + " octets, not " + prf.octets());
        }
        if (last < 1 || last > MAX_LENGTH) {
            throw new IllegalArgumentException("a chain up to interval " + last + " is not in 1.." + MAX_LENGTH);
        }
        this.prf = prf;
        this.last = last;
        block = (int) Math.ceil(Math.sqrt(last + 1.0));
        ends = new byte[last / block + 1][];
        byte[] key = lastKey.clone();
        for (int b = ends.length - 1, index = last; b >= 0; b--) {
            int end = Math.min(last, (b + 1) * block - 1);
            key = prf.back(key, index - end);
            index = end;
            ends[b] = key;
        }
    }

    /** The function of this chain. */
    public Prf prf() {
        return prf;
    }

    /** N, the last interval that has a key. */
    public int last() {
        return last;
    }

    /** K_0, which may be public from the start. */
    public byte[] commitment() {
        return key(0);
    }

    /**
     * A copy of K_i, which the caller keeps secret until its disclosure is due.
     *
     * @throws IndexOutOfBoundsException if the chain has no such interval
     */
    public byte[] key(int interval) {
        return at(interval).clone();
    }

    /**
     * K'_i = F'(K_i), the key of the MACs of interval i, never disclosed itself.
     *
     * @throws IndexOutOfBoundsException if the chain has no such interval
     */
    public byte[] macKey(int interval) {
        return prf.macKey(at(interval));
    }

    private byte[] at(int interval) {
        if (destroyed) {
            throw new IllegalStateException("the chain was destroyed");
        }
        Objects.checkIndex(interval, last + 1);
        int wanted = interval / block;
        if (wanted != currentBlock) {
            load(wanted);
        }
        return current[interval - wanted * block];
    }

    private void load(int wanted) {
        wipe(current);
        int first = wanted * block;
        var keys = new byte[Math.min(last, first + block - 1) - first + 1][];
        keys[keys.length - 1] = ends[wanted].clone();
        for (int i = keys.length - 2; i >= 0; i--) {
            keys[i] = prf.back(keys[i + 1], 1);
        }
        current = keys;
        currentBlock = wanted;
    }

    private static void wipe(byte[][] keys) {
        for (byte[] key : keys) {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public void destroy() {
        wipe(ends);
        wipe(current);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "KeyChain[" + prf + ", 0.." + last + "]";
    }
}
