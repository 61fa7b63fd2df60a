package io.opengcks.member;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.gikev2.KeyServerEffect;
import io.opengcks.protocols.gikev2.KeyServerEvent;
import io.opengcks.protocols.gikev2.RekeyMessage;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A key server on the loopback interface: the real machine of G-IKEv2, and behind it a group as small as it gets. It has no key
 * tree: each member's own key wraps each new Rekey SA.
 */
final class TestKeyServer implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long NEVER = Long.MAX_VALUE;

    private record Member(int keyId, Secret key) {}

    private final Loopback.Net net;
    private final DatagramSocket socket;
    private final KeyServer machine;
    private final RekeySigner signer = RekeySigner.generate(SignatureAlgorithm.ED25519, RANDOM);
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Map<Identity, Member> members = new LinkedHashMap<>();
    private final Set<Identity> barred = new HashSet<>();
    private final List<DataSecuritySa> sas = new ArrayList<>();
    private final Thread thread;
    final BlockingQueue<Identity> left = new LinkedBlockingQueue<>();
    private RekeySa rekeySa;
    private long messageId;
    private long nextSpi = 0x2000;
    private long nextSenderId;
    private long dueNs = NEVER;
    private volatile boolean closed;

    TestKeyServer(Loopback.Net net) throws IOException {
        this.net = net;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(5);
        Credentials credentials = new Credentials(
                Loopback.SERVER, Optional.empty(), peer -> Optional.of(Loopback.psk()), Optional.empty());
        machine = new KeyServer(KeyServer.Settings.DEFAULT, credentials, RANDOM, InstantSource.system(), KeyLog.OFF);
        rekeySa = newRekeySa();
        sas.add(net.sa(nextSpi++));
        thread = Thread.ofPlatform().daemon().name("test-key-server").start(this::run);
    }

    HostPort address() {
        return new HostPort("127.0.0.1", socket.getLocalPort());
    }

    /** New TEK; gives its SPI. */
    long rekey(GroupWidePolicy policy) {
        return onLoop(() -> {
            DataSecuritySa old = sas.getLast();
            DataSecuritySa fresh = net.sa(nextSpi++);
            sas.add(fresh);
            send(new Rekey(Optional.empty(), List.of(), List.of(copy(fresh)), List.of(old.spi()), false, policy));
            return fresh.spi();
        });
    }

    /** New Rekey SA for all but {@code member}, then a new TEK on it; gives its SPI. */
    long evict(Identity member) {
        return onLoop(() -> {
            members.remove(member);
            barred.add(member);
            RekeySa next = newRekeySa();
            List<TreeKey> wrapped = members.values().stream()
                    .map(each -> new TreeKey(0, copy(next.keymat()), each.keyId, copy(each.key)))
                    .toList();
            GroupWidePolicy policy = new GroupWidePolicy(0, 2);
            send(new Rekey(Optional.of(next), wrapped, List.of(), List.of(), false, policy));
            rekeySa = next;
            messageId = 0;
            DataSecuritySa old = sas.getLast();
            sas.clear();
            sas.add(net.sa(nextSpi++));
            send(new Rekey(
                    Optional.empty(), List.of(), List.of(copy(sas.getLast())), List.of(old.spi()), false, policy));
            return sas.getLast().spi();
        });
    }

    private void run() {
        byte[] buffer = new byte[65_535];
        while (!closed) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
            if (dueNs != NEVER && dueNs - System.nanoTime() <= 0) {
                dueNs = NEVER;
                drive(new KeyServerEvent.Tick());
            }
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Path path = new Path((InetSocketAddress) socket.getLocalSocketAddress(), (InetSocketAddress)
                        packet.getSocketAddress());
                drive(new KeyServerEvent.Received(path, Arrays.copyOf(buffer, packet.getLength())));
            } catch (SocketTimeoutException _) {
                Thread.onSpinWait();
            } catch (IOException e) {
                if (!closed) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void drive(KeyServerEvent event) {
        for (KeyServerEffect effect : machine.on(event, System.nanoTime())) {
            switch (effect) {
                case KeyServerEffect.Send(var path, var datagram) -> {
                    try {
                        socket.send(new DatagramPacket(datagram, datagram.length, path.remote()));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                case KeyServerEffect.WakeAt(var due) -> dueNs = due;
                case KeyServerEffect.Register(var ticket, var request) ->
                    drive(new KeyServerEvent.Answered(ticket, answer(request)));
                case KeyServerEffect.Leave(var peer, var group) -> left.add(peer.identity());
                case KeyServerEffect.Progress _, KeyServerEffect.Rejected _ -> {}
            }
        }
    }

    private RegistrationAnswer answer(RegistrationRequest request) {
        Identity identity = request.peer().identity();
        if (barred.contains(identity)) {
            return new RegistrationAnswer.Refused(RegistrationAnswer.Refusal.NOT_AUTHORIZED, "evicted");
        }
        Member member = members.computeIfAbsent(identity, each -> new Member(100 + members.size(), random(32)));
        return new RegistrationAnswer.Admitted(new Registration(
                sas.stream().map(TestKeyServer::copy).toList(),
                Optional.of(withMessageId(rekeySa, messageId)),
                List.of(new TreeKey(member.keyId, copy(member.key), 0, null)),
                member.keyId,
                GroupWidePolicy.NO_DELAY,
                request.sender() ? List.of(nextSenderId++) : List.of(),
                8));
    }

    private void send(Rekey rekey) {
        byte[] datagram = RekeyMessage.seal(rekeySa, messageId++, rekey, signer, true);
        try (MulticastSocket out = new MulticastSocket()) {
            out.setNetworkInterface(Loopback.LO);
            for (int copies = 0; copies < 2; copies++) {
                out.send(new DatagramPacket(datagram, datagram.length, net.rekey));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RekeySa newRekeySa() {
        int bits = 256;
        KeyWrapAlgorithm keyWrap = KeyWrapAlgorithm.KW_5649_256;
        return new RekeySa(
                new RekeySpi(RANDOM.nextLong() | 1, RANDOM.nextLong() | 1),
                TrafficSelector.anyUdp(net.rekey.getAddress()),
                TrafficSelector.udp(net.rekey.getAddress(), net.rekey.getPort()),
                bits,
                keyWrap,
                Optional.of(signer.signature()),
                3600,
                0,
                random(RekeySa.keymatBytes(bits, keyWrap)));
    }

    private static RekeySa withMessageId(RekeySa sa, long next) {
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                sa.signature(),
                sa.lifetimeSeconds(),
                next,
                copy(sa.keymat()));
    }

    private static DataSecuritySa copy(DataSecuritySa sa) {
        return new DataSecuritySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.suite(),
                sa.mode(),
                sa.multipleSenders(),
                sa.udpPort(),
                sa.replayWindow(),
                sa.lifetimeSeconds(),
                copy(sa.keymat()));
    }

    private static Secret copy(Secret secret) {
        return Secret.adopt(secret.copy());
    }

    private static Secret random(int octets) {
        byte[] bytes = new byte[octets];
        RANDOM.nextBytes(bytes);
        return Secret.adopt(bytes);
    }

    private long onLoop(java.util.function.LongSupplier command) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        commands.add(() -> {
            try {
                done.complete(command.getAsLong());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
