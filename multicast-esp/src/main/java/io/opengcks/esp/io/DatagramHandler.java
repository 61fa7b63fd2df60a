package io.opengcks.esp.io;

import java.net.InetSocketAddress;

/** Takes what a {@link UdpPort} receives. All calls come from the event loop of the port. */
@FunctionalInterface
public interface DatagramHandler {
    /**
     * One datagram. The array belongs to the port: it may be written to, but holds the next datagram after the return.
     *
     * @param remote where it came from
     */
    void datagram(byte[] buffer, int off, int len, InetSocketAddress remote);

    /** No more datagrams wait for now: the moment to {@link UdpPort#flush} what was sent in answer to them. */
    default void burstEnded() {}

    /** The system refused to send or to receive, or {@link #datagram} threw. The port stays open. */
    default void failed(Throwable cause) {}
}
