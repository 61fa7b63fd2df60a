package io.opengcks.esp.io;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Threads that serve sockets, by the fastest transport this machine has. */
public final class EventLoops implements AutoCloseable {
    /** How sockets are served. */
    public enum Transport {
        /** Linux, through Netty's native library: recvmmsg, segmentation offload. */
        EPOLL,
        /** Every platform. */
        NIO;

        /** Epoll where its library loads. */
        public static Transport best() {
            return Epoll.isAvailable() ? EPOLL : NIO;
        }
    }

    private final Transport transport;
    private final EventLoopGroup group;

    private EventLoops(Transport transport, EventLoopGroup group) {
        this.transport = transport;
        this.group = group;
    }

    /**
     * Daemon threads on the {@linkplain Transport#best() best} transport.
     *
     * @param name start of the names of the threads
     */
    public static EventLoops start(int threads, String name) {
        return start(Transport.best(), threads, name);
    }

    /** The same on a given transport. */
    public static EventLoops start(Transport transport, int threads, String name) {
        IoHandlerFactory handlers = switch (transport) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        var threadFactory = new DefaultThreadFactory(name, true);
        return new EventLoops(transport, new MultiThreadIoEventLoopGroup(threads, threadFactory, handlers));
    }

    public Transport transport() {
        return transport;
    }

    /** The loops, for channels of one's own. */
    public EventLoopGroup group() {
        return group;
    }

    /** One of the loops, for ports that shall be served by the same thread. */
    public EventLoop next() {
        return group.next();
    }

    DatagramChannel newDatagramChannel(boolean ipv6) {
        SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return switch (transport) {
            case EPOLL -> new EpollDatagramChannel(family);
            case NIO -> new NioDatagramChannel(family);
        };
    }

    /** Closes all ports and ends the threads; waits up to two seconds for that. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
