package io.opengcks.tesla;

import java.security.MessageDigest;

/**
 * The receiver's side of a chain: checks a disclosed key back to the newest authentic one, across any keys that were lost,
 * and derives those from it (RFC 4082 §3.5, RFC 5776 §4.3). Not thread-safe.
 *
 * <p>Whoever sends forged keys makes a receiver compute hashes. {@code maxSteps} bounds them for each key; a key further
 * ahead is refused unseen, so it must be larger than any gap the receiver is meant to bridge.
 */
public final class KeyVerifier {
    /** What a disclosed key turned out to be. */
    public enum Verdict {
        /** Authentic and newer than all before: {@link #newest} moved to its interval. */
        AUTHENTIC,
        /** Authentic, of an interval already known. */
        KNOWN,
        /** Does not lead to an authentic key, or has the wrong length. Nothing changed. */
        FORGED,
        /** Further than {@code maxSteps} from the newest authentic key, ahead or behind: not looked at. Nothing changed. */
        TOO_FAR
    }

    private final OneWay oneWay;
    private final int maxSteps;
    private long newest;
    private byte[] key;

    /**
     * Starts from a key that was authenticated otherwise, by a signature or a registration.
     *
     * @param interval of that key, or one before the first of the chain, so at least -1
     * @param key      K_interval, {@code scheme.keyOctets()} octets; copied
     * @param maxSteps most hashes for one disclosed key, at least 1
     */
    public KeyVerifier(Scheme scheme, long interval, byte[] key, int maxSteps) {
        if (interval < -1) {
            throw new IllegalArgumentException("a key of interval " + interval);
        }
        if (key.length != scheme.keyOctets()) {
            throw new IllegalArgumentException(
                    "the authentic key has " + key.length + " octets, not " + scheme.keyOctets());
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("a bound of " + maxSteps + " steps lets no key through");
        }
        oneWay = new OneWay(scheme);
        this.maxSteps = maxSteps;
        newest = interval;
        this.key = key.clone();
    }

    /** Interval of the newest authentic key. */
    public long newest() {
        return newest;
    }

    /**
     * Checks a key as it came in.
     *
     * @param interval  the interval it is said to belong to, any number
     * @param disclosed of any length, not kept
     */
    public Verdict disclose(long interval, byte[] disclosed) {
        if (disclosed.length != oneWay.scheme().keyOctets()) {
            return Verdict.FORGED;
        }
        long steps = interval - newest;
        if (interval < -1 || steps > maxSteps || steps < -maxSteps) {
            return Verdict.TOO_FAR;
        }
        if (steps <= 0) {
            return MessageDigest.isEqual(oneWay.back(key, -steps), disclosed) ? Verdict.KNOWN : Verdict.FORGED;
        }
        if (!MessageDigest.isEqual(oneWay.back(disclosed, steps), key)) {
            return Verdict.FORGED;
        }
        newest = interval;
        key = disclosed.clone();
        return Verdict.AUTHENTIC;
    }

    /** Whether {@link #macKey} has the MAC key of an interval. */
    public boolean has(long interval) {
        long steps = newest - interval;
        return steps >= 0 && steps <= maxSteps;
    }

    /**
     * K'_i, the MAC key of an interval whose key is authentic by now, also where that key itself was lost.
     *
     * @param instance 0, or which of the instances that share the chain, up to 255
     * @throws IllegalArgumentException if it is newer than {@link #newest}, or more than {@code maxSteps} older
     */
    public byte[] macKey(long interval, int instance) {
        if (!has(interval)) {
            throw new IllegalArgumentException(
                    "interval " + interval + " is not among the " + maxSteps + " up to " + newest);
        }
        return oneWay.macKey(oneWay.back(key, newest - interval), instance);
    }
}
