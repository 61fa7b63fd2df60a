package io.opengcks.tesla;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Safe packets that wait for the key of their interval. Each interval has room for so many; when it is full a newcomer takes
 * the place of one drawn at random, with the chance that leaves every packet that ever came the same (reservoir sampling).
 * So a flooder can only win the share he sends, and nothing in other intervals.
 */
final class PacketBuffer<P> {
    record Waiting<P>(Arrival<P> arrival, long ticket, boolean delivered) {}

    private static final class Slot<P> {
        final List<Waiting<P>> waiting = new ArrayList<>();
        long seen;
    }

    private final TreeMap<Long, Slot<P>> slots = new TreeMap<>();
    private final int perInterval;
    private final RandomGenerator random;
    private long packets;
    private long octets;

    PacketBuffer(int perInterval, RandomGenerator random) {
        this.perInterval = perInterval;
        this.random = random;
    }

    /** Takes a packet in. Returns what had to give way: nothing, another, or the packet itself. */
    Optional<Waiting<P>> add(long interval, Waiting<P> packet) {
        Slot<P> slot = slots.computeIfAbsent(interval, _ -> new Slot<>());
        slot.seen++;
        if (slot.waiting.size() < perInterval) {
            slot.waiting.add(packet);
            packets++;
            octets += packet.arrival().octets();
            return Optional.empty();
        }
        long place = random.nextLong(slot.seen);
        if (place >= perInterval) {
            return Optional.of(packet);
        }
        Waiting<P> victim = slot.waiting.set((int) place, packet);
        octets += packet.arrival().octets() - victim.arrival().octets();
        return Optional.of(victim);
    }

    /** The intervals packets wait for, rising. */
    List<Long> intervals() {
        return new ArrayList<>(slots.keySet());
    }

    boolean isEmptyUpTo(long interval) {
        return slots.isEmpty() || slots.firstKey() > interval;
    }

    List<Waiting<P>> remove(long interval) {
        Slot<P> slot = slots.remove(interval);
        if (slot == null) {
            return List.of();
        }
        packets -= slot.waiting.size();
        slot.waiting.forEach(packet -> octets -= packet.arrival().octets());
        return slot.waiting;
    }

    long packets() {
        return packets;
    }

    long octets() {
        return octets;
    }
}
