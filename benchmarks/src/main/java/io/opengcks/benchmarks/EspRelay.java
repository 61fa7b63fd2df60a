package io.opengcks.benchmarks;

import io.netty.channel.EventLoop;
import io.opengcks.esp.InboundSa;
import io.opengcks.esp.InnerUdp;
import io.opengcks.esp.InnerVerdict;
import io.opengcks.esp.Opened;
import io.opengcks.esp.OutboundSa;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.Sad;
import io.opengcks.esp.UdpFlow;
import io.opengcks.esp.Verdict;
import io.opengcks.esp.io.DatagramHandler;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/**
 * What a member does, on real sockets of the loopback interface: plain UDP in and ESP to a group out, or the other way. Only the
 * thread of the relay is measured. Without the cipher the same octets move, but nothing is sealed or opened.
 */
final class EspRelay implements AutoCloseable {
    private static final long SLICE_NS = 100_000_000;
    private static final int WITHOUT_HEADERS =
            44; // where the data of a UDP datagram stands in tunnel mode: 16 + 20 + 8

    private final boolean outward;
    private final int burst;
    private final EventLoops relayLoops = EventLoops.start(1, "relay");
    private final EventLoops feederLoops = EventLoops.start(1, "feeder");
    private final EventLoop relay = relayLoops.next();
    private final SaParameters sa;
    private final UdpFlow flow;
    private final OutboundSa feederSa;
    private final OutboundSa relaySa;
    private final Sad sad = new Sad();
    private final byte[] scratch = new byte[65_535];
    private final byte[] feed = new byte[2048];
    private final byte[] payload = new byte[EspBench.PAYLOAD];
    private final Opened found = new Opened();
    private final InnerUdp inner = new InnerUdp();
    private final InetSocketAddress group;
    private final InetSocketAddress sink = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9);
    private final UdpPort input;
    private final UdpPort output;
    private final UdpPort feeder;
    private boolean cipher;
    private long packets;

    /**
     * Opens the sockets.
     *
     * @param outward true: plain in, ESP out
     * @param burst   datagrams that come together
     */
    EspRelay(SaParameters sa, boolean outward, int burst) throws Exception {
        this.sa = sa;
        this.outward = outward;
        this.burst = burst;
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        NetworkInterface lo = NetworkInterface.getByInetAddress(local);
        this.flow = new UdpFlow(new InetSocketAddress(local, 5004), new InetSocketAddress(sa.destination(), 5004));
        this.feederSa = new OutboundSa(sa, 1);
        this.relaySa = new OutboundSa(sa, 2);
        sad.add(new InboundSa(sa));
        UdpOptions sender = UdpOptions.sender(new InetSocketAddress(local, 0), lo, 0);
        this.feeder = UdpPort.open(feederLoops, sender, (_, _, _, _) -> {})
                .toCompletableFuture()
                .get();
        this.output = UdpPort.open(relayLoops, relay, sender, (_, _, _, _) -> {})
                .toCompletableFuture()
                .get();
        this.group = new InetSocketAddress(
                sa.destination(), outward ? 4500 : feeder.localAddress().getPort());
        this.input = UdpPort.open(
                        relayLoops,
                        relay,
                        outward
                                ? UdpOptions.plain(new InetSocketAddress(local, 0))
                                : UdpOptions.receiver(group, lo, null),
                        new Handler())
                .toCompletableFuture()
                .get();
    }

    /** Runs for a tenth of a second. */
    void slice(boolean withCipher, CpuMeter meter) throws Exception {
        relay.submit(() -> {
                    cipher = withCipher;
                    packets = 0;
                    meter.start();
                })
                .get();
        feeder.eventLoop().submit(this::feed).get();
        relay.submit(() -> meter.stop(Math.max(1, packets))).get();
    }

    private void feed() {
        long end = System.nanoTime() + SLICE_NS;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < burst; i++) {
                if (outward) {
                    feeder.send(payload, 0, payload.length, input.localAddress());
                } else {
                    int length = flow.seal(feederSa, payload, 0, payload.length, feed, 0);
                    feeder.send(feed, 0, length, group);
                }
            }
            feeder.flush();
        }
    }

    private final class Handler implements DatagramHandler {
        @Override
        public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
            packets++;
            if (outward) {
                int length = flow.sealedLength(sa, len);
                if (cipher) {
                    flow.seal(relaySa, buffer, off, len, scratch, 0);
                } else {
                    System.arraycopy(buffer, off, scratch, WITHOUT_HEADERS, len);
                }
                output.send(scratch, 0, length, group);
            } else if (!cipher) {
                output.send(buffer, off + WITHOUT_HEADERS, EspBench.PAYLOAD, sink);
            } else {
                InboundSa found = sad.find(sa.spi(), remote.getAddress(), sa.destination());
                if (found != null) {
                    open(found, buffer, off, len, remote.getAddress());
                }
            }
        }

        private void open(InboundSa inbound, byte[] buffer, int off, int len, InetAddress from) {
            if (inbound.open(buffer, off, len, scratch, 0, found) == Verdict.OK
                    && inner.read(sa.mode(), scratch, found, from, sa.destination()) == InnerVerdict.OK) {
                output.send(scratch, inner.payloadOffset(), inner.payloadLength(), sink);
            }
        }

        @Override
        public void burstEnded() {
            output.flush();
        }
    }

    @Override
    public void close() {
        feederLoops.close();
        relayLoops.close();
    }
}
