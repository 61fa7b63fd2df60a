package io.opengcks.gcks.registration;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** UDP sockets and timers on one event loop: epoll where it loads, else the JDK's. */
public final class UdpTransport implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group;

    public UdpTransport() {
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("gcks-udp"), handlers);
    }

    /** The one event loop. */
    public EventLoop loop() {
        return group.next();
    }

    /**
     * A socket that receives.
     *
     * @param local       port 0 is a free one
     * @param maxDatagram octets; of a longer datagram {@code maxDatagram} + 1 arrive
     * @throws IOException if the address cannot be had, saying which
     */
    public DatagramChannel bind(InetSocketAddress local, int maxDatagram, ChannelHandler handler) throws IOException {
        Bootstrap bootstrap = bootstrap(local.getAddress(), handler)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(maxDatagram + 1));
        if (epoll && local.getAddress() instanceof Inet4Address) {
            // On a wildcard address this says to which of our addresses a datagram came: NAT detection hashes it.
            bootstrap.option(EpollChannelOption.IP_RECVORIGDSTADDR, true);
        }
        return bound(bootstrap, local);
    }

    private Bootstrap bootstrap(InetAddress family, ChannelHandler handler) {
        boolean ipv4 = family instanceof Inet4Address;
        SocketProtocolFamily protocol = ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        return new Bootstrap()
                .group(group)
                .channelFactory(() -> epoll ? new EpollDatagramChannel(protocol) : new NioDatagramChannel(protocol))
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .handler(handler);
    }

    private static DatagramChannel bound(Bootstrap bootstrap, InetSocketAddress local) throws IOException {
        var bound = bootstrap.bind(local).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(
                    "cannot listen at UDP " + text(local) + ": " + (cause == null ? "unknown" : cause.getMessage()),
                    cause);
        }
        return (DatagramChannel) bound.channel();
    }

    /** An address without a host name in front. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Closes every socket and ends the loop. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
