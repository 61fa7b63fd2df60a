package io.opengcks.protocols.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * Key material. Compares in constant time, never prints itself, and can be overwritten.
 *
 * <p>The octets are copied in and copied out, so that one owner can destroy them. Not thread-safe against
 * {@link #destroy()}: the owner sees to it that nobody uses a destroyed secret.
 */
public final class Secret implements Destroyable {
    private final byte[] octets;
    private boolean destroyed;

    private Secret(byte[] octets) {
        this.octets = octets;
    }

    /** Copies {@code octets}; the caller still owns and clears its array. */
    public static Secret copyOf(byte[] octets) {
        return new Secret(octets.clone());
    }

    /** Takes {@code octets} over without a copy; the caller must not keep the array. */
    public static Secret adopt(byte[] octets) {
        return new Secret(octets);
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** A copy, which the caller clears when done. */
    public byte[] copy() {
        live();
        return octets.clone();
    }

    /** Octets {@code from} (inclusive) to {@code to} (exclusive) as a secret of their own. */
    public Secret slice(int from, int to) {
        live();
        return new Secret(Arrays.copyOfRange(octets, from, to));
    }

    /** Constant-time comparison. */
    public boolean sameAs(Secret other) {
        live();
        other.live();
        return MessageDigest.isEqual(octets, other.octets);
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
        return other instanceof Secret secret && sameAs(secret);
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

    private void live() {
        if (destroyed) {
            throw new IllegalStateException("the secret was destroyed");
        }
    }
}
