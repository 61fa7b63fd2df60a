package io.opengcks.gcks.rekey;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.OutboxMessage;
import io.opengcks.gcks.group.OutboxPublisher;
import io.opengcks.gcks.registration.UdpTransport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Multicasts rekey messages: every copy bit for bit the same, {@code spacing} apart (RFC 9838 §2.4.1.3). Copies of a message are not
 * dropped for a newer one, because a member that missed the older one cannot open the newer.
 *
 * <p>A message of which no copy could be sent (a route or an interface is gone) is tried again until one can: nobody would ever
 * learn the new keys otherwise.
 */
public final class RekeyPublisher implements OutboxPublisher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RekeyPublisher.class);
    private static final int MARKER_PORT = 4500;
    private static final int MARKER_BYTES = 4;
    private static final long FIRST_RETRY_MS = 200;
    private static final long LAST_RETRY_MS = 10_000;

    private final EventLoop loop;
    private final GcksConfig.Multicast settings;
    private final Optional<NetworkInterface> networkInterface;
    private final AtomicInteger pending = new AtomicInteger();
    private final Counter sentCopies;
    private final Counter sentMessages;
    private final Counter failedCopies;
    /** Touched on the loop only. The JDK's, because Netty's epoll takes IP_MULTICAST_TTL for IP_TTL. */
    private final Map<ProtocolFamily, DatagramChannel> channels = new HashMap<>();

    private volatile boolean closed;

    /** @throws IOException if the interface of the settings is not there */
    public RekeyPublisher(GcksConfig.Multicast settings, UdpTransport transport, MeterRegistry meters)
            throws IOException {
        this.settings = settings;
        this.loop = transport.loop();
        this.networkInterface = find(settings);
        sentMessages = Counter.builder("opengcks.rekey.messages")
                .description("Rekey messages of which all copies went out")
                .register(meters);
        sentCopies = copies(meters, "sent");
        failedCopies = copies(meters, "failed");
        Gauge.builder("opengcks.rekey.pending", pending, AtomicInteger::get)
                .description("Rekey messages whose copies are not all out")
                .register(meters);
    }

    private static Counter copies(MeterRegistry meters, String outcome) {
        return Counter.builder("opengcks.rekey.copies")
                .description("Multicast datagrams of rekey messages")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static Optional<NetworkInterface> find(GcksConfig.Multicast settings) throws IOException {
        if (settings.networkInterface().isEmpty()) {
            return Optional.empty();
        }
        String name = settings.networkInterface().get();
        NetworkInterface found = NetworkInterface.getByName(name);
        if (found == null) {
            throw new IOException("no network interface " + name + " for multicast");
        }
        return Optional.of(found);
    }

    @Override
    public void publish(OutboxMessage message, Runnable sent) {
        pending.incrementAndGet();
        loop.execute(() -> copy(new Sending(message, sent), message.copies(), FIRST_RETRY_MS));
    }

    /** Waits for copies under way, at most {@code wait}; what is not out then goes out after the next start. */
    public void drain(long wait, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(wait);
        synchronized (pending) {
            while (pending.get() > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                pending.wait(left);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        loop.submit(() -> {
                    for (DatagramChannel channel : channels.values()) {
                        channel.close();
                    }
                    return channels.size();
                })
                .awaitUninterruptibly();
    }

    /** One message on its way; lives on the loop. */
    private static final class Sending {
        final OutboxMessage message;
        final Runnable sent;
        int out;

        Sending(OutboxMessage message, Runnable sent) {
            this.message = message;
            this.sent = sent;
        }
    }

    private void copy(Sending sending, int left, long retryMs) {
        if (closed) {
            return;
        }
        try {
            InetSocketAddress destination = sending.message.destination();
            ByteBuffer content = content(sending.message);
            int octets = content.remaining();
            if (channel(destination.getAddress()).send(content, destination) != octets) {
                throw new IOException("the send buffer is full");
            }
            sentCopies.increment();
            sending.out++;
        } catch (IOException e) {
            failed(sending, e.getMessage());
        }
        next(sending, left - 1, retryMs);
    }

    private void next(Sending sending, int left, long retryMs) {
        OutboxMessage message = sending.message;
        if (left > 0) {
            later(() -> copy(sending, left, retryMs), message.spacing().toNanos(), TimeUnit.NANOSECONDS);
        } else if (sending.out == 0) {
            long later = Math.min(2 * retryMs, LAST_RETRY_MS);
            later(() -> copy(sending, message.copies(), later), retryMs, TimeUnit.MILLISECONDS);
        } else {
            done(sending);
        }
    }

    private void later(Runnable task, long time, TimeUnit unit) {
        var _ = loop.schedule(task, time, unit); // close() stops what comes of it
    }

    private void done(Sending sending) {
        OutboxMessage message = sending.message;
        sentMessages.increment();
        LOG.info(
                "rekey sent group={} rekeySpi={} messageId={} to={} octets={} copies={}",
                message.group(),
                message.rekeySpi(),
                message.messageId(),
                UdpTransport.text(message.destination()),
                message.datagram().length(),
                sending.out);
        sending.sent.run();
        synchronized (pending) {
            if (pending.decrementAndGet() == 0) {
                pending.notifyAll();
            }
        }
    }

    private void failed(Sending sending, @Nullable String why) {
        failedCopies.increment();
        LOG.error(
                "rekey not sent group={} messageId={} to={} why={}",
                sending.message.group(),
                sending.message.messageId(),
                UdpTransport.text(sending.message.destination()),
                why);
    }

    /** RFC 9838 §2.4.1.1: on port 4500 a rekey message too has the non-ESP marker. */
    private static ByteBuffer content(OutboxMessage message) {
        byte[] datagram = message.datagram().toArray();
        if (message.destination().getPort() != MARKER_PORT) {
            return ByteBuffer.wrap(datagram);
        }
        return ByteBuffer.allocate(MARKER_BYTES + datagram.length)
                .position(MARKER_BYTES)
                .put(datagram)
                .rewind();
    }

    /** The socket of the family of {@code destination}, made when it is first needed. */
    DatagramChannel channel(InetAddress destination) throws IOException {
        ProtocolFamily family =
                destination instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        DatagramChannel open = channels.get(family);
        if (open != null) {
            return open;
        }
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, settings.ttl());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, settings.loopback());
            if (networkInterface.isPresent()) {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface.get());
            }
            Optional<InetAddress> source =
                    settings.source().filter(address -> address.getClass() == destination.getClass());
            if (source.isPresent()) {
                channel.bind(new InetSocketAddress(source.get(), 0));
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channels.put(family, channel);
        return channel;
    }
}
