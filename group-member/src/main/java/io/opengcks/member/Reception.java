package io.opengcks.member;

import io.opengcks.esp.EspPacket;
import io.opengcks.esp.InboundSa;
import io.opengcks.esp.InnerUdp;
import io.opengcks.esp.InnerVerdict;
import io.opengcks.esp.Opened;
import io.opengcks.esp.ParkedPackets;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.Sad;
import io.opengcks.esp.Verdict;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of the data path: find the SA, open, check what is inside against the SA's selectors (RFC 4301 §5.2),
 * deliver. A packet whose SA is not known yet waits for it.
 */
final class Reception {
    /** SAs that are gone and still have their counters shown. */
    static final int PAST_SAS_SHOWN = 16;

    /** What the owner has to see to. */
    interface Owner {
        /** A packet of an SA we do not have. */
        void unknownSpi(long spi, long nowNs);

        /** A packet opened. Called for each. */
        void opened();

        /** The first packet opened on this SA. */
        void firstOpened(Inbound on);

        /** The topmost bits of our own IVs, -1 where there are none or own packets are wanted. */
        int ownSenderBits();
    }

    /** One inbound SA, held or past. */
    static final class Inbound {
        final long spi;
        final long order;
        final TrafficSelector flow;
        final SaParameters parameters;
        private final InboundSa sa;
        private final SelectorCheck source;
        private final SelectorCheck destination;
        final Tally<Refusal> refused = new Tally<>(Refusal.class);
        long opened;
        long lastOpenedNs;
        boolean held = true;
        private boolean heard;

        Inbound(DataSecuritySa policy, long order, Limits limits) {
            this.spi = policy.spi();
            this.order = order;
            this.flow = policy.destination();
            this.parameters = SaMapping.inbound(policy, limits);
            this.sa = new InboundSa(parameters, limits.maxSenders());
            parameters.keymat().destroy();
            this.source = new SelectorCheck(policy.source());
            this.destination = new SelectorCheck(policy.destination());
        }
    }

    private final Owner owner;
    private final Sink sink;
    private final Limits limits;
    private final LongSupplier clock;
    private final Sad sad = new Sad();
    private final ParkedPackets parked;
    private final Opened found = new Opened();
    private final InnerUdp inner = new InnerUdp();
    private final List<Inbound> inbounds = new ArrayList<>();
    private final Tally<Refusal> refused = new Tally<>(Refusal.class);
    private final LongAdder packets = new LongAdder();
    private final LongAdder octets = new LongAdder();
    private final LongAdder recovered = new LongAdder();
    private long order;
    private long lastDeliveredNs;
    private boolean everDelivered;

    /** @param clock monotonic, ns */
    Reception(Owner owner, Sink sink, Limits limits, LongSupplier clock) {
        this.owner = owner;
        this.sink = sink;
        this.limits = limits;
        this.clock = clock;
        this.parked = new ParkedPackets(
                limits.parkedPackets(),
                ParkedPackets.DEFAULT_MAX_OCTETS,
                limits.parkedFor().toNanos());
    }

    /** Opens packets of this SA from now on, and those that waited for it. */
    void install(DataSecuritySa policy) {
        Inbound inbound = new Inbound(policy, order++, limits);
        inbounds.add(inbound);
        forgetPast();
        InboundSa before = sad.add(inbound.sa);
        if (before != null) {
            before.destroy();
        }
        recovered.add(parked.drain(inbound.parameters, clock.getAsLong(), waiting -> {
            byte[] packet = waiting.packet();
            packet(packet, 0, packet.length, waiting.source(), waiting.destination());
        }));
        sink.burstEnded();
    }

    void remove(long spi) {
        for (Inbound inbound : inbounds) {
            if (inbound.spi == spi && inbound.held) {
                inbound.held = false;
                sad.remove(inbound.parameters);
                inbound.sa.destroy();
            }
        }
        forgetPast();
    }

    /** Forgets every packet that waits. */
    void forgetParked() {
        parked.clear();
    }

