package io.opengcks.gcks.group;

import java.net.InetAddress;
import java.util.Optional;

/**
 * One stream of plain traffic that the group protects; each flow has a Data-Security SA of its own.
 *
 * @param group  multicast address the stream goes to
 * @param port   UDP port of the stream, 1 to 65535
 * @param source the only sender (source-specific multicast, RFC 4607); empty: any source
 */
public record Flow(InetAddress group, int port, Optional<InetAddress> source) {
    public Flow {
        PolicyException.multicast("flow", group);
        PolicyException.port("flow", port);
        PolicyException.source("flow", group, source);
    }
}
