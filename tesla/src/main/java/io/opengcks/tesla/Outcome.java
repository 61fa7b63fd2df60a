package io.opengcks.tesla;

/**
 * What a receiver has to tell its application.
 *
 * @param <P> what the application calls a packet
 */
public sealed interface Outcome<P> {
    /** It is the sender's, unaltered. In {@link Receiver.Mode#FLAG} it follows an {@link Unchecked} of the same ticket. */
    record Authentic<P>(P packet, long interval, long ticket) implements Outcome<P> {}

    /** Only in {@link Receiver.Mode#FLAG}: it is safe, but nobody knows yet whose it is. */
    record Unchecked<P>(P packet, long interval, long ticket) implements Outcome<P> {}

    /** Only in {@link Receiver.Mode#FLAG}: it is not the sender's, or it will never be known ({@code why} tells). */
    record Doubtful<P>(P packet, long ticket, Why why) implements Outcome<P> {}

    /** Why a packet delivered unchecked did not become authentic. */
    enum Why {
        FORGED,
        EXPIRED,
        EVICTED
    }
}
