package io.opengcks.tesla;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chains of equal length one after the other without a gap, for sessions without an end (RFC 5776 §3.1.2.2), made by a
 * second, slow chain above them (two levels, after Liu and Ning, NDSS 2003): the last key of chain c is a one-way function of
 * key c + 1 of the upper chain.
 *
 * <p>That key may be disclosed once chain c is. It gives a receiver that missed any number of keys, a whole chain or years,
 * every key of chain c at once, and by them the commitment to chain c + 1 that packets of chain c carried; no signature is
 * needed again. Chain c + 1 is made while chain c is in use, two hashes an interval, so it is ready at half time, when
 * its commitment can be sent. Not thread-safe.
 */
public final class ChainSequence implements KeySource {
    private final KeyChain upper;
    private final OneWay oneWay;
    private final long chainLength;
    private final Commitment upperCommitment;
    private long number;
    private KeyChain current;
    private @Nullable KeyChain next;
    private @Nullable Growth growth;
    private byte[] previousLast = new byte[0];
    /** Hashes the next chain has had. */
    private long worked;

    private boolean destroyed;

    /**
     * Starts, or goes on: makes the chain of {@code interval} at once, {@code chainLength} hashes or fewer.
     *
     * @param upper       the upper chain, new or restored from {@link #checkpoint}; taken over. There is one lower chain
     *                    fewer than it has keys
     * @param chainLength N + 1, 2 to {@link KeyChain#MAX_LENGTH}
     * @param interval    where to start, not in a chain before that of the checkpoint
     */
    public ChainSequence(KeyChain upper, long chainLength, long interval) {
        KeyChain.checkLength(chainLength);
        if (chainLength < 2 || upper.chainLength() < 2) {
            throw new IllegalArgumentException("a sequence needs chains of two keys and more");
        }
        this.upper = upper;
        this.chainLength = chainLength;
        oneWay = new OneWay(upper.scheme());
        upperCommitment = upper.commitment();
        number = interval / chainLength;
        if (interval < 0 || number >= chains()) {
            throw new IllegalArgumentException("no chain has the interval " + interval);
        }
        current = new Growth(oneWay, seed(number), chainLength).finish();
        current.advanceTo(interval % chainLength);
        startNext();
        catchUp();
    }

    /** How many lower chains there are. */
    public long chains() {
        return upper.chainLength() - 1;
    }

    @Override
    public Scheme scheme() {
        return upper.scheme();
    }

    @Override
    public long last() {
        // a session ends with the last chain, or where an interval would no longer be a number
        return Math.multiplyHigh(chains(), chainLength) == 0 && chains() * chainLength > 0
                ? chains() * chainLength - 1
                : Long.MAX_VALUE;
    }

    @Override
    public long chainLength() {
        return chainLength;
    }

    @Override
    public long interval() {
        return number * chainLength + current.interval();
    }

    @Override
    public byte[] key() {
        return current.key();
    }

    @Override
    public void advanceTo(long interval) {
        if (interval < interval() || interval > last()) {
            throw new IllegalArgumentException("interval " + interval + " is not in " + interval() + ".." + last());
        }
        while (interval / chainLength > number) {
            switchOver(interval / chainLength);
        }
        current.advanceTo(interval % chainLength);
        catchUp();
    }

    @Override
    public Commitment commitment() {
        return new Commitment(number * chainLength - 1, current.commitment().key());
    }

    /** The commitment to the chain after the current one, from half time of the current one on. */
    public Optional<Commitment> nextCommitment() {
        return next == null
                ? Optional.empty()
                : Optional.of(new Commitment(
                        (number + 1) * chainLength - 1, next.commitment().key()));
    }

    /** The last key of the chain before the current one, for who missed it (RFC 5776 §3.4.6); the caller minds when. */
    public Optional<Commitment> previousLast() {
        return previousLast.length == 0
                ? Optional.empty()
                : Optional.of(new Commitment(number * chainLength - 1, previousLast.clone()));
    }

    /** The commitment to the upper chain: {@code interval} -1, and keys numbered like the lower chains. */
    public Commitment upperCommitment() {
        return new Commitment(upperCommitment.interval(), upperCommitment.key().clone());
    }

    /**
     * Key c of the upper chain, c the number of the current chain: it opens chain c - 1 and all before. It may be disclosed
     * when every key of chain c - 1 may; the caller minds when.
     */
    public Commitment upperKey() {
        return new Commitment(number, oneWay.back(upper.key(), upper.interval() - number));
    }

    /** State of the upper chain, a secret, from which the sequence can go on at the current interval or a later one. */
    public byte[] checkpoint() {
        return upper.checkpoint();
    }

    @Override
    public void destroy() {
        upper.destroy();
        current.destroy();
        if (next != null) {
            next.destroy();
        }
        if (growth != null) {
            growth.wipe();
        }
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "ChainSequence[" + scheme() + ", interval " + interval() + ", chains of " + chainLength + "]";
    }

    private void switchOver(long wanted) {
        if (wanted == number + 1) {
            current.advanceTo(chainLength - 1);
            previousLast = current.key();
            current.destroy();
            current = next != null ? next : finishNext();
            number = wanted;
        } else {
            current.destroy();
            number = wanted;
            previousLast = seed(wanted - 1); // the last key of a chain is its seed
            current = new Growth(oneWay, seed(wanted), chainLength).finish();
        }
        startNext();
    }

    private KeyChain finishNext() {
        if (growth == null) {
            throw new IllegalStateException("there is no chain after the last");
        }
        return growth.finish();
    }

    private void startNext() {
        next = null;
        if (growth != null && !growth.isDone()) {
            growth.wipe();
        }
        growth = number + 1 < chains() ? new Growth(oneWay, seed(number + 1), chainLength) : null;
        worked = 0;
    }

    private void catchUp() {
        if (growth == null || next != null) {
            return;
        }
        long due = 2 * (current.interval() + 1);
        growth.work(due - worked);
        worked = due;
        if (growth.isDone()) {
            next = growth.finish();
        }
    }

    private byte[] seed(long chain) {
        if (upper.interval() < chain + 1) {
            upper.advanceTo(chain + 1);
        }
        long steps = upper.interval() - (chain + 1);
        if (steps > 1) {
            throw new IllegalArgumentException("the checkpoint is of a later chain than " + chain);
        }
        byte[] key = oneWay.back(upper.key(), steps);
        byte[] seed = oneWay.lowerSeed(key);
        Arrays.fill(key, (byte) 0);
        return seed;
    }
}
