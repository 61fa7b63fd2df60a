package io.opengcks.gcks;

import io.opengcks.protocols.gikev2.GroupMember;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gikev2.MemberEvent;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.PresharedKeys;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The real machine of a member, on sockets that the test reads when it wants to. */
public final class UdpMember implements AutoCloseable {
    private static final int MARKER_BYTES = 4;
    private static final long WAIT_NS = 20_000_000_000L;

    private final GroupMember machine;
    private final InetSocketAddress server;
    private final boolean marker;
    private final DatagramSocket unicast;
    private final List<MemberEffect> results = new ArrayList<>();
    private long wakeNs = Long.MAX_VALUE;

    public UdpMember(Identity identity, PresharedKeys psk, InetSocketAddress server, boolean marker, boolean sender)
            throws IOException {
        var settings = sender
                ? GroupMember.Settings.sender(TestServer.IDENTITY, TestServer.GROUP)
                : GroupMember.Settings.receiver(TestServer.IDENTITY, TestServer.GROUP);
        machine = new GroupMember(
                settings,
                new Credentials(identity, Optional.empty(), psk, Optional.empty()),
                new SecureRandom(),
                InstantSource.system(),
                KeyLog.OFF);
        this.server = server;
        this.marker = marker;
        unicast = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    }

    /** Hears rekey messages. */
    public static MulticastSocket rekeySocket(InetAddress group) throws IOException {
        var socket = new MulticastSocket(0);
        socket.joinGroup(new InetSocketAddress(group, 0), NetworkInterface.getByName("lo"));
        return socket;
    }

    public MemberEffect register() throws IOException {
        return run(new MemberEvent.Register());
    }

    public MemberEffect leave() throws IOException {
        return run(new MemberEvent.Leave());
    }

    /** What the machine makes of a rekey message. */
    public MemberEffect rekey(byte[] datagram) throws IOException {
        return run(new MemberEvent.RekeyReceived(datagram));
    }

    public static byte[] receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Goes on until the machine says how it ended. */
    private MemberEffect run(MemberEvent event) throws IOException {
        results.clear();
        carryOut(event);
        long begun = System.nanoTime();
        while (results.isEmpty()) {
            if (System.nanoTime() - begun > WAIT_NS) {
                throw new IOException("the machine does not end");
            }
            long waitMs = Math.clamp((wakeNs - System.nanoTime()) / 1_000_000, 1, 1000);
            unicast.setSoTimeout((int) waitMs);
            try {
                byte[] datagram = receive(unicast);
                carryOut(new MemberEvent.Received(
                        marker ? Arrays.copyOfRange(datagram, MARKER_BYTES, datagram.length) : datagram));
            } catch (SocketTimeoutException _) {
                carryOut(new MemberEvent.Tick());
            }
        }
        return results.getFirst();
    }

    private void carryOut(MemberEvent event) throws IOException {
        for (MemberEffect effect : machine.on(event, System.nanoTime())) {
            switch (effect) {
                case MemberEffect.Send(byte[] datagram) -> send(datagram);
                case MemberEffect.WakeAt(long dueNs) -> wakeNs = dueNs;
                case MemberEffect.UnknownRekeySa _ -> {} // a Rejected comes with it
                case MemberEffect.Registered _,
                        MemberEffect.Rekeyed _,
                        MemberEffect.Failed _,
                        MemberEffect.Excluded _,
                        MemberEffect.NeedsRegistration _,
                        MemberEffect.Left _,
                        MemberEffect.Rejected _ -> results.add(effect);
            }
        }
    }

    private void send(byte[] datagram) throws IOException {
        byte[] octets = datagram;
        if (marker) {
            octets = new byte[MARKER_BYTES + datagram.length];
            System.arraycopy(datagram, 0, octets, MARKER_BYTES, datagram.length);
        }
        unicast.send(new DatagramPacket(octets, octets.length, server));
    }

    @Override
    public void close() {
        unicast.close();
    }
}
