package io.opengcks.gcks.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.Groups;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.gikev2.KeyServerEffect;
import io.opengcks.protocols.gikev2.KeyServerEvent;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refused;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.ikev2.Path;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The sockets of the key server's machine. Machine and sockets live on the one event loop of the transport; the groups answer from
 * threads of their own, and their answers are brought back to the loop.
 */
public final class RegistrationFace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationFace.class);
    private static final int MARKER_BYTES = 4;

    private final KeyServer machine;
    private final Groups groups;
    private final EventLoop loop;
    private final RegistrationMeters meters;
    private final RateLimitedLog refusals;
    private final int maxDatagram;
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable ScheduledFuture<?> alarm;

    private RegistrationFace(
            KeyServer machine, Groups groups, EventLoop loop, MeterRegistry registry, int maxDatagram) {
        this.machine = machine;
        this.groups = groups;
        this.loop = loop;
        this.meters = new RegistrationMeters(registry);
        this.refusals = new RateLimitedLog(LOG, System.nanoTime());
        this.maxDatagram = maxDatagram;
    }

    /**
     * Opens the sockets; from now on members are served.
     *
     * @param machine used by nobody else
     * @throws IOException if one of the places cannot be had; then none is
     */
    public static RegistrationFace open(
            GcksConfig config, KeyServer machine, UdpTransport transport, Groups groups, MeterRegistry registry)
            throws IOException {
        var face = new RegistrationFace(machine, groups, transport.loop(), registry, config.maxDatagram());
        try {
            for (GcksConfig.Listen place : config.listen()) {
                var handler = face.new Inbound(place.nonEspMarker());
                var channel = transport.bind(place.address(), config.maxDatagram() + MARKER_BYTES, handler);
                face.add(new Socket(channel, place.nonEspMarker()));
            }
        } catch (IOException e) {
            face.close();
            throw e;
        }
        return face;
    }

    /** Where it listens, with the ports that were chosen, in the order of the configuration. */
    public List<InetSocketAddress> addresses() {
        synchronized (sockets) {
            return sockets.stream().map(socket -> socket.channel.localAddress()).toList();
        }
    }

    @Override
    public void close() {
        synchronized (sockets) {
            sockets.forEach(socket -> socket.channel.close().awaitUninterruptibly());
        }
        loop.submit(() -> {
                    if (alarm != null) {
                        alarm.cancel(false);
                    }
                })
                .awaitUninterruptibly();
    }

    private void add(Socket socket) {
        synchronized (sockets) {
            sockets.add(socket);
        }
    }

    private record Socket(DatagramChannel channel, boolean marker) {
        boolean owns(InetSocketAddress local) {
            InetSocketAddress bound = channel.localAddress();
            return bound.getPort() == local.getPort()
                    && (bound.getAddress().isAnyLocalAddress()
                            || bound.getAddress().equals(local.getAddress()));
        }
    }

    /** Everything of the machine goes through here, on the loop. */
    private void happened(KeyServerEvent event) {
        try {
            for (KeyServerEffect effect : machine.on(event, System.nanoTime())) {
                carryOut(effect);
            }
        } catch (RuntimeException ours) {
            // A mistake of ours must not end the loop on which everybody else is served.
            meters.failures.increment();
            LOG.error("failed event={}", event.getClass().getSimpleName(), ours);
        }
        flush(); // last, so that whoever has an answer finds it counted
    }

    private void carryOut(KeyServerEffect effect) {
        switch (effect) {
            case KeyServerEffect.Send(Path path, byte[] datagram) -> send(path, datagram);
            case KeyServerEffect.WakeAt(long dueNs) -> wakeAt(dueNs);
            case KeyServerEffect.Register(long ticket, RegistrationRequest request) -> register(ticket, request);
            case KeyServerEffect.Leave(var peer, var group) ->
                groups.leave(group, peer.identity()).whenComplete((_, failure) -> {
                    if (failure == null) {
                        LOG.info("left group={} member={}", group, peer.identity());
                    } else {
                        LOG.warn(
                                "leave failed group={} member={} why={}", group, peer.identity(), failure.getMessage());
                    }
                });
            case KeyServerEffect.Progress progress -> progress(progress);
            case KeyServerEffect.Rejected(Path path, var fault) -> {
                meters.rejected(fault.reason());
                refusals.line(
                        Level.WARN,
                        System.nanoTime(),
                        "rejected reason={} from={} why={}",
                        fault.reason(),
                        UdpTransport.text(path.remote()),
                        String.valueOf(fault.getMessage()));
            }
        }
    }

    private void progress(KeyServerEffect.Progress progress) {
        meters.step(progress.step());
        Level level = switch (progress.step()) {
            // a refusal has a line that says why
            case COOKIE_DEMANDED, INIT_ANSWERED, AUTHENTICATED, GROUP_REFUSED, LIVENESS_ANSWERED, DELETED, EXPIRED ->
                Level.DEBUG;
            case REGISTERED, LEFT -> Level.INFO;
        };
        HexFormat hex = HexFormat.of();
        LOG.atLevel(level)
                .log(
                        "ike step={} peer={} from={} spi={}-{}",
                        progress.step(),
                        progress.peer(),
                        UdpTransport.text(progress.path().remote()),
                        hex.toHexDigits(progress.initiatorSpi()),
                        hex.toHexDigits(progress.responderSpi()));
    }

    private void register(long ticket, RegistrationRequest request) {
        long asked = System.nanoTime();
        groups.register(request).whenComplete((answer, failure) -> {
            RegistrationAnswer given =
                    failure == null ? answer : new Refused(Refusal.CANNOT_TAKE_MEMBERS, failure.toString());
            meters.time.record(System.nanoTime() - asked, TimeUnit.NANOSECONDS);
            meters.answered(given);
            // The machine reports the refusal once it has told the member; that is the one line of the log.
            RegistrationAnswer told = given instanceof Refused(var refusal, String why)
                    ? new Refused(refusal, "group " + request.group() + ": " + why)
                    : given;
            if (!loop.isShuttingDown()) {
                loop.execute(() -> happened(new KeyServerEvent.Answered(ticket, told)));
            }
        });
    }

    private void wakeAt(long dueNs) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = loop.schedule(
                () -> happened(new KeyServerEvent.Tick()),
                Math.max(0, dueNs - System.nanoTime()),
                TimeUnit.NANOSECONDS);
    }

    private void send(Path path, byte[] datagram) {
        Socket socket;
        synchronized (sockets) {
            socket = sockets.stream()
                    .filter(candidate -> candidate.owns(path.local()))
                    .findFirst()
                    .orElse(null);
        }
        if (socket == null) {
            return; // closed meanwhile
        }
        ByteBuf content = socket.marker
                ? Unpooled.wrappedBuffer(new byte[MARKER_BYTES], datagram)
                : Unpooled.wrappedBuffer(datagram);
        meters.sent.increment();
        socket.channel.write(new DatagramPacket(content, path.remote())).addListener(written -> {
            if (!written.isSuccess()) {
                refusals.line(
                        Level.WARN,
                        System.nanoTime(),
                        "not sent to={} why={}",
                        UdpTransport.text(path.remote()),
                        String.valueOf(written.cause()));
            }
        });
    }

    private void flush() {
        synchronized (sockets) {
            sockets.forEach(socket -> socket.channel.flush());
        }
    }

    private final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
        private final boolean marker;

        Inbound(boolean marker) {
            this.marker = marker;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            meters.received.increment();
            ByteBuf content = packet.content();
            if (marker) {
                if (content.readableBytes() < MARKER_BYTES || content.getInt(content.readerIndex()) != 0) {
                    meters.withoutMarker.increment(); // ESP or a keepalive of a NAT (RFC 3948 §2.3): not ours
                    return;
                }
                content.skipBytes(MARKER_BYTES);
            }
            if (content.readableBytes() > maxDatagram) {
                meters.oversize.increment();
                return;
            }
            byte[] datagram = new byte[content.readableBytes()];
            content.readBytes(datagram);
            happened(new KeyServerEvent.Received(new Path(local(context, packet), packet.sender()), datagram));
        }

        /** To which of our addresses it came; the bound one where the system does not say. */
        private InetSocketAddress local(ChannelHandlerContext context, DatagramPacket packet) {
            InetSocketAddress bound = (InetSocketAddress) context.channel().localAddress();
            InetSocketAddress recipient = packet.recipient();
            return recipient == null || recipient.getPort() != bound.getPort() ? bound : recipient;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A port that is closed at the other end shows up here as well; the socket stays open.
            refusals.line(Level.DEBUG, System.nanoTime(), "socket error why={}", cause.toString());
        }
    }
}
