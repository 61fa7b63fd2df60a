package io.opengcks.esp.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link UdpPort} is opened. Start from {@link #receiver}, {@link #sender} or {@link #plain}.
 *
 * @param bind              local address and port; its family is the family of the port
 * @param group             multicast group to join, or null
 * @param source            the only source to hear in the group (RFC 4607), or null for any
 * @param networkInterface  where the group is joined and multicast leaves; null only without multicast
 * @param reuseAddress      whether other sockets may bind the same address and port
 * @param hopLimit          TTL of multicast that is sent, 0 to 255; 0 stays on the host
 * @param loopback          whether members on this host hear what is sent
 * @param receiveBuffer     octets asked for as SO_RCVBUF; the system may give less
 * @param sendBuffer        octets asked for as SO_SNDBUF
 * @param maxDatagram       octets of the longest datagram that is accepted; longer ones are dropped and counted
 */
public record UdpOptions(
        InetSocketAddress bind,
        @Nullable InetAddress group,
        @Nullable InetAddress source,
        @Nullable NetworkInterface networkInterface,
        boolean reuseAddress,
        int hopLimit,
        boolean loopback,
        int receiveBuffer,
        int sendBuffer,
        int maxDatagram) {
    public static final int DEFAULT_BUFFER = 8 << 20;
    public static final int DEFAULT_HOP_LIMIT = 1;
    /** Enough for an Ethernet frame with every encapsulation there is. */
    public static final int DEFAULT_MAX_DATAGRAM = 2048;
    /** The longest datagram UDP has. */
    public static final int MAX_DATAGRAM = 65_535;

    public UdpOptions {
        if (group != null && (!group.isMulticastAddress() || networkInterface == null)) {
            throw new IllegalArgumentException("to join takes a multicast address and a network interface: " + group);
        }
        if (source != null && group == null) {
            throw new IllegalArgumentException("a source without a group: " + source);
        }
        if (hopLimit < 0 || hopLimit > 255) {
            throw new IllegalArgumentException("not a hop limit: " + hopLimit);
        }
        if (maxDatagram < 1 || maxDatagram > MAX_DATAGRAM) {
            throw new IllegalArgumentException("not a length of datagrams: " + maxDatagram);
        }
    }

    /** Hears what is sent to a group and port on one interface, from any source or only from {@code source}. */
    public static UdpOptions receiver(
            InetSocketAddress group, NetworkInterface networkInterface, @Nullable InetAddress source) {
        return plain(group).joining(group.getAddress(), networkInterface, source);
    }

    /**
     * Sends to groups on one interface.
     *
     * @param local source address and port of the packets; port 0: the system chooses
     */
    public static UdpOptions sender(InetSocketAddress local, NetworkInterface networkInterface, int hopLimit) {
        return new UdpOptions(
                local,
                null,
                null,
                networkInterface,
                false,
                hopLimit,
                true,
                DEFAULT_BUFFER,
                DEFAULT_BUFFER,
                DEFAULT_MAX_DATAGRAM);
    }

    /** Unicast on a local address and port. */
    public static UdpOptions plain(InetSocketAddress bind) {
        return new UdpOptions(
                bind,
                null,
                null,
                null,
                false,
                DEFAULT_HOP_LIMIT,
                true,
                DEFAULT_BUFFER,
                DEFAULT_BUFFER,
                DEFAULT_MAX_DATAGRAM);
    }

    /** The same, and a member of a group. Others on this host may then bind the same address, as members do. */
    public UdpOptions joining(InetAddress joined, NetworkInterface on, @Nullable InetAddress from) {
        return new UdpOptions(bind, joined, from, on, true, hopLimit, loopback, receiveBuffer, sendBuffer, maxDatagram);
    }

    public UdpOptions withReuseAddress(boolean reuse) {
        return new UdpOptions(
                bind,
                group,
                source,
                networkInterface,
                reuse,
                hopLimit,
                loopback,
                receiveBuffer,
                sendBuffer,
                maxDatagram);
    }

    public UdpOptions withLoopback(boolean heard) {
        return new UdpOptions(
                bind,
                group,
                source,
                networkInterface,
                reuseAddress,
                hopLimit,
                heard,
                receiveBuffer,
                sendBuffer,
                maxDatagram);
    }

    public UdpOptions withBuffers(int receive, int send) {
        return new UdpOptions(
                bind, group, source, networkInterface, reuseAddress, hopLimit, loopback, receive, send, maxDatagram);
    }

    public UdpOptions withMaxDatagram(int octets) {
        return new UdpOptions(
                bind,
                group,
                source,
                networkInterface,
                reuseAddress,
                hopLimit,
                loopback,
                receiveBuffer,
                sendBuffer,
                octets);
    }
}
