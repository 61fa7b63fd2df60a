package io.opengcks.member;

import io.opengcks.esp.io.UdpPort;
import java.net.InetSocketAddress;

/** Sends payloads as plain UDP. */
record UdpSink(UdpPort port, InetSocketAddress to) implements Sink {
    @Override
    public boolean deliver(byte[] octets, int offset, int length) {
        return port.send(octets, offset, length, to);
    }

    @Override
    public void burstEnded() {
        port.flush();
    }

    @Override
    public void close() {
        port.close();
    }
}
