package io.opengcks.tesla;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's core for one source, without I/O (RFC 4082 §3.5, RFC 5776 §4.3). A packet is looked at in this order: is it
 * safe, that is, can its key not have been public yet; what keys does it disclose; then it waits until its own key is there.
 *
 * <p>Keys that a packet discloses are used even if the packet itself is unsafe: a key proves itself, whenever it comes. Not
 * thread-safe.
 *
 * @param <P> what the application calls a packet
 */
public final class Receiver<P> {
    /** When packets are handed over. */
    public enum Mode {
        /** Once they are known to be authentic. */
        AFTER_CHECK,
        /** At once if they are safe, and what they turned out to be later: for who can take a packet back. */
        FLAG
    }

    /**
     * Bounds of memory and work. At most {@code (d + longerBy + wait) · packetsPerInterval} packets of {@code packetOctets}
     * wait.
     *
     * @param packetsPerInterval packets that wait for one key, at least 1. To keep a share s of the genuine packets under a
     *                           flood of f times their rate, it must be s·(f + 1) times their number an interval
     * @param packetOctets       largest packet, covered part and MAC
     * @param waitIntervals      how long after its disclosure a key is waited for, at least 1
     * @param keySteps           most hashes for one disclosed key: the longest gap that is bridged, in intervals
     * @param wastedHashes       hashes an interval spent on forged keys before keys more than a few steps away are ignored
     */
    public record Limits(int packetsPerInterval, int packetOctets, int waitIntervals, int keySteps, int wastedHashes) {
        /** 4096 packets of 9216 octets, 8 intervals, a million steps, 65536 hashes. */
        public static final Limits DEFAULT = new Limits(4096, 9216, 8, 1 << 20, 1 << 16);

        public Limits {
            if (packetsPerInterval < 1 || packetOctets < 1 || waitIntervals < 1 || keySteps < 1 || wastedHashes < 0) {
                throw new IllegalArgumentException("limits that let nothing through");
            }
        }
    }

    /** Hashes a key may always cost. */
    private static final int CHEAP_STEPS = 16;

    /** Hashes of later packets kept. */
    private static final int MAX_AHEAD = 1 << 16;

    private final Parameters parameters;
    private final int instance;
    private final Limits limits;
    private final Mode mode;
    private final KeyLedger ledger;
    private final PacketBuffer<P> buffer;
    private final Mac mac;
    private final Map<Long, byte[]> ahead = new LinkedHashMap<>();

    private @Nullable TimeBound clock;
    private long highest = Long.MIN_VALUE;
    private long wasted;
    private long tickets;

    private long authenticated;
    private long immediate;
    private long unsafe;
    private long early;
    private long forged;
    private long expired;
    private long evicted;
    private long oversize;
    private long keysForged;
    private long keysRefused;

    /**
     * A receiver that believes nothing until {@link #clock} is set.
     *
     * @param instance which of the delays of the schedule it uses
     * @param random   for evictions; unpredictable to a flooder
     */
    public Receiver(Parameters parameters, int instance, Limits limits, Mode mode, RandomGenerator random) {
        if (instance < 0 || instance >= parameters.schedule().instances()) {
            throw new IllegalArgumentException("no instance " + instance);
        }
        this.parameters = parameters;
        this.instance = instance;
        this.limits = limits;
        this.mode = mode;
        ledger = new KeyLedger(parameters, limits.keySteps());
        buffer = new PacketBuffer<>(limits.packetsPerInterval(), random);
        mac = parameters.scheme().mac().mac();
    }

    /** Sets or renews what is known of the sender's clock. */
    public void clock(TimeBound bound) {
        clock = bound;
    }

    /** A signed bootstrap, later than the first, gave another authentic key (RFC 5776 §4.2.1). */
    public void anchor(Parameters.Anchor anchor) {
        if (anchor.interval() == anchor.chain() * parameters.chainLength() - 1) {
            ledger.commit(anchor.chain(), anchor.key());
        }
    }

