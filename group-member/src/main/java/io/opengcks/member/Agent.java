package io.opengcks.member;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.opengcks.esp.io.DatagramHandler;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gikev2.GroupMember;
import io.opengcks.protocols.gsa.EspSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group member at work: registers with a GCKS, follows its rekey messages, sends and receives the group's packets. All of
 * it runs on one event loop of its own; the methods may be called from any thread.
 *
 * <p>Fails closed: without a valid SA nothing is sent and nothing is delivered.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentSettings settings;
    private final EventLoops loops;
    private final EventLoop loop;
    private final Conductor conductor;
    private final ServerPorts ports;
    private final DataPath path;
    private final SendQueue sendQueue;
    private final AgentMetrics metrics;
    private final Optional<UdpPort> input;
    private final InstantSource wallClock;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable AgentStatus last;

    /**
     * Starts an agent and returns at once; what becomes of it, the listener hears.
     *
     * @param metrics where its {@code opengcks.*} metrics go
     * @throws UncheckedIOException if a socket cannot be opened
     */
    public static Agent start(AgentSettings settings, AgentListener listener, MeterRegistry metrics) {
        SecureRandom random = new SecureRandom();
        GroupMember member = new GroupMember(
                new GroupMember.Settings(
                        settings.serverIdentity(),
                        settings.group(),
                        settings.role().sends(),
                        settings.senderIds(),
                        Set.of(EspSuite.values()),
                        List.of(
                                KeyWrapAlgorithm.KW_5649_256,
                                KeyWrapAlgorithm.KW_5649_192,
                                KeyWrapAlgorithm.KW_5649_128),
                        List.of(KeyExchangeMethod.values()),
                        Optional.empty(),
                        settings.retransmission()),
                settings.credentials(),
                random,
                InstantSource.system(),
                settings.keyLog());
        return start(settings, listener, metrics, member::on, random);
    }

    /** The same with a member's machine of one's own. */
    static Agent start(
            AgentSettings settings,
            AgentListener listener,
            MeterRegistry metrics,
            Conductor.Machine machine,
            SecureRandom random) {
        EventLoops loops = EventLoops.start(1, "opengcks-agent");
        try {
            Agent agent = new Agent(settings, listener, metrics, machine, random, loops);
            agent.loop.execute(agent::begin);
            return agent;
        } catch (RuntimeException e) {
            loops.close();
            throw e;
        }
    }

    private Agent(
            AgentSettings settings,
            AgentListener listener,
            MeterRegistry registry,
            Conductor.Machine machine,
            SecureRandom random,
            EventLoops loops) {
        this.settings = settings;
        this.loops = loops;
        this.loop = loops.next();
        this.wallClock = InstantSource.system();
        this.conductor = new Conductor(settings, listener, machine, loop, random, wallClock);
        this.ports = new ServerPorts(loops, loop, settings, conductor::fromServer, conductor::fromGroup);
        InputHandler handler = new InputHandler();
        this.input = settings.input().map(in -> open(inputOptions(in), handler));
        int inputPort = input.map(port -> port.localAddress().getPort()).orElse(0);
        this.path = new DataPath(loops, loop, settings, sink(), inputPort, conductor, System::nanoTime);
        handler.transmitter = path.transmitter;
        this.sendQueue = new SendQueue(loop, path.transmitter, settings.limits().sendQueue());
        this.metrics = new AgentMetrics(registry, settings, conductor, path);
    }

    private void begin() {
        conductor.start(ports, path);
    }

    private Sink sink() {
        return switch (settings.output()) {
            case Output.Udp(var to) -> new UdpSink(open(outputOptions(to), (buffer, off, len, remote) -> {}), to);
            case Output.Callback(var handler) -> new CallbackSink(handler);
            case Output.Stream(var stream) ->
                new StreamSink(
                        stream,
                        settings.limits().outputBuffer(),
                        broken -> LOG.error("output broke why={}", broken.toString()));
            case Output.Nothing _ -> (octets, offset, length) -> true;
        };
    }

    private UdpPort open(UdpOptions options, DatagramHandler handler) {
        try {
            return UdpPort.open(loops, loop, options, handler)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new UncheckedIOException(
                    "cannot open UDP " + options.bind() + ": " + e.getCause(),
                    e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        }
    }

    private UdpOptions inputOptions(Input in) {
        UdpOptions options = in.multicastGroup()
                .map(group -> UdpOptions.receiver(
                        new InetSocketAddress(group, in.listen().getPort()),
                        in.networkInterface().orElse(settings.networkInterface()),
                        null))
                .orElseGet(() -> UdpOptions.plain(in.listen()));
        return options.withBuffers(
                        settings.limits().socketBuffer(), settings.limits().socketBuffer())
                .withMaxDatagram(settings.limits().maxDatagram());
    }

    private UdpOptions outputOptions(InetSocketAddress to) {
        InetSocketAddress any = new InetSocketAddress(ServerPorts.any(to.getAddress() instanceof Inet6Address), 0);
        UdpOptions options = to.getAddress().isMulticastAddress()
                ? UdpOptions.sender(any, settings.networkInterface(), settings.ttl())
                : UdpOptions.plain(any);
        return options.withBuffers(
                settings.limits().socketBuffer(), settings.limits().socketBuffer());
    }

    /** Plain UDP of the input, once there is something to give it to. */
    private static final class InputHandler implements DatagramHandler {
        private volatile @Nullable Transmitter transmitter;

        @Override
        public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
            Transmitter to = transmitter;
            if (to != null) {
                to.payload(buffer, off, len);
            }
        }

        @Override
        public void burstEnded() {
            Transmitter to = transmitter;
            if (to != null) {
                to.flush();
            }
        }

        @Override
        public void failed(Throwable cause) {
            LOG.warn("input failed why={}", cause.toString());
        }
    }

    /** Done when the agent has keys for the first time; fails when it is closed before. */
    public CompletableFuture<Void> registered() {
        return conductor.registered.copy();
    }

    /**
     * Sends one datagram to the group. The octets are copied before this returns.
     *
     * @return false if it was dropped at once, because the queue is full or the agent is closed; true says that it is on its
     *     way, and is dropped later if the agent has no SA to send on
     * @throws IllegalStateException if the agent is no sender
     */
    public boolean send(byte[] octets, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, octets.length);
        if (!settings.role().sends()) {
            throw new IllegalStateException("this agent is no sender");
        }
        return !closed.get() && sendQueue.offer(octets, offset, length);
    }

    /** Sends all of {@code payload}. */
    public boolean send(byte[] payload) {
        return send(payload, 0, payload.length);
    }

    /** Where a sender listens for plain UDP; empty where it has no input. */
    public Optional<InetSocketAddress> inputAddress() {
        return input.map(UdpPort::localAddress);
    }

    /** A consistent snapshot. */
    public AgentStatus status() {
        AgentStatus atTheEnd = last;
        if (atTheEnd != null) {
            return atTheEnd;
        }
        Snapshot snapshot = new Snapshot(settings, conductor, path, wallClock);
        if (loop.inEventLoop()) {
            return snapshot.take();
        }
        try {
            return loop.submit(snapshot::take).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no snapshot", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Leaves the group, within the time the settings allow, and frees everything. Does nothing the second time. */
    @Override
    public void close() {
        end(conductor::leave);
    }

    /** Stops at once and tells nobody, as a crash would. */
    public void abort() {
        end(conductor::stop);
    }

    private void end(Runnable how) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loop.execute(how);
        if (loop.inEventLoop()) {
            Thread.ofVirtual()
                    .name("opengcks-agent-end")
                    .start(this::free); // a listener closed us: we cannot wait for it
        } else {
            free();
        }
    }

    private void free() {
        try {
            long mostMs = settings.leaveWithin().toMillis() + 1000;
            conductor.stopped.get(mostMs, TimeUnit.MILLISECONDS);
            last = loop.submit(new Snapshot(settings, conductor, path, wallClock)::take)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("stopped without order why={}", e.toString());
        } finally {
            input.ifPresent(UdpPort::close);
            metrics.close();
            loops.close();
        }
    }
}
