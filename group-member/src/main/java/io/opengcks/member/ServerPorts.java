package io.opengcks.member;

import io.netty.channel.EventLoop;
import io.opengcks.esp.io.DatagramHandler;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets to the servers and from the group's rekey address. Puts the non-ESP marker on and takes it off (RFC 3948 §2.2). */
final class ServerPorts {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPorts.class);
    private static final int MARKER_BYTES = 4;
    private static final int BUFFER = 1 << 20;

    private record RekeyAddress(InetSocketAddress group, Optional<InetAddress> source) {}

    private final EventLoops loops;
    private final EventLoop loop;
    private final NetworkInterface networkInterface;
    private final Set<Integer> natPorts;
    private final Consumer<byte[]> fromServer;
    private final Consumer<byte[]> fromGroup;
    private final Map<Boolean, CompletionStage<UdpPort>> unicast = new HashMap<>();
    private @Nullable InetSocketAddress server;
    private @Nullable RekeyAddress rekeyAddress;
    private @Nullable CompletionStage<UdpPort> rekeyPort;

    ServerPorts(
            EventLoops loops,
            EventLoop loop,
            AgentSettings settings,
            Consumer<byte[]> fromServer,
            Consumer<byte[]> fromGroup) {
        this.loops = loops;
        this.loop = loop;
        this.networkInterface = settings.networkInterface();
        this.natPorts = settings.natPorts();
        this.fromServer = fromServer;
        this.fromGroup = fromGroup;
    }

    /** Datagrams go there from now on, and are taken from there alone. */
    void useServer(InetSocketAddress address) {
        server = address;
    }

    void send(byte[] datagram) {
        InetSocketAddress to = server;
        if (to == null) {
            return;
        }
        boolean ipv6 = to.getAddress() instanceof Inet6Address;
        byte[] framed = natPorts.contains(to.getPort()) ? marked(datagram) : datagram;
        unicast.computeIfAbsent(ipv6, this::openUnicast).whenComplete((port, failure) -> {
            if (failure == null) {
                port.send(framed, 0, framed.length, to);
                port.flush();
            } else {
                LOG.error("cannot open a socket to the server={} why={}", to, failure.toString());
            }
        });
    }

    /** Listens to the group's rekey messages there, from that source alone where there is one. */
    void listenForRekeys(InetSocketAddress group, Optional<InetAddress> source) {
        RekeyAddress wanted = new RekeyAddress(group, source);
        if (wanted.equals(rekeyAddress)) {
            return;
        }
        deafenRekeys();
        rekeyAddress = wanted;
        UdpOptions options = UdpOptions.receiver(group, networkInterface, source.orElse(null))
                .withBuffers(BUFFER, BUFFER)
                .withMaxDatagram(UdpOptions.MAX_DATAGRAM);
        boolean marker = natPorts.contains(group.getPort());
        rekeyPort =
                UdpPort.open(loops, loop, options, handler((datagram, remote) -> take(datagram, marker, fromGroup)));
        rekeyPort.whenComplete((port, failure) -> {
            if (failure != null) {
                rekeyAddress = null;
                LOG.error(
                        "cannot join rekey={} interface={} why={}",
                        group,
                        networkInterface.getName(),
                        failure.toString());
            }
        });
    }

    /** Done when the socket of the rekey address is open, or could not be opened. */
    CompletableFuture<?> listening() {
        CompletionStage<UdpPort> port = rekeyPort;
        return port == null
                ? CompletableFuture.completedFuture(null)
                : port.handle((_, _) -> true).toCompletableFuture();
    }

    /** Leaves the rekey address. */
    void deafenRekeys() {
        if (rekeyPort != null) {
            rekeyPort.thenAccept(UdpPort::close);
        }
        rekeyPort = null;
        rekeyAddress = null;
    }

    void close() {
        deafenRekeys();
        unicast.values().forEach(port -> port.thenAccept(UdpPort::close));
        unicast.clear();
    }

    private CompletionStage<UdpPort> openUnicast(boolean ipv6) {
        UdpOptions options = UdpOptions.plain(new InetSocketAddress(any(ipv6), 0))
                .withBuffers(BUFFER, BUFFER)
                .withMaxDatagram(UdpOptions.MAX_DATAGRAM);
        return UdpPort.open(loops, loop, options, handler((datagram, remote) -> {
            if (remote.equals(server)) {
                take(datagram, natPorts.contains(remote.getPort()), fromServer);
            }
        }));
    }

    private static void take(byte[] datagram, boolean marker, Consumer<byte[]> to) {
        if (!marker) {
            to.accept(datagram);
        } else if (datagram.length >= MARKER_BYTES
                && Arrays.mismatch(datagram, new byte[MARKER_BYTES]) >= MARKER_BYTES) {
            to.accept(Arrays.copyOfRange(datagram, MARKER_BYTES, datagram.length));
        }
    }

    private static byte[] marked(byte[] datagram) {
        byte[] framed = new byte[MARKER_BYTES + datagram.length];
        System.arraycopy(datagram, 0, framed, MARKER_BYTES, datagram.length);
        return framed;
    }

    private interface Copied {
        void datagram(byte[] datagram, InetSocketAddress remote);
    }

    private static DatagramHandler handler(Copied to) {
        return new DatagramHandler() {
            @Override
            public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
                to.datagram(Arrays.copyOfRange(buffer, off, off + len), remote);
            }

            @Override
            public void failed(Throwable cause) {
                LOG.debug("control socket why={}", cause.toString()); // ICMP errors too; retransmission deals with them
            }
        };
    }

    static InetAddress any(boolean ipv6) {
        return InetAddress.ofLiteral(ipv6 ? "::" : "0.0.0.0");
    }
}