    /**
     * A packet came in.
     *
     * @param nowNs the receiver's clock at arrival, as early as it could be read
     */
    public List<Outcome<P>> receive(Arrival<P> packet, long nowNs) {
        var outcomes = new ArrayList<Outcome<P>>();
        long latest = advance(nowNs, outcomes);
        if (packet.octets() > limits.packetOctets()) {
            oversize++;
            return outcomes;
        }
        boolean known = isAnnounced(packet);
        if (!take(packet.disclosures(), latest) && !known) {
            forged++;
            check(outcomes);
            return outcomes;
        }
        Safety safety = safety(packet.interval(), latest);
        if (safety == Safety.EARLY && !known) {
            early++;
        } else if (safety != Safety.SAFE && !known) {
            unsafe++;
        } else {
            admit(packet, known, safety == Safety.SAFE, outcomes);
        }
        check(outcomes);
        return outcomes;
    }

    /** Keys came in a packet that has no MAC, such as a disclosure in an idle interval. Commitments in it are ignored. */
    public List<Outcome<P>> keys(List<Disclosure> disclosures, long nowNs) {
        var outcomes = new ArrayList<Outcome<P>>();
        take(disclosures, advance(nowNs, outcomes));
        check(outcomes);
        return outcomes;
    }

    /** Time passed: packets whose key will not come any more are given up. Call it now and then. */
    public List<Outcome<P>> tick(long nowNs) {
        var outcomes = new ArrayList<Outcome<P>>();
        advance(nowNs, outcomes);
        return outcomes;
    }

    /** A snapshot. */
    public Counters counters() {
        return new Counters(
                authenticated,
                immediate,
                unsafe,
                early,
                forged,
                expired,
                evicted,
                oversize,
                keysForged,
                keysRefused,
                buffer.packets(),
                buffer.octets());
    }

    /** How far ahead the sender's clock may be, ns; the largest number there is as long as it is not known. */
    public long offsetBoundNs(long nowNs) {
        TimeBound known = clock;
        return known == null ? Long.MAX_VALUE : known.boundNs(nowNs);
    }

    /** Interval of the newest authentic key. */
    public long newestKey() {
        return ledger.newest();
    }

    private enum Safety {
        SAFE,
        UNSAFE,
        EARLY
    }

    /** The highest interval the sender can be in (RFC 4082 §3.5, step 1). */
    private long advance(long nowNs, List<Outcome<P>> outcomes) {
        TimeBound known = clock;
        if (known == null) {
            return Long.MIN_VALUE;
        }
        long latest = parameters.schedule().intervalAt(known.latestSenderNs(nowNs));
        if (latest > highest) {
            highest = latest;
            wasted = 0;
            long gone = latest - parameters.schedule().delay() - limits.waitIntervals();
            if (!buffer.isEmptyUpTo(gone - 1)) {
                expire(gone, outcomes);
            }
        }
        return latest;
    }

    private Safety safety(long interval, long latest) {
        if (latest == Long.MIN_VALUE || interval < 0) {
            return Safety.UNSAFE;
        }
        if (interval > latest) {
            return Safety.EARLY;
        }
        Schedule schedule = parameters.schedule();
        return latest < interval + schedule.longerBy(instance) + schedule.delay() ? Safety.SAFE : Safety.UNSAFE;
    }

    private boolean isAnnounced(Arrival<P> packet) {
        Arrival.Own own = packet.own();
        byte[] announced = own == null ? null : ahead.get(own.sequence());
        return own != null
                && announced != null
                && MessageDigest.isEqual(announced, own.hash().get());
    }

    /** Looks at the keys that prove themselves. False if one is forged (RFC 5776 §4.3, step 4). */
    private boolean take(List<Disclosure> disclosures, long latest) {
        boolean good = true;
        for (Disclosure disclosure : disclosures) {
            KeyLedger.Verdict verdict = switch (disclosure) {
                case Disclosure.Key key -> key(key, latest);
                case Disclosure.UpperKey key -> upperKey(key, latest);
                case Disclosure.NewChain _ -> KeyLedger.Verdict.KNOWN; // waits for the packet's own MAC
            };
            switch (verdict) {
                case NEW, KNOWN -> {}
                case REFUSED -> keysRefused++;
                case FORGED -> {
                    keysForged++;
                    good = false;
                }
            }
        }
        return good;
    }

