package io.opengcks.tesla;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sender's side of immediate authentication (Perrig, Canetti, Song, Tygar, NDSS 2001; RFC 4082 §3.7.3): a packet is held
 * back until the one {@code distance} later is known, and leaves with its hash. When the first is authentic the other is so
 * the moment it arrives. It moves the waiting from the receivers to the sender.
 *
 * @param <P> what the application calls a packet
 */
public final class LookAhead<P> {
    /** Most packets held back. */
    public static final int MAX_DISTANCE = 1 << 14;

    /** A packet that may leave now, with the number of the later packet whose hash it carries, if there is one. */
    public record Ready<P>(
            long sequence, P packet, @Nullable Later<P> later) {}

    /** A packet still held back. */
    public record Later<P>(long sequence, P packet) {}

    private record Held<P>(long sequence, P packet, long sinceNs) {}

    private final int distance;
    private final long holdNs;
    private final ArrayDeque<Held<P>> held = new ArrayDeque<>();
    private long sequence;

    /**
     * A queue.
     *
     * @param distance packets between one and the one whose hash it carries: enough that they are further apart in time than
     *                 the key's disclosure, 1 to {@link #MAX_DISTANCE}
     * @param holdNs   longest time a packet is held back when too few follow
     */
    public LookAhead(int distance, long holdNs) {
        if (distance < 1 || distance > MAX_DISTANCE || holdNs < 0) {
            throw new IllegalArgumentException("a distance of " + distance + " or a time of " + holdNs + " ns");
        }
        this.distance = distance;
        this.holdNs = holdNs;
    }

    /** Takes the next packet and gives back what may leave, in order. */
    public List<Ready<P>> add(P packet, long nowNs) {
        var ready = new ArrayList<>(expired(nowNs));
        var latest = new Held<>(sequence++, packet, nowNs);
        held.add(latest);
        Held<P> first = held.getFirst();
        if (latest.sequence() - first.sequence() == distance) {
            held.removeFirst();
            ready.add(new Ready<>(first.sequence(), first.packet(), new Later<>(latest.sequence(), packet)));
        }
        return ready;
    }

    /** What has waited too long, without a hash. */
    public List<Ready<P>> expired(long nowNs) {
        var ready = new ArrayList<Ready<P>>();
        while (!held.isEmpty() && nowNs - held.getFirst().sinceNs() >= holdNs) {
            Held<P> first = held.removeFirst();
            ready.add(new Ready<>(first.sequence(), first.packet(), null));
        }
        return ready;
    }

    /** When to ask {@link #expired}. */
    public Optional<Long> wakeNs() {
        return held.isEmpty() ? Optional.empty() : Optional.of(held.getFirst().sinceNs() + holdNs);
    }
}