    /** What came on the group's port; {@link #burstEnded} follows. The array may be written to. */
    void datagram(byte[] buffer, int off, int len, InetAddress source, InetAddress destination) {
        switch (EspPacket.kind(buffer, off, len)) {
            case ESP -> packet(buffer, off, len, source, destination);
            case NON_ESP, TOO_SHORT -> refused.count(Refusal.NOT_ESP);
            case NAT_KEEPALIVE -> {}
        }
    }

    void burstEnded() {
        sink.burstEnded();
    }

    private void packet(byte[] buffer, int off, int len, InetAddress source, InetAddress destination) {
        long spi = EspPacket.spi(buffer, off);
        InboundSa sa = sad.find(spi, source, destination);
        if (sa == null) {
            long nowNs = clock.getAsLong();
            refused.count(Refusal.UNKNOWN_SPI);
            parked.park(buffer, off, len, source, destination, nowNs);
            owner.unknownSpi(spi, nowNs);
            return;
        }
        Inbound inbound = of(sa);
        Verdict verdict = sa.open(buffer, off, len, buffer, off, found);
        if (verdict != Verdict.OK) {
            refuse(inbound, Refusal.of(verdict));
            return;
        }
        owner.opened();
        if (!inbound.heard) {
            inbound.heard = true;
            owner.firstOpened(inbound);
        }
        if (found.senderId() == owner.ownSenderBits()) {
            refuse(inbound, Refusal.OWN);
            return;
        }
        InnerVerdict datagram = inner.read(inbound.parameters.mode(), buffer, found, source, destination);
        if (datagram != InnerVerdict.OK) {
            refuse(inbound, Refusal.of(datagram));
            return;
        }
        if (!selected(inbound)) {
            refuse(inbound, Refusal.SELECTORS);
            return;
        }
        if (!sink.deliver(buffer, inner.payloadOffset(), inner.payloadLength())) {
            refuse(inbound, Refusal.OUTPUT_FULL);
            return;
        }
        inbound.opened++;
        lastDeliveredNs = clock.getAsLong();
        inbound.lastOpenedNs = lastDeliveredNs;
        everDelivered = true;
        packets.increment();
        octets.add(inner.payloadLength());
    }

    private boolean selected(Inbound inbound) {
        InetAddress from = inner.source();
        return from != null
                && inbound.source.covers(from, inner.sourcePort())
                && inbound.destination.covers(inner.destination(), inner.destinationPort());
    }

    private void refuse(Inbound inbound, Refusal why) {
        refused.count(why);
        inbound.refused.count(why);
    }

    private Inbound of(InboundSa sa) {
        for (int i = inbounds.size() - 1; i >= 0; i--) {
            if (inbounds.get(i).sa == sa) {
                return inbounds.get(i);
            }
        }
        throw new IllegalStateException("an SA in the SAD and nowhere else");
    }

    private void forgetPast() {
        int past = (int) inbounds.stream().filter(each -> !each.held).count();
        for (int i = 0; past > PAST_SAS_SHOWN; ) {
            if (inbounds.get(i).held) {
                i++;
            } else {
                inbounds.remove(i);
                past--;
            }
        }
    }

    /** Order of the SA with this SPI among all installed so far; of one that is not installed, that of the next one. */
    long orderOf(long spi) {
        for (Inbound inbound : inbounds) {
            if (inbound.spi == spi && inbound.held) {
                return inbound.order;
            }
        }
        return order++;
    }

    /** SAs held and the last ones held before, oldest first. */
    List<Inbound> inbounds() {
        return inbounds;
    }

    @Nullable
    Long lastDeliveredNs() {
        return everDelivered ? lastDeliveredNs : null;
    }

    Tally<Refusal> refused() {
        return refused;
    }

    int parkedPackets() {
        return parked.packets();
    }

    long packets() {
        return packets.sum();
    }

    long octets() {
        return octets.sum();
    }

    /** Packets that waited for their SA and then were looked at. */
    long recovered() {
        return recovered.sum();
    }
}
