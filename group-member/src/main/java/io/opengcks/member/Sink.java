package io.opengcks.member;

/** Where opened payloads go. All calls come from the event loop. */
interface Sink extends AutoCloseable {
    /**
     * Takes one payload; the array is used again afterwards.
     *
     * @return false if it was dropped because the other side is too slow
     */
    boolean deliver(byte[] octets, int offset, int length);

    /** No more for now. */
    default void burstEnded() {}

    @Override
    default void close() {}
}
