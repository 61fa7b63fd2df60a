package io.opengcks.tesla.plain;

import io.opengcks.tesla.Arrival;
import io.opengcks.tesla.Counters;
import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Outcome;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Receiver;
import io.opengcks.tesla.TimeBound;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of one source in, payloads out; no socket. An authentic number is delivered once, however often it comes. Not
 * thread-safe.
 */
public final class PlainReceiver {
    /** Numbers behind the newest authentic one that are remembered. */
    public static final int REPLAY_WINDOW = 1 << 16;

    /** A datagram's payload with its number in the stream: octets {@code from} to {@code to} of {@code datagram}. */
    @SuppressWarnings("ArrayRecordComponent") // a payload on its way to the application
    public record Payload(long sequence, byte[] datagram, int from, int to) {
        /** A copy of the payload. */
        public byte[] octets() {
            return Arrays.copyOfRange(datagram, from, to);
        }
    }

    /** What happened besides what the core counts. */
    public record PlainCounters(Counters core, long malformed, long otherSources, long groupForged, long replayed) {}

    private final Parameters parameters;
    private final long source;
    private final int instance;
    private final @Nullable GroupMac group;
    private final Receiver<Payload> core;
    private final long[] seen = new long[REPLAY_WINDOW / Long.SIZE];
    private long newest = -1;

    private long malformed;
    private long otherSources;
    private long groupForged;
    private long replayed;

    /**
     * A receiver of one source.
     *
     * @param bootstrap read with its signature checked
     * @param group     the group's MAC, exactly if {@code bootstrap.groupMac()}
     */
    public PlainReceiver(
            PlainBootstrap bootstrap,
            int instance,
            Receiver.Limits limits,
            Receiver.Mode mode,
            RandomGenerator random,
            @Nullable GroupMac group) {
        if (bootstrap.groupMac() != (group != null)) {
            throw new IllegalArgumentException("a group MAC is needed exactly if the source uses one");
        }
        parameters = bootstrap.parameters();
        source = bootstrap.source();
        this.instance = instance;
        this.group = group;
        core = new Receiver<>(parameters, instance, limits, mode, random);
    }

    /** Sets or renews what is known of the sender's clock. */
    public void clock(TimeBound bound) {
        core.clock(bound);
    }

    /** A later bootstrap of the same source: good for who missed the change of chain. */
    public void bootstrap(PlainBootstrap later) {
        if (later.source() == source) {
            core.anchor(later.parameters().anchor());
        }
    }

    /**
     * A datagram came in.
     *
     * @param datagram kept, not to be changed afterwards
     * @param nowNs the receiver's clock at arrival
     */
    public List<Outcome<Payload>> receive(byte[] datagram, long nowNs) {
        Arrival<Payload> arrival;
        try {
            int end = datagram.length;
            if (group != null) {
                end -= GroupMac.OCTETS;
                PlainFrame.need(end > 0, "too short");
                if (!group.isGood(datagram, end, Arrays.copyOfRange(datagram, end, datagram.length))) {
                    groupForged++;
                    return List.of();
                }
            }
            arrival = read(datagram, end);
        } catch (MalformedTesla bad) {
            malformed++;
            return List.of();
        }
        if (arrival == null) {
            otherSources++;
            return List.of();
        }
        // type and length of an idle datagram leave no room for a MAC
        return once(arrival.mac().length == 0 ? core.keys(arrival.disclosures(), nowNs) : core.receive(arrival, nowNs));
    }

    /** Time passed. */
    public List<Outcome<Payload>> tick(long nowNs) {
        return once(core.tick(nowNs));
    }

    /** A snapshot. */
    public PlainCounters counters() {
        return new PlainCounters(core.counters(), malformed, otherSources, groupForged, replayed);
    }

    /** See {@link Receiver#offsetBoundNs}. */
    public long offsetBoundNs(long nowNs) {
        return core.offsetBoundNs(nowNs);
    }

    private @Nullable Arrival<Payload> read(byte[] datagram, int end) throws MalformedTesla {
        PlainFrame.need(end > 0, "too short");
        boolean idle = PlainFrame.type(datagram[0]) == PlainFrame.IDLE;
        int macOctets = idle ? 0 : parameters.scheme().macOctets();
        int macs = end - macOctets * parameters.schedule().instances();
        PlainFrame frame = PlainFrame.read(datagram, macs, parameters, group != null);
        if (frame.source() != source) {
            return null;
        }
        long chain = frame.interval() / parameters.chainLength();
        var disclosures = new ArrayList<Disclosure>();
        byte[] key = frame.key();
        if (key != null) {
            disclosures.add(
                    new Disclosure.Key(frame.interval() - parameters.schedule().delay(), key));
        }
        byte[] last = frame.lastKey();
        if (last != null) {
            disclosures.add(new Disclosure.Key(chain * parameters.chainLength() - 1, last));
        }
        byte[] upper = frame.upperKey();
        if (upper != null) {
            disclosures.add(new Disclosure.UpperKey(chain, upper));
        }
        byte[] next = frame.newChain();
        if (next != null) {
            disclosures.add(new Disclosure.NewChain(chain + 1, next));
        }
        byte[] ahead = frame.ahead();
        int from = macs + instance * macOctets;
        return new Arrival<>(
                frame.interval(),
                datagram,
                macs,
                Arrays.copyOfRange(datagram, from, from + macOctets),
                disclosures,
                ahead == null ? null : hash(ahead),
                new Arrival.Own(
                        frame.sequence(),
                        () -> PlainFrame.hash(source, frame.sequence(), datagram, frame.payloadAt(), macs)),
                new Payload(frame.sequence(), datagram, frame.payloadAt(), macs));
    }

    private static Arrival.Hash hash(byte[] ahead) {
        return new Arrival.Hash(ByteBuffer.wrap(ahead).getLong(), Arrays.copyOfRange(ahead, 8, ahead.length));
    }

    private List<Outcome<Payload>> once(List<Outcome<Payload>> outcomes) {
        var fresh = new ArrayList<Outcome<Payload>>(outcomes.size());
        for (var outcome : outcomes) {
            if (!(outcome instanceof Outcome.Authentic<Payload> authentic)
                    || isFirst(authentic.packet().sequence())) {
                fresh.add(outcome);
            } else {
                replayed++;
            }
        }
        return fresh;
    }

    /** A sliding window as of RFC 4303 §3.4.3, moved by authentic numbers only. */
    private boolean isFirst(long sequence) {
        if (sequence <= newest - REPLAY_WINDOW) {
            return false;
        }
        if (sequence > newest) {
            long from = Math.max(newest + 1, sequence - REPLAY_WINDOW + 1);
            for (long at = from; at <= sequence; at++) {
                seen[word(at)] &= ~(1L << at);
            }
            newest = sequence;
        }
        boolean first = (seen[word(sequence)] >>> sequence & 1) == 0;
        seen[word(sequence)] |= 1L << sequence;
        return first;
    }

    private static int word(long sequence) {
        return (int) (sequence % REPLAY_WINDOW / Long.SIZE);
    }
}
