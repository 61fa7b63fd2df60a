package io.opengcks.member;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/**
 * Where a sender takes plain UDP from.
 *
 * @param listen           address and port to listen on; with {@code multicastGroup} only its port counts; port 0: any free one
 * @param multicastGroup   join this group and listen on it
 * @param networkInterface where to join; empty: the agent's interface
 */
public record Input(
        InetSocketAddress listen, Optional<InetAddress> multicastGroup, Optional<NetworkInterface> networkInterface) {
    public Input {
        multicastGroup.ifPresent(group -> {
            if (!group.isMulticastAddress()) {
                throw new IllegalArgumentException("not a multicast address: " + group.getHostAddress());
            }
        });
    }

    /** Unicast. */
    public static Input udp(InetSocketAddress listen) {
        return new Input(listen, Optional.empty(), Optional.empty());
    }
}
