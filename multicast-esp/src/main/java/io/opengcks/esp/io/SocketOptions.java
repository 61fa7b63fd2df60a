package io.opengcks.esp.io;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;

/** Sets a channel up as {@link UdpOptions} say, whatever the transport. */
final class SocketOptions {
    /** Datagrams taken from the system at once. */
    private static final int BATCH = 32;
    /** Octets of receive buffer for such a batch of long datagrams. */
    private static final int MAX_BATCH_OCTETS = 1 << 18;

    /** What every IPv6 path has, and nearly every IPv4 path. */
    private static final int LEAST_MTU = 1280;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);

    // linux/in.h, linux/in6.h. Netty's own IP_MULTICAST_TTL sets IP_TTL on epoll, which multicast does not heed.
    private static final IntegerUnixChannelOption EPOLL_IPV4_HOPS =
            new IntegerUnixChannelOption("IP_MULTICAST_TTL", 0, 33);
    private static final IntegerUnixChannelOption EPOLL_IPV6_HOPS =
            new IntegerUnixChannelOption("IPV6_MULTICAST_HOPS", 41, 18);

    private SocketOptions() {}

    static void apply(UdpOptions options, EventLoops.Transport transport, DatagramChannel channel) {
        ChannelConfig config = channel.config();
        boolean ipv6 = options.bind().getAddress() instanceof Inet6Address;
        config.setOption(ChannelOption.SO_REUSEADDR, options.reuseAddress());
        config.setOption(ChannelOption.SO_RCVBUF, options.receiveBuffer());
        config.setOption(ChannelOption.SO_SNDBUF, options.sendBuffer());
        config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        // One octet more than wanted, so that a longer datagram is known by its length, not silently cut.
        int slot = options.maxDatagram() + 1;
        switch (transport) {
            case EPOLL -> {
                if (EpollDatagramChannel.isSegmentedDatagramPacketSupported()
                        && config.setOption(EpollChannelOption.UDP_GRO, true)) {
                    // The system puts datagrams of one sender together (UDP receive offload), Netty cuts them again. It
                    // learns
                    // where from recvmsg alone, which MAX_DATAGRAM_PAYLOAD_SIZE would exchange for recvmmsg.
                    config.setOption(
                            ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(UdpOptions.MAX_DATAGRAM));
                } else {
                    int batch = Math.max(1, Math.min(BATCH, MAX_BATCH_OCTETS / slot));
                    config.setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, slot);
                    config.setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(slot * batch));
                }
            }
            case NIO -> config.setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(slot));
        }
        if (options.networkInterface() != null) {
            multicast(options, transport, config, ipv6);
        }
    }

    /**
     * Octets of the longest datagram that leaves in one piece, as far as is known: only such ones can be put together for the
     * system to cut. 0 where it does not do that.
     */
    static int longestSegment(UdpOptions options, EventLoops.Transport transport) {
        if (transport != EventLoops.Transport.EPOLL || !EpollDatagramChannel.isSegmentedDatagramPacketSupported()) {
            return 0;
        }
        try {
            InetAddress local = options.bind().getAddress();
            NetworkInterface device =
                    options.networkInterface() != null || local.isAnyLocalAddress() || local.isMulticastAddress()
                            ? options.networkInterface()
                            : NetworkInterface.getByInetAddress(local);
            int mtu = device == null ? LEAST_MTU : device.getMTU();
            return Math.max(0, mtu - (local instanceof Inet6Address ? 48 : 28)); // IP and UDP headers
        } catch (SocketException e) {
            return 0; // the interface is gone; sending will tell
        }
    }

    private static void multicast(
            UdpOptions options, EventLoops.Transport transport, ChannelConfig config, boolean ipv6) {
        switch (transport) {
            case EPOLL -> {
                config.setOption(ChannelOption.IP_MULTICAST_IF, options.networkInterface());
                config.setOption(ipv6 ? EPOLL_IPV6_HOPS : EPOLL_IPV4_HOPS, options.hopLimit());
                config.setOption(ChannelOption.IP_MULTICAST_LOOP_DISABLED, !options.loopback());
            }
            case NIO -> {
                config.setOption(
                        NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_IF), options.networkInterface());
                config.setOption(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_TTL), options.hopLimit());
                // Netty's IP_MULTICAST_LOOP_DISABLED has the opposite sense here.
                config.setOption(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_LOOP), options.loopback());
            }
        }
    }

    /** Whether members on this host hear what the channel sends, as the system says. */
    static boolean loopback(Channel channel, EventLoops.Transport transport) {
        return switch (transport) {
            case EPOLL -> !channel.config().getOption(ChannelOption.IP_MULTICAST_LOOP_DISABLED);
            case NIO -> channel.config().getOption(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_LOOP));
        };
    }

    /** The TTL of multicast, as the system says. */
    static int hopLimit(Channel channel, EventLoops.Transport transport, boolean ipv6) {
        return switch (transport) {
            case EPOLL -> channel.config().getOption(ipv6 ? EPOLL_IPV6_HOPS : EPOLL_IPV4_HOPS);
            case NIO -> channel.config().getOption(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_TTL));
        };
    }
}
