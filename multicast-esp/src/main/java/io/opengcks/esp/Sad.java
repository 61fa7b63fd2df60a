package io.opengcks.esp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The Security Association Database of inbound SAs, by what a packet shows (RFC 4301 §4.1): (SPI, destination, source),
 * else (SPI, destination), else the SPI of a unicast SA.
 *
 * <p>Any number of threads look up without a lock while one thread at a time adds and removes. A look-up sees every
 * change that was complete when it began. What is found belongs to its own thread: {@link InboundSa} is not shared.
 *
 * <p>One flat table with open addressing: SAs of one (SPI, destination) stand in one run, so that the most specific one
 * is found in one pass. A removed entry leaves a mark behind until the table is built anew.
 */
public final class Sad {
    /** SAs the table takes. */
    public static final int MAX_SAS = 1 << 20;

    private static final int INITIAL_SLOTS = 16;

    /**
     * One SA and its selectors.
     *
     * @param destination null for a unicast SA, which is found by its SPI alone
     */
    private record Entry(
            int spi,
            @Nullable InetAddress destination,
            @Nullable InetAddress source,
            @Nullable InboundSa sa) {
        /** Whether it is the mark that something was here once. */
        boolean removed() {
            return sa == null;
        }

        boolean sameKey(Entry other) {
            return spi == other.spi
                    && Objects.equals(destination, other.destination)
                    && Objects.equals(source, other.source);
        }
    }

    private static final Entry REMOVED = new Entry(0, null, null, null);

    private volatile AtomicReferenceArray<@Nullable Entry> table = new AtomicReferenceArray<>(INITIAL_SLOTS);
    private volatile int unicast;
    private int used;
    private int live;

    /** Empty. */
    public Sad() {}

    /**
     * The SA a packet belongs to, or null.
     *
     * @param spi         from the packet, unsigned 32 bits
     * @param source      outer source address
     * @param destination outer destination address
     */
    public @Nullable InboundSa find(long spi, InetAddress source, InetAddress destination) {
        AtomicReferenceArray<@Nullable Entry> now = table;
        int mask = now.length() - 1;
        InboundSa anySource = null;
        for (int at = hash((int) spi, destination) & mask; ; at = (at + 1) & mask) {
            Entry entry = now.getAcquire(at);
            if (entry == null) {
                break;
            }
            if (entry.spi == (int) spi && destination.equals(entry.destination)) {
                if (entry.source == null) {
                    anySource = entry.sa;
                } else if (entry.source.equals(source)) {
                    return entry.sa;
                }
            }
        }
        return anySource != null || unicast == 0 ? anySource : findUnicast(now, (int) spi);
    }

    private static @Nullable InboundSa findUnicast(AtomicReferenceArray<@Nullable Entry> now, int spi) {
        int mask = now.length() - 1;
        for (int at = hash(spi, null) & mask; ; at = (at + 1) & mask) {
            Entry entry = now.getAcquire(at);
            if (entry == null) {
                return null;
            }
            if (entry.spi == spi && entry.destination == null && entry.sa != null) {
                return entry.sa;
            }
        }
    }

    /**
     * Adds an SA; one with the same SPI and addresses is replaced.
     *
     * @return the SA that was replaced, which the caller destroys, or null
     * @throws IllegalStateException if there are {@value #MAX_SAS} already
     */
    public synchronized @Nullable InboundSa add(InboundSa sa) {
        Entry entry = entry(sa.parameters(), sa);
        int at = locate(entry);
        Entry old = table.getPlain(at);
        if (old != null && !old.removed()) {
            table.setRelease(at, entry);
            return old.sa;
        }
        if (live == MAX_SAS) {
            throw new IllegalStateException("the SAD holds " + MAX_SAS + " SAs already");
        }
        if (entry.destination == null) {
            unicast++;
        }
        live++;
        if (old == null && ++used * 2 > table.length()) {
            rebuild();
            at = locate(entry);
        }
        table.setRelease(at, entry);
        return null;
    }

    /**
     * Removes the SA with the SPI and addresses of {@code parameters}.
     *
     * @return what was removed, which the caller destroys when nobody uses it any more, or null
     */
    public synchronized @Nullable InboundSa remove(SaParameters parameters) {
        Entry entry = entry(parameters, null);
        int at = locate(entry);
        Entry old = table.getPlain(at);
        if (old == null || old.removed()) {
            return null;
        }
        table.setRelease(at, REMOVED);
        live--;
        if (entry.destination == null) {
            unicast--;
        }
        return old.sa;
    }

    /** Number of SAs. */
    public synchronized int size() {
        return live;
    }

    /** All SAs, in no order. */
    public List<InboundSa> all() {
        var all = new ArrayList<InboundSa>();
        AtomicReferenceArray<@Nullable Entry> now = table;
        for (int i = 0; i < now.length(); i++) {
            Entry entry = now.getAcquire(i);
            if (entry != null && entry.sa != null) {
                all.add(entry.sa);
            }
        }
        return all;
    }

    /** Where the entry is, else where it would go: a removed one's place, or a free one. */
    private int locate(Entry wanted) {
        int mask = table.length() - 1;
        int reusable = -1;
        for (int at = hash(wanted.spi, wanted.destination) & mask; ; at = (at + 1) & mask) {
            Entry entry = table.getPlain(at);
            if (entry == null) {
                return reusable >= 0 ? reusable : at;
            }
            if (entry.removed()) {
                reusable = reusable >= 0 ? reusable : at;
            } else if (entry.sameKey(wanted)) {
                return at;
            }
        }
    }

    /** Leaves the marks of removed entries out, and doubles the room if it is still needed. */
    private void rebuild() {
        AtomicReferenceArray<@Nullable Entry> old = table;
        int slots = old.length();
        while (live * 4 > slots) {
            slots *= 2;
        }
        var fresh = new AtomicReferenceArray<@Nullable Entry>(slots);
        used = 1; // the one to be added
        for (int i = 0; i < old.length(); i++) {
            Entry entry = old.getPlain(i);
            if (entry != null && !entry.removed()) {
                int at = hash(entry.spi, entry.destination) & (slots - 1);
                while (fresh.getPlain(at) != null) {
                    at = (at + 1) & (slots - 1);
                }
                fresh.setPlain(at, entry);
                used++;
            }
        }
        table = fresh;
    }

    private static Entry entry(SaParameters parameters, @Nullable InboundSa sa) {
        return parameters.destination().isMulticastAddress()
                ? new Entry((int) parameters.spi(), parameters.destination(), parameters.source(), sa)
                : new Entry((int) parameters.spi(), null, null, sa);
    }

    private static int hash(int spi, @Nullable InetAddress destination) {
        int mixed = (spi ^ (destination == null ? 0 : destination.hashCode() * 0x85EB_CA6B)) * 0x9E37_79B9;
        return mixed ^ (mixed >>> 15);
    }
}
