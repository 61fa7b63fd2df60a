package io.opengcks.esp.io;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Gathers datagrams of one length and destination, as a stream has, and hands them to the system in one piece, which it cuts again
 * (UDP segmentation offload): a tenth of the cost. Where the system refuses that once, each goes alone from then on.
 *
 * <p>Only for the event loop of the channel.
 */
final class SendQueue {
    /** What Linux takes at once (UDP_MAX_SEGMENTS). */
    static final int MAX_SEGMENTS = 64;
    /** Octets the system takes at once, headers included. */
    private static final int MAX_OCTETS = 65_535 - 100;

    private final DatagramChannel channel;
    private final int longestSegment;
    private boolean offload;
    private @Nullable ByteBuf batch;
    private InetSocketAddress destination = new InetSocketAddress(0);
    private int segment;
    private int segments;

    /** @param longestSegment octets of the longest datagram that is not fragmented; 0: nothing is gathered */
    SendQueue(DatagramChannel channel, int longestSegment) {
        this.channel = channel;
        this.longestSegment = longestSegment;
        this.offload = longestSegment > 0;
    }

    void add(byte[] datagram, int off, int len, InetSocketAddress to) {
        if (!offload || len > longestSegment) {
            release();
            alone(datagram, off, len, to);
            return;
        }
        if (batch != null && (len > segment || !to.equals(destination) || batch.readableBytes() + len > MAX_OCTETS)) {
            release();
        }
        if (batch == null) {
            batch = channel.alloc().directBuffer(len * 8);
            destination = to;
            segment = len;
            segments = 0;
        }
        batch.writeBytes(datagram, off, len);
        segments++;
        if (len < segment || segments == MAX_SEGMENTS) {
            release(); // only the last may be shorter
        }
    }

    /** Puts what was gathered into the channel's own queue. */
    void release() {
        ByteBuf whole = batch;
        if (whole == null) {
            return;
        }
        batch = null;
        InetSocketAddress to = destination;
        if (segments == 1) {
            var _ = channel.write(new DatagramPacket(whole, to), channel.voidPromise());
            return;
        }
        int length = segment;
        ByteBuf spare = whole.retainedDuplicate();
        channel.write(new SegmentedDatagramPacket(whole, length, to)).addListener((ChannelFuture sent) -> {
            try {
                if (!sent.isSuccess() && channel.isActive()) {
                    // The interface cannot: too long for it, or it has no checksum offload.
                    offload = false;
                    oneByOne(spare, length, to);
                }
            } finally {
                spare.release();
            }
        });
    }

    private void oneByOne(ByteBuf all, int length, InetSocketAddress to) {
        while (all.isReadable()) {
            ByteBuf one = all.readRetainedSlice(Math.min(length, all.readableBytes()));
            var _ = channel.write(new DatagramPacket(one, to), channel.voidPromise());
        }
        channel.flush();
    }

    /** For threads other than the event loop too. */
    void alone(byte[] datagram, int off, int len, InetSocketAddress to) {
        ByteBuf copy = channel.alloc().directBuffer(len).writeBytes(datagram, off, len);
        var _ = channel.write(new DatagramPacket(copy, to), channel.voidPromise()); // failures reach the handler
    }
}
