package io.opengcks.member;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gikev2.MemberEvent;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Agents on the loopback interface, with real multicast, and with a script in place of the protocol. */
final class Loopback {
    static final NetworkInterface LO = loopback();
    static final Identity SERVER = Identity.parse("fqdn:gcks.example");
    static final Identity TV = Identity.parse("key-id:tv");
    static final RetryTimes QUICK = new RetryTimes(
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofMillis(50),
            Duration.ofMillis(400),
            Duration.ofMillis(20));
    private static final AtomicInteger NEXT = new AtomicInteger(1);
    private static final long PATIENCE_SECONDS = 20;

    private Loopback() {}

    /** Addresses of its own for each test, so that tests on one machine do not hear each other. */
    static final class Net {
        final InetAddress group;
        final InetSocketAddress rekey;
        final int udpPort;

        Net() {
            int n = NEXT.getAndIncrement();
            int mine = (int) (ProcessHandle.current().pid() % 250);
            group = InetAddress.ofLiteral("239.255." + mine + "." + n);
            rekey = new InetSocketAddress(InetAddress.ofLiteral("239.254." + mine + "." + n), freePort());
            udpPort = freePort();
        }

        DataSecuritySa sa(long spi) {
            return Updates.sa(spi, 3600, group, 5004, udpPort);
        }

        GsaUpdate registration(List<Long> senderIds, DataSecuritySa... sas) {
            return new GsaUpdate(
                    true,
                    List.of(sas),
                    List.of(),
                    GroupWidePolicy.NO_DELAY,
                    senderIds,
                    senderIds.isEmpty() ? 0 : 8,
                    Optional.of(rekey),
                    Optional.empty());
        }

        /** Sends a rekey datagram to every member's script. */
        void rekey(int number) {
            try (MulticastSocket socket = new MulticastSocket()) {
                socket.setNetworkInterface(LO);
                socket.send(new DatagramPacket(new byte[] {(byte) number}, 1, rekey));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What one agent did and got. */
    static final class Probe implements AgentListener {
        final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
        final BlockingQueue<String> payloads = new LinkedBlockingQueue<>();

        @Override
        public void on(AgentEvent event) {
            events.add(event);
        }

        void payload(byte[] octets, int offset, int length) {
            payloads.add(new String(octets, offset, length, java.nio.charset.StandardCharsets.UTF_8));
        }

        /** The next event of this kind; others before it are passed over. */
        <T extends AgentEvent> T await(Class<T> kind) throws InterruptedException {
            while (true) {
                AgentEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("no " + kind.getSimpleName());
                }
                if (kind.isInstance(event)) {
                    return kind.cast(event);
                }
            }
        }

        String payload() throws InterruptedException {
            String payload = payloads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (payload == null) {
                throw new AssertionError("no payload");
            }
            return payload;
        }
    }

    static AgentSettings.Builder settings(String name) {
        return settings(name, new HostPort("127.0.0.1", 9));
    }

    static AgentSettings.Builder settings(String name, HostPort server) {
        return settings(name, server, psk());
    }

    static Secret psk() {
        return Secret.adopt("the same for everybody, in tests".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Secret wrongPsk() {
        return Secret.adopt(new byte[32]);
    }

    static AgentSettings.Builder settings(String name, HostPort server, Secret psk) {
        Credentials credentials = new Credentials(
                Identity.parse("fqdn:" + name), Optional.empty(), peer -> Optional.of(psk), Optional.empty());
        return AgentSettings.builder(server, SERVER, credentials, TV, LO)
                .retry(QUICK)
                .leaveWithin(Duration.ofMillis(500));
    }

    /** An agent whose machine answers as {@code script} says. */
    static Agent start(
            AgentSettings settings, AgentListener listener, Function<MemberEvent, List<MemberEffect>> script) {
        return Agent.start(
                settings,
                listener,
                new SimpleMeterRegistry(),
                (event, nowNs) -> script.apply(event),
                new SecureRandom());
    }

    /** Registers with {@code registration}, and answers rekey datagram n with the n-th of {@code rekeys}. */
    static Function<MemberEvent, List<MemberEffect>> script(
            GsaUpdate registration, List<? extends List<MemberEffect>> rekeys) {
        return event -> switch (event) {
            case MemberEvent.Register _ -> List.of(new MemberEffect.Registered(registration));
            case MemberEvent.RekeyReceived(var datagram) -> rekeys.get(datagram[0]);
            case MemberEvent.Received _, MemberEvent.Tick _ -> List.of();
            case MemberEvent.Leave _ -> List.of(new MemberEffect.Left());
        };
    }

    static List<MemberEffect> rekeyed(GsaUpdate update) {
        return List.of(new MemberEffect.Rekeyed(update, 1));
    }

    static int freePort() {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        } catch (SocketException e) {
            throw new AssertionError(e);
        }
    }

    private static NetworkInterface loopback() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(each -> {
                        try {
                            return each.isLoopback();
                        } catch (SocketException _) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        } catch (SocketException e) {
            throw new AssertionError(e);
        }
    }
}
