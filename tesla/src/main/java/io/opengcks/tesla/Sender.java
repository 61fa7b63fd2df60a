package io.opengcks.tesla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * The sender's core, without I/O: knows which keys belong to a time, computes MACs, says what may be disclosed and whether a
 * packet has to be sent only for that (RFC 4082 §3.4, RFC 5776 §3.1.2.5). Carriers put it into octets.
 *
 * <p>The clock may stumble: an interval, once reached, is never left backwards, so no key is used after it was disclosed.
 * Not thread-safe.
 */
public final class Sender implements Destroyable {
    /** How many intervals longer than needed idle disclosures go on, against loss. */
    private static final int IDLE_REPEATS = 2;

    /** For how many intervals the last key of the chain before is repeated, n_tx_lastkey of RFC 5776. */
    private static final int LAST_KEY_INTERVALS = 4;

    private final KeySource keys;
    private final Schedule schedule;
    private final OneWay oneWay;
    /** Keys of {@code interval - delay .. interval + longest}, by index modulo its length; null where there is none. */
    private final byte[] @Nullable [] window;

    private final @Nullable Mac[] macs;
    private long interval = -1;
    private long newestUsed = -1;
    private long newestDisclosed = -1;
    private boolean destroyed;

    /**
     * A sender of one stream.
     *
     * @param keys taken over; at its first interval, or restored and at one not after that of the first call of {@link #at}
     */
    public Sender(KeySource keys, Schedule schedule) {
        this.keys = keys;
        this.schedule = schedule;
        oneWay = new OneWay(keys.scheme());
        window = new byte[schedule.delay() + schedule.longest() + 1][];
        macs = new Mac[schedule.instances()];
    }

    /** What was given to the constructor. */
    public Schedule schedule() {
        return schedule;
    }

    /** The functions of the chain. */
    public Scheme scheme() {
        return keys.scheme();
    }

    /**
     * Everything about one time.
     *
     * @param nowNs the sender's clock, ns since 1970
     * @return nothing before the session starts and after the keys end
     */
    public Optional<Stamp> at(long nowNs) {
        if (destroyed) {
            throw new IllegalStateException("the sender was destroyed");
        }
        long wanted = Math.max(schedule.intervalAt(nowNs), interval);
        if (wanted < 0 || wanted > keys.last() - schedule.longest()) {
            return Optional.empty();
        }
        if (wanted > interval) {
            moveTo(wanted);
        }
        return Optional.of(new Stamp());
    }

    /**
     * Whether receivers still wait for a key that may be disclosed now and that no packet has carried: then one without
     * payload is to be sent.
     */
    public boolean disclosureDue(long nowNs) {
        return at(nowNs).isPresent() && waits() && interval - schedule.delay() > newestDisclosed;
    }

    /** When to ask {@link #disclosureDue} again, on the sender's clock; nothing if no receiver waits. */
    public Optional<Long> wakeNs() {
        return waits() ? Optional.of(schedule.beginNs(interval + 1)) : Optional.empty();
    }

    private boolean waits() {
        return newestUsed >= 0 && newestDisclosed < newestUsed + IDLE_REPEATS;
    }

    private void moveTo(long wanted) {
        long front = wanted + schedule.longest();
        long from = Math.max(Math.max(0, keys.interval()), front - window.length + 1);
        if (interval < 0) {
            keys.advanceTo(from);
            put(from, keys.key());
            fillBehind(from, front);
        } else {
            from = Math.max(from, interval + schedule.longest());
        }
        for (long at = Math.max(from, keys.interval()); at <= front; at++) {
            keys.advanceTo(at);
            put(at, keys.key());
        }
        for (int instance = 0; instance < macs.length; instance++) {
            macs[instance] = null;
        }
        interval = wanted;
    }

    /** After a restart from a checkpoint: keys before it, as far back as its chain goes, are computed. */
    private void fillBehind(long from, long front) {
        long first = Math.max(front - window.length + 1, from / keys.chainLength() * keys.chainLength());
        byte[] key = keys.key();
        for (long at = from - 1; at >= first; at--) {
            key = oneWay.back(key);
            put(at, key);
        }
    }

    private void put(long at, byte[] key) {
        int slot = (int) (at % window.length);
        byte[] old = window[slot];
        if (old != null) {
            Arrays.fill(old, (byte) 0);
        }
        window[slot] = key;
    }

    private byte @Nullable [] held(long at) {
        return at < 0 || at > keys.interval() ? null : window[(int) (at % window.length)];
    }

    private Mac mac(int instance) {
        Mac ready = macs[instance];
        if (ready == null) {
            long at = interval + schedule.longerBy(instance);
            byte[] key = held(at);
            if (key == null) {
                throw new IllegalStateException("no key for interval " + at);
            }
            ready = scheme().mac().mac();
            byte[] macKey = oneWay.macKey(key, instance);
            Prf.init(ready, macKey);
            Arrays.fill(macKey, (byte) 0);
            macs[instance] = ready;
        }
        return ready;
    }

    @Override
    public void destroy() {
        keys.destroy();
        for (byte[] key : window) {
            if (key != null) {
                Arrays.fill(key, (byte) 0);
            }
        }
        Arrays.fill(macs, null);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "Sender[" + keys + ", " + schedule + "]";
    }

    /** The sender at one time; good until {@link #at} is asked again. */
    public final class Stamp {
        private final long own = interval;

        private Stamp() {}

        /** i, which the packet names. */
        public long interval() {
            return own;
        }

        /**
         * The MAC of a packet for one instance.
         *
         * @param parts what it covers, in order
         * @return {@code scheme.macOctets()} octets
         */
        public byte[] mac(int instance, byte[]... parts) {
            if (own != interval) {
                throw new IllegalStateException("interval " + own + " is over");
            }
            newestUsed = Math.max(newestUsed, own + schedule.longerBy(instance));
            Mac mac = Sender.this.mac(instance);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return Arrays.copyOf(mac.doFinal(), scheme().macOctets());
        }

        /** K_{i-d}, which now is public; nothing in the first d intervals. The caller sends it. */
        public Optional<Disclosure.Key> key() {
            byte[] key = held(own - schedule.delay());
            if (key == null) {
                return Optional.empty();
            }
            newestDisclosed = Math.max(newestDisclosed, own - schedule.delay());
            return Optional.of(new Disclosure.Key(own - schedule.delay(), key.clone()));
        }

        /** What a sequence of chains has to say beside {@link #key}: to be sent in turns with it, not instead. */
        public List<Disclosure> extras() {
            if (!(keys instanceof ChainSequence chains)) {
                return List.of();
            }
            var extras = new ArrayList<Disclosure>();
            long length = chains.chainLength();
            long chain = own / length;
            // the keys may already be those of the next chain, for an instance with a longer delay
            if (keys.interval() / length == chain) {
                chains.nextCommitment().ifPresent(c -> extras.add(new Disclosure.NewChain(chain + 1, c.key())));
                long into = own - chain * length;
                if (into >= schedule.delay() && chain > 0) {
                    if (extras.isEmpty() && into < schedule.delay() + LAST_KEY_INTERVALS) {
                        chains.previousLast().ifPresent(c -> extras.add(new Disclosure.Key(c.interval(), c.key())));
                    }
                    KeySource.Commitment upper = chains.upperKey();
                    extras.add(new Disclosure.UpperKey(upper.interval(), upper.key()));
                }
            }
            return extras;
        }
    }
}
