package io.opengcks.tesla;

import org.jspecify.annotations.Nullable;

/**
 * What a receiver must have from the sender over an authentic way before it can believe anything (RFC 4082 §3.3).
 *
 * @param scheme      functions and lengths
 * @param schedule    when keys are used and disclosed
 * @param chainLength N + 1, intervals a chain covers
 * @param anchor      one authentic key
 * @param upper       one authentic key of the upper chain, of a sequence of two levels; its {@code chain} is 0 and its
 *                    {@code interval} the key's number
 */
public record Parameters(
        Scheme scheme,
        Schedule schedule,
        long chainLength,
        Anchor anchor,
        @Nullable Anchor upper) {
    public Parameters {
        KeyChain.checkLength(chainLength);
        check(scheme, anchor);
        if (upper != null) {
            check(scheme, upper);
        }
        if (anchor.interval() < anchor.chain() * chainLength - 1
                || anchor.interval() >= (anchor.chain() + 1) * chainLength) {
            throw new IllegalArgumentException(
                    "interval " + anchor.interval() + " is not of chain " + anchor.chain() + " of " + chainLength);
        }
    }

    /** What a source's receivers have to know to start where the source is now. */
    public static Parameters of(KeySource keys, Schedule schedule) {
        KeySource.Commitment first = keys.commitment();
        long chain = (first.interval() + 1) / keys.chainLength();
        Anchor upper = null;
        if (keys instanceof ChainSequence sequence) {
            upper = new Anchor(
                    0,
                    sequence.upperCommitment().interval(),
                    sequence.upperCommitment().key());
        }
        return new Parameters(
                keys.scheme(), schedule, keys.chainLength(), new Anchor(chain, first.interval(), first.key()), upper);
    }

    private static void check(Scheme scheme, Anchor anchor) {
        if (anchor.key().length != scheme.keyOctets()
                || anchor.interval() < -1
                || anchor.chain() < 0
                || anchor.interval() >= 1L << 62) {
            throw new IllegalArgumentException("the authentic key has another length or an impossible interval");
        }
    }

    /**
     * An authentic key.
     *
     * @param chain    number of its chain, from 0
     * @param interval its interval; one before the first of the chain for the commitment F(K_first)
     * @param key      {@code scheme.keyOctets()} octets
     */
    @SuppressWarnings("ArrayRecordComponent") // octets straight to or from the wire; equality is never asked
    public record Anchor(long chain, long interval, byte[] key) {}
}
