package io.opengcks.esp;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Packets with an SPI nobody knows yet: a rekey that brings the SA may be on its way (RFC 5374 §4.1.2 has senders
 * switch before some receivers heard of the new SA). Bounded by packets, octets and age; the oldest goes first. Used by
 * one thread; times are nanoseconds of one monotonic clock, handed in and compared by subtraction.
 */
public final class ParkedPackets {
    public static final int DEFAULT_MAX_PACKETS = 4096;
    public static final int DEFAULT_MAX_OCTETS = 8 << 20;

    /** A packet kept back. The array is the parked copy, and whoever drains it may write into it. */
    public record Parked(byte[] packet, InetAddress source, InetAddress destination, long arrivedNs) {
        long spi() {
            return EspPacket.spi(packet, 0);
        }
    }

    /** Takes the packets that {@link #drain} lets go. */
    public interface Sink {
        void packet(Parked parked);
    }

    private final int maxPackets;
    private final int maxOctets;
    private final long maxAgeNs;
    private final ArrayDeque<Parked> packets = new ArrayDeque<>();
    private int octets;
    private long overflowed;
    private long expired;

    /**
     * @param maxPackets packets kept at once, at least 1
     * @param maxOctets  octets kept at once; a longer packet is not kept at all
     * @param maxAgeNs   how long a packet waits for its SA
     */
    public ParkedPackets(int maxPackets, int maxOctets, long maxAgeNs) {
        if (maxPackets < 1 || maxOctets < 1 || maxAgeNs < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        this.maxPackets = maxPackets;
        this.maxOctets = maxOctets;
        this.maxAgeNs = maxAgeNs;
    }

    /** Copies one ESP packet in; drops the oldest ones where room is short. Packets without an SPI are not kept. */
    public void park(byte[] packet, int off, int len, InetAddress source, InetAddress destination, long nowNs) {
        if (len < EspPacket.HEADER_BYTES) {
            return;
        }
        expire(nowNs);
        if (len > maxOctets) {
            overflowed++;
            return;
        }
        while (packets.size() == maxPackets || octets > maxOctets - len) {
            octets -= packets.removeFirst().packet.length;
            overflowed++;
        }
        byte[] copy = new byte[len];
        System.arraycopy(packet, off, copy, 0, len);
        packets.addLast(new Parked(copy, source, destination, nowNs));
        octets += len;
    }

    /**
     * Lets the packets go that belong to an SA, in the order they came.
     *
     * @return how many there were
     */
    public int drain(SaParameters sa, long nowNs, Sink sink) {
        expire(nowNs);
        var found = new ArrayDeque<Parked>();
        for (Iterator<Parked> all = packets.iterator(); all.hasNext(); ) {
            Parked parked = all.next();
            if (sa.covers(parked.spi(), parked.source, parked.destination)) {
                all.remove();
                octets -= parked.packet.length;
                found.add(parked);
            }
        }
        found.forEach(sink::packet); // after the loop: the sink may park again
        return found.size();
    }

    /** Drops the packets that have waited too long. */
    public void expire(long nowNs) {
        for (Parked oldest = packets.peekFirst();
                oldest != null && nowNs - oldest.arrivedNs > maxAgeNs;
                oldest = packets.peekFirst()) {
            packets.removeFirst();
            octets -= oldest.packet.length;
            expired++;
        }
    }

    /** Drops everything. */
    public void clear() {
        packets.clear();
        octets = 0;
    }

    public int packets() {
        return packets.size();
    }

    public int octets() {
        return octets;
    }

    /** Packets dropped so far for want of room. */
    public long overflowed() {
        return overflowed;
    }

    /** Packets dropped so far because their SA did not come in time. */
    public long expired() {
        return expired;
    }
}
