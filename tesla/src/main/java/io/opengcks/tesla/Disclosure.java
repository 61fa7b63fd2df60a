package io.opengcks.tesla;

/** What a packet can say about keys beside its MAC. Keys are {@code scheme.keyOctets()} octets. */
public sealed interface Disclosure {
    /** The octets disclosed; not a copy. */
    byte[] key();

    /** K_interval, from interval + d on. It proves itself. Also the last key of the chain before (RFC 5776 §3.4.6). */
    @SuppressWarnings("ArrayRecordComponent") // octets straight to or from the wire; equality is never asked
    record Key(long interval, byte[] key) implements Disclosure {}

    /** F of the first key of a chain to come (RFC 5776 §3.4.5). Good only if the packet's own MAC is. */
    @SuppressWarnings("ArrayRecordComponent")
    record NewChain(long chain, byte[] key) implements Disclosure {}

    /** Key of the upper chain that opens the lower chain {@code number - 1}. It proves itself. */
    @SuppressWarnings("ArrayRecordComponent")
    record UpperKey(long number, byte[] key) implements Disclosure {}
}
