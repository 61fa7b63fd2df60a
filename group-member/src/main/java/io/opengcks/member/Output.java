package io.opengcks.member;

import java.io.OutputStream;
import java.net.InetSocketAddress;

/** Where a receiver puts what it opened. */
public sealed interface Output {
    /** Datagram by datagram to an address and port. */
    record Udp(InetSocketAddress to) implements Output {}

    /** The data of the datagrams one behind the other, nothing else; flushed whenever none waits. */
    record Stream(OutputStream to) implements Output {}

    /** To the program that embeds the agent. */
    record Callback(PayloadHandler handler) implements Output {}

    /** Nowhere: a pure sender. */
    record Nothing() implements Output {}
}