    private KeyLedger.Verdict key(Disclosure.Key key, long latest) {
        long cost = ledger.cost(key.interval());
        // a key the sender cannot have disclosed yet is not worth a hash
        if (latest < 0 || key.interval() > latest - parameters.schedule().delay() || tooDear(cost)) {
            return KeyLedger.Verdict.REFUSED;
        }
        return paid(ledger.disclose(key.interval(), key.key()), cost);
    }

    private KeyLedger.Verdict upperKey(Disclosure.UpperKey key, long latest) {
        long cost = ledger.upperCost(key.number());
        if (latest < 0 || key.number() > latest / parameters.chainLength() || tooDear(cost)) {
            return KeyLedger.Verdict.REFUSED;
        }
        return paid(ledger.discloseUpper(key.number(), key.key()), cost);
    }

    private boolean tooDear(long cost) {
        return cost > CHEAP_STEPS && wasted > limits.wastedHashes();
    }

    private KeyLedger.Verdict paid(KeyLedger.Verdict verdict, long cost) {
        if (verdict == KeyLedger.Verdict.FORGED) {
            wasted += cost;
        }
        return verdict;
    }

    private void admit(Arrival<P> packet, boolean known, boolean safe, List<Outcome<P>> outcomes) {
        long ticket = tickets++;
        if (known) {
            Arrival.Own own = packet.own();
            if (own != null) {
                ahead.remove(own.sequence()); // once: what comes again is a replay
            }
            authenticated++;
            immediate++;
            outcomes.add(new Outcome.Authentic<>(packet.packet(), packet.interval(), ticket));
        } else if (mode == Mode.FLAG) {
            outcomes.add(new Outcome.Unchecked<>(packet.packet(), packet.interval(), ticket));
        }
        if (safe) {
            // also one that is authentic already: what it announces itself is not, before its MAC is
            long index = packet.interval() + parameters.schedule().longerBy(instance);
            buffer.add(index, new PacketBuffer.Waiting<>(packet, ticket, known)).ifPresent(victim -> {
                evicted++;
                doubt(victim, Outcome.Why.EVICTED, outcomes);
            });
        }
    }

    private void check(List<Outcome<P>> outcomes) {
        if (buffer.isEmptyUpTo(ledger.newest())) {
            return;
        }
        for (long interval : buffer.intervals()) {
            byte[] key = ledger.macKey(interval, instance);
            if (key != null) {
                Prf.init(mac, key);
                Arrays.fill(key, (byte) 0);
                buffer.remove(interval).forEach(waiting -> check(waiting, outcomes));
            }
        }
    }

    private void check(PacketBuffer.Waiting<P> waiting, List<Outcome<P>> outcomes) {
        Arrival<P> packet = waiting.arrival();
        mac.update(packet.covered(), 0, packet.coveredOctets());
        byte[] right = Arrays.copyOf(mac.doFinal(), parameters.scheme().macOctets());
        if (!MessageDigest.isEqual(right, packet.mac())) {
            if (!waiting.delivered()) {
                forged++;
            }
            doubt(waiting, Outcome.Why.FORGED, outcomes);
            return;
        }
        for (Disclosure disclosure : packet.disclosures()) {
            if (disclosure instanceof Disclosure.NewChain commitment) {
                ledger.commit(commitment.chain(), commitment.key());
            }
        }
        Arrival.Hash later = packet.ahead();
        if (later != null) {
            ahead.put(later.sequence(), later.octets());
            if (ahead.size() > MAX_AHEAD) {
                ahead.remove(ahead.keySet().iterator().next());
            }
        }
        if (!waiting.delivered()) {
            authenticated++;
            outcomes.add(new Outcome.Authentic<>(packet.packet(), packet.interval(), waiting.ticket()));
        }
    }

    private void expire(long gone, List<Outcome<P>> outcomes) {
        for (long interval : buffer.intervals()) {
            if (interval < gone) {
                buffer.remove(interval).forEach(waiting -> {
                    if (!waiting.delivered()) {
                        expired++;
                    }
                    doubt(waiting, Outcome.Why.EXPIRED, outcomes);
                });
            }
        }
    }

    private void doubt(PacketBuffer.Waiting<P> waiting, Outcome.Why why, List<Outcome<P>> outcomes) {
        if (mode == Mode.FLAG && !waiting.delivered()) {
            outcomes.add(new Outcome.Doubtful<>(waiting.arrival().packet(), waiting.ticket(), why));
        }
    }
}
