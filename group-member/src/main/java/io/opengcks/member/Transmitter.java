package io.opengcks.member;

import io.opengcks.esp.OutboundSa;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.UdpFlow;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The sending half of the data path: a payload becomes an inner UDP datagram, that an ESP packet, that leaves to the group. */
final class Transmitter {
    /** With so few packets left on an SA it is time to ask for another. */
    static final long FEW_PACKETS = 1L << 20;

    /** The longest UDP datagram over IPv4. */
    private static final int MOST_OCTETS = 65_507;

    /** What the owner has to see to. */
    interface Owner {
        /** Nothing more can be sent on this SA with this Sender-ID. */
        void exhausted(long spi);

        /** Soon nothing can. */
        void nearlyExhausted(long spi);
    }

    private final Owner owner;
    private final int inputPort;
    private final byte[] sealed = new byte[MOST_OCTETS];
    private final Tally<Unsent> unsent = new Tally<>(Unsent.class);
    private final LongAdder packets = new LongAdder();
    private final LongAdder octets = new LongAdder();
    private @Nullable Sending sending;

    private record Sending(OutboundSa sa, UdpFlow flow, UdpPort port, InetSocketAddress to, int senderIdBits) {}

    /** @param inputPort source port of the inner datagrams; 0: the one of the group */
    Transmitter(Owner owner, int inputPort) {
        this.owner = owner;
        this.inputPort = inputPort;
    }

    /**
     * Sends on this SA from now on, as a sender that has not sent on it.
     *
     * @param port  bound to {@code local}
     * @param local source address
     */
    void sendOn(DataSecuritySa sa, long senderId, int senderIdBits, UdpPort port, InetAddress local) {
        stop();
        SaParameters parameters = SaMapping.outbound(sa, senderIdBits);
        TrafficSelector destination = sa.destination();
        sending = new Sending(
                new OutboundSa(parameters, (int) senderId),
                new UdpFlow(
                        new InetSocketAddress(local, sourcePort(sa)),
                        new InetSocketAddress(destination.start(), destination.startPort())),
                port,
                new InetSocketAddress(destination.start(), sa.udpPort().orElseThrow()),
                senderIdBits);
        parameters.keymat().destroy();
    }

    /** Source port of the inner datagrams: the input's, else the group's. */
    int sourcePort(DataSecuritySa sa) {
        return inputPort == 0 ? sa.destination().startPort() : inputPort;
    }

    /** Stops sending and forgets the keys. */
    void stop() {
        if (sending != null) {
            sending.sa.destroy();
            sending = null;
        }
    }

    /** One datagram of the application; {@link #flush} follows. */
    void payload(byte[] payload, int off, int len) {
        Sending now = sending;
        if (now == null) {
            unsent.count(Unsent.NO_SA);
            return;
        }
        if (len > UdpFlow.MAX_PAYLOAD || now.flow.sealedLength(now.sa.parameters(), len) > MOST_OCTETS) {
            unsent.count(Unsent.TOO_LONG);
            return;
        }
        int length = now.flow.seal(now.sa, payload, off, len, sealed, 0);
        if (length < 0) {
            unsent.count(Unsent.EXHAUSTED);
            owner.exhausted(now.sa.parameters().spi());
            return;
        }
        if (now.sa.remaining() == FEW_PACKETS) {
            owner.nearlyExhausted(now.sa.parameters().spi());
        }
        if (now.port.send(sealed, 0, length, now.to)) {
            packets.increment();
            octets.add(len);
        } else {
            unsent.count(Unsent.QUEUE_FULL);
        }
    }

    void flush() {
        if (sending != null) {
            sending.port.flush();
        }
    }

    void queueFull() {
        unsent.count(Unsent.QUEUE_FULL);
    }

    OptionalLong spi() {
        return sending == null
                ? OptionalLong.empty()
                : OptionalLong.of(sending.sa.parameters().spi());
    }

    /** The topmost bits of our IVs, as receivers see them; -1 while nothing is sent. */
    int ownSenderBits() {
        return sending == null ? -1 : sending.sa.senderId() << (SaMapping.RECEIVER_ID_BITS - sending.senderIdBits);
    }

    Tally<Unsent> unsent() {
        return unsent;
    }

    long packets() {
        return packets.sum();
    }

    long octets() {
        return octets.sum();
    }
}
