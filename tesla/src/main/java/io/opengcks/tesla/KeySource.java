package io.opengcks.tesla;

import javax.security.auth.Destroyable;

/** Where a sender gets its keys from, in the order of the intervals: one chain, or a sequence of them. */
public sealed interface KeySource extends Destroyable permits KeyChain, ChainSequence {
    /** The functions of the chain or of every chain of the sequence. */
    Scheme scheme();

    /** Last interval that has a key. */
    long last();

    /** Length of one chain in intervals, N + 1 of RFC 5776. Chain c covers the intervals from c·length on. */
    long chainLength();

    /** The interval of the current key. */
    long interval();

    /**
     * A copy of the key of {@link #interval}, which the caller keeps secret until its disclosure is due.
     *
     * @throws IllegalStateException if the source was destroyed
     */
    byte[] key();

    /**
     * Goes forward; there is no way back.
     *
     * @throws IllegalArgumentException if the interval lies behind the current one or after the last
     */
    void advanceTo(long interval);

    /** F of the first key of the chain of the current interval, which may be public from the start. */
    Commitment commitment();

    /** Overwrites every key. */
    @Override
    void destroy();

    /**
     * A key that may be known to everybody.
     *
     * @param interval the interval it stands for, one before the first of its chain, so -1 for the first chain
     * @param key      {@code scheme.keyOctets()} octets
     */
    @SuppressWarnings("ArrayRecordComponent") // octets straight to or from the wire; equality is never asked
    record Commitment(long interval, byte[] key) {}
}
