package io.opengcks.esp;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * Key material of one SA. Compares in constant time, never prints itself, and can be overwritten. The octets are copied
 * in. Not thread-safe against {@link #destroy()}.
 */
public final class Keymat implements Destroyable {
    private final byte[] octets;
    private boolean destroyed;

    private Keymat(byte[] octets) {
        this.octets = octets;
    }

    /** Copies {@code octets}; the caller still owns and clears its array. */
    public static Keymat copyOf(byte[] octets) {
        return new Keymat(octets.clone());
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** Octets {@code from} (inclusive) to {@code to} (exclusive), copied; whoever asks clears them. */
    byte[] copyOfRange(int from, int to) {
        if (destroyed) {
            throw new IllegalStateException("the key material was destroyed");
        }
        return Arrays.copyOfRange(octets, from, to);
    }

    @Override
    public void destroy() {
        Arrays.fill(octets, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Keymat keymat && MessageDigest.isEqual(octets, keymat.octets);
    }

    /** The length only: a hash of the octets would say something about them. */
    @Override
    public int hashCode() {
        return octets.length;
    }

    @Override
    public String toString() {
        return "<redacted>";
    }
}
