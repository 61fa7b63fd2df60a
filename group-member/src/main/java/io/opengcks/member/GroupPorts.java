package io.opengcks.member;

import io.netty.channel.EventLoop;
import io.opengcks.esp.io.DatagramHandler;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.protocols.gsa.DataSecuritySa;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The multicast sockets of a receiver: one for each group address, port and source filter that its SAs name. */
final class GroupPorts {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPorts.class);

    /** More groups than one GSA names; bounds the sockets. */
    static final int MAX_PORTS = 32;

    /** More than ESP and the inner headers add to a datagram. */
    private static final int ESP_ROOM = 128;

    private record Address(
            InetSocketAddress group, @Nullable InetAddress source) {}

    private final EventLoops loops;
    private final EventLoop loop;
    private final NetworkInterface networkInterface;
    private final Limits limits;
    private final Reception reception;
    private final Map<Address, CompletionStage<UdpPort>> ports = new HashMap<>();
    private final Map<Long, Address> bySpi = new HashMap<>();

    GroupPorts(
            EventLoops loops, EventLoop loop, NetworkInterface networkInterface, Limits limits, Reception reception) {
        this.loops = loops;
        this.loop = loop;
        this.networkInterface = networkInterface;
        this.limits = limits;
        this.reception = reception;
    }

    /** Joins where the SA's packets come, unless that is done. */
    void join(DataSecuritySa sa) {
        Address address = new Address(
                new InetSocketAddress(sa.destination().start(), sa.udpPort().orElseThrow()), SaMapping.onlySource(sa));
        bySpi.put(sa.spi(), address);
        if (!ports.containsKey(address) && ports.size() < MAX_PORTS) {
            ports.put(address, open(address));
        }
    }

    /** Done when every socket is open, or could not be opened. */
    CompletableFuture<?> listening() {
        return CompletableFuture.allOf(ports.values().stream()
                .map(port -> port.handle((_, _) -> true).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    void removed(long spi) {
        bySpi.remove(spi);
    }

    /** Leaves the groups no SA held names. A member that lost all SAs stays where it was, to see what it misses. */
    void leaveUnused() {
        if (bySpi.isEmpty()) {
            return;
        }
        Set<Address> used = new HashSet<>(bySpi.values());
        ports.entrySet().removeIf(each -> {
            if (used.contains(each.getKey())) {
                return false;
            }
            close(each.getValue());
            return true;
        });
    }

    void close() {
        ports.values().forEach(GroupPorts::close);
        ports.clear();
        bySpi.clear();
    }

    private static void close(CompletionStage<UdpPort> port) {
        port.thenAccept(UdpPort::close);
    }

    private CompletionStage<UdpPort> open(Address address) {
        InetAddress group = address.group.getAddress();
        UdpOptions options = UdpOptions.receiver(address.group, networkInterface, address.source)
                .withBuffers(limits.socketBuffer(), limits.socketBuffer())
                .withMaxDatagram(Math.min(UdpOptions.MAX_DATAGRAM, limits.maxDatagram() + ESP_ROOM));
        CompletionStage<UdpPort> port = UdpPort.open(loops, loop, options, new DatagramHandler() {
            @Override
            public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
                reception.datagram(buffer, off, len, remote.getAddress(), group);
            }

            @Override
            public void burstEnded() {
                reception.burstEnded();
            }

            @Override
            public void failed(Throwable cause) {
                LOG.warn("group socket failed group={} why={}", address.group, cause.toString());
            }
        });
        port.whenComplete((opened, failure) -> {
            if (failure != null) {
                ports.remove(address);
                LOG.error(
                        "cannot join group={} source={} interface={} why={}",
                        address.group,
                        address.source,
                        networkInterface.getName(),
                        failure.toString());
            }
        });
        return port;
    }
}
