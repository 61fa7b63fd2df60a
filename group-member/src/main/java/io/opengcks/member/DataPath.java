package io.opengcks.member;

import io.netty.channel.EventLoop;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data path as the agent sees it: takes what {@link SaSchedule} says, and tells what the packets show. */
final class DataPath {
    private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);

    /** What the packets show. */
    interface Owner extends Transmitter.Owner {
        void unknownSpi(long spi, long nowNs);

        /** A packet opened. */
        void opened();

        /** An SA of this flow is sent on, or a packet opened on it, for the first time; {@code order} grows from each to the next. */
        void used(TrafficSelector flow, long spi, long order);
    }

    private final EventLoops loops;
    private final EventLoop loop;
    private final AgentSettings settings;
    private final Sink sink;
    private final Owner owner;
    private final Map<InetAddress, CompletionStage<UdpPort>> outPorts = new HashMap<>();
    final Transmitter transmitter;
    final Reception reception;
    private final GroupPorts groupPorts;
    private long sendingOrder;

    /** @param inputPort port of the input, 0 without one */
    DataPath(
            EventLoops loops,
            EventLoop loop,
            AgentSettings settings,
            Sink sink,
            int inputPort,
            Owner owner,
            LongSupplier clock) {
        this.loops = loops;
        this.loop = loop;
        this.settings = settings;
        this.sink = sink;
        this.owner = owner;
        this.transmitter = new Transmitter(owner, inputPort);
        this.reception = new Reception(
                new Reception.Owner() {
                    @Override
                    public void unknownSpi(long spi, long nowNs) {
                        owner.unknownSpi(spi, nowNs);
                    }

                    @Override
                    public void opened() {
                        owner.opened();
                    }

                    @Override
                    public void firstOpened(Reception.Inbound on) {
                        owner.used(on.flow, on.spi, on.order);
                    }

                    @Override
                    public int ownSenderBits() {
                        return transmitter.ownSenderBits();
                    }
                },
                sink,
                settings.limits(),
                clock);
        this.groupPorts = new GroupPorts(loops, loop, settings.networkInterface(), settings.limits(), reception);
    }

    void install(DataSecuritySa sa) {
        groupPorts.join(sa);
        groupPorts.leaveUnused();
        reception.install(sa);
    }

    void remove(long spi) {
        reception.remove(spi);
        groupPorts.removed(spi);
        groupPorts.leaveUnused();
    }

    /** Done when the sockets of the groups and of what is sent are open, or could not be opened. */
    CompletableFuture<?> listening() {
        return CompletableFuture.allOf(Stream.concat(
                        Stream.of(groupPorts.listening()),
                        outPorts.values().stream()
                                .map(port -> port.handle((_, _) -> true).toCompletableFuture()))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Sends on this SA as soon as there is a socket for it, at most a turn of the event loop later. */
    void sendOn(DataSecuritySa sa, long senderId, int senderIdBits) {
        Optional<InetAddress> local = localAddress(sa.destination().start());
        if (local.isEmpty() || !new SelectorCheck(sa.source()).covers(local.get(), transmitter.sourcePort(sa))) {
            transmitter.stop();
            LOG.error(
                    "cannot send spi={} group={} interface={} why=no address of the interface is in the SA's source selector",
                    hex(sa.spi()),
                    sa.destination().start().getHostAddress(),
                    settings.networkInterface().getName());
            return;
        }
        owner.used(sa.destination(), sa.spi(), reception.orderOf(sa.spi()));
        long order = ++sendingOrder;
        outPorts.computeIfAbsent(local.get(), this::openOut).whenComplete((port, failure) -> {
            if (failure != null) {
                outPorts.remove(local.get());
                LOG.error("cannot send spi={} why={}", hex(sa.spi()), failure.toString());
            } else if (order == sendingOrder && !sa.keymat().isDestroyed()) {
                transmitter.sendOn(sa, senderId, senderIdBits, port, local.get());
            }
        });
    }

    void stopSending() {
        sendingOrder++;
        transmitter.stop();
    }

    OptionalLong sendingOn() {
        return transmitter.spi();
    }

    void close() {
        stopSending();
        groupPorts.close();
        outPorts.values().forEach(port -> port.thenAccept(UdpPort::close));
        sink.close();
    }

    private CompletionStage<UdpPort> openOut(InetAddress local) {
        return UdpPort.open(
                loops,
                loop,
                UdpOptions.sender(new InetSocketAddress(local, 0), settings.networkInterface(), settings.ttl())
                        .withBuffers(
                                settings.limits().socketBuffer(),
                                settings.limits().socketBuffer()),
                (buffer, off, len, remote) -> {});
    }

    /** The interface's first address of the group's family; link-local ones last. */
    private Optional<InetAddress> localAddress(InetAddress group) {
        boolean ipv6 = group instanceof Inet6Address;
        return settings.networkInterface()
                .inetAddresses()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .sorted((one, other) -> Boolean.compare(one.isLinkLocalAddress(), other.isLinkLocalAddress()))
                .findFirst();
    }

    static String hex(long spi) {
        return "0x%08x".formatted(spi);
    }
}
