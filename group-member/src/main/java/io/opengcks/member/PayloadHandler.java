package io.opengcks.member;

/** Takes what the group sent. */
@FunctionalInterface
public interface PayloadHandler {
    /**
     * One datagram, opened and checked. Called on the agent's event loop: it must not block. The array is used again once
     * this returns; whoever wants the octets later copies them.
     */
    void payload(byte[] octets, int offset, int length);
}
