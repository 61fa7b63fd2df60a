package io.opengcks.esp.io;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * A UDP socket on an event loop, for unicast and multicast. Beyond Netty's pooled buffers and its objects for a datagram
 * and its address nothing is allocated per packet.
 *
 * <p>Send from the event loop of the port where speed matters; other threads may send too.
 */
public final class UdpPort implements AutoCloseable {
    private final DatagramChannel channel;
    private final Receiver receiver;
    private final SendQueue queue;
    private final LongAdder unsent = new LongAdder();

    private UdpPort(DatagramChannel channel, Receiver receiver, int longestSegment) {
        this.channel = channel;
        this.receiver = receiver;
        this.queue = new SendQueue(channel, longestSegment);
    }

    /** Opens a port on one of the loops. */
    public static CompletionStage<UdpPort> open(EventLoops loops, UdpOptions options, DatagramHandler handler) {
        return open(loops, loops.next(), options, handler);
    }

    /**
     * Opens a port: binds, then joins the group if there is one.
     *
     * @param loop one of {@code loops}
     * @return fails with the exception of the system if the address is taken, the interface is gone, ...
     */
    public static CompletionStage<UdpPort> open(
            EventLoops loops, EventLoop loop, UdpOptions options, DatagramHandler handler) {
        var opened = new CompletableFuture<UdpPort>();
        var receiver = new Receiver(handler, options.maxDatagram());
        boolean ipv6 = options.bind().getAddress() instanceof Inet6Address;
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> loops.newDatagramChannel(ipv6))
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel fresh) {
                        SocketOptions.apply(options, loops.transport(), fresh);
                        fresh.pipeline().addLast(receiver);
                    }
                });
        var _ = bootstrap.bind(options.bind()).addListener((ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                join(
                        new UdpPort(
                                (DatagramChannel) bound.channel(),
                                receiver,
                                SocketOptions.longestSegment(options, loops.transport())),
                        options,
                        opened);
            } else {
                opened.completeExceptionally(bound.cause());
            }
        });
        return opened;
    }

    private static void join(UdpPort port, UdpOptions options, CompletableFuture<UdpPort> opened) {
        if (options.group() == null) {
            opened.complete(port);
            return;
        }
        var _ = port.channel
                .joinGroup(options.group(), options.networkInterface(), options.source())
                .addListener(joined -> {
                    if (joined.isSuccess()) {
                        opened.complete(port);
                    } else {
                        port.close();
                        opened.completeExceptionally(joined.cause());
                    }
                });
    }

    /**
     * Puts a datagram into the queue of the port; {@link #flush} sends the queue.
     *
     * @param len 1 or more: Netty does not send empty datagrams
     * @return false if it was dropped because the queue is full (a megabyte); counted in {@link #unsent}
     */
    public boolean send(byte[] datagram, int off, int len, InetSocketAddress to) {
        Objects.checkFromIndexSize(off, len, datagram.length);
        if (!channel.isWritable()) {
            flush();
            if (!channel.isWritable()) {
                unsent.increment();
                return false;
            }
        }
        if (channel.eventLoop().inEventLoop()) {
            queue.add(datagram, off, len, to);
        } else {
            queue.alone(datagram, off, len, to);
        }
        return true;
    }

    /** Sends what is in the queue. */
    public void flush() {
        if (channel.eventLoop().inEventLoop()) {
            queue.release();
        }
        channel.flush();
    }

    /** Local address and port. */
    public InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    /** The loop that serves this port. */
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    /** The channel below, for options of one's own. */
    public Channel channel() {
        return channel;
    }

    /** Datagrams dropped so far because the queue was full. */
    public long unsent() {
        return unsent.sum();
    }

    /** Datagrams dropped so far because they were longer than the port takes. */
    public long oversize() {
        return receiver.oversize.sum();
    }

    /** Leaves the group and closes; what is still in the queue is lost. */
    @Override
    public void close() {
        var _ = channel.close();
    }

    /** From Netty's buffers to the handler's array. */
    private static final class Receiver extends ChannelInboundHandlerAdapter {
        private final DatagramHandler handler;
        private final byte[] scratch;
        private final int maxDatagram;
        private final LongAdder oversize = new LongAdder();

        Receiver(DatagramHandler handler, int maxDatagram) {
            this.handler = handler;
            this.maxDatagram = maxDatagram;
            this.scratch = new byte[maxDatagram];
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                DatagramPacket datagram = (DatagramPacket) message;
                ByteBuf content = datagram.content();
                int len = content.readableBytes();
                if (len > maxDatagram) {
                    oversize.increment();
                    return;
                }
                content.readBytes(scratch, 0, len);
                handler.datagram(scratch, 0, len, datagram.sender());
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            handler.burstEnded();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            handler.failed(cause);
        }
    }
}
