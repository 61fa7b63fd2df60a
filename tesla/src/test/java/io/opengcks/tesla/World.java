package io.opengcks.tesla;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One sender, receivers and a network in virtual time, all from one seed. Packets are strings "n" on carrier-free octets. */
final class World {
    static final long MS = 1_000_000L;

    static LongStream seeds(int count) {
        String only = System.getProperty("sim.seed");
        return only == null ? LongStream.range(0, count) : LongStream.of(Long.parseLong(only));
    }

    record Wire(
            long interval, byte[] payload, byte[][] macs, List<Disclosure> disclosures, Arrival.@Nullable Hash ahead) {
        byte[] covered() {
            byte[] more = ahead == null ? new byte[0] : ahead.octets();
            var out = ByteBuffer.allocate(8 + payload.length + more.length + 80 * disclosures.size());
            out.putLong(interval).put(payload).put(more);
            disclosures.forEach(d -> out.put(d.key()));
            return Arrays.copyOf(out.array(), out.position());
        }

        Arrival<String> arrival(int instance) {
            long number = number(payload);
            return new Arrival<>(
                    interval,
                    covered(),
                    macs[instance],
                    disclosures,
                    ahead,
                    new Arrival.Own(number, () -> sha(payload)),
                    new String(payload, java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    private record Happening(long at, long order, Runnable what) {}

    final SplittableRandom random;
    private final PriorityQueue<Happening> queue = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long order;
    long nowNs;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    void at(long when, Runnable what) {
        queue.add(new Happening(when, order++, what));
    }

    void run() {
        while (!queue.isEmpty()) {
            Happening next = queue.remove();
            nowNs = Math.max(nowNs, next.at());
            next.what().run();
        }
    }

    static Wire tag(Sender.Stamp stamp, int instances, String text, boolean key, Arrival.@Nullable Hash ahead) {
        var disclosures = new ArrayList<Disclosure>();
        if (key) {
            stamp.key().ifPresent(disclosures::add);
            disclosures.addAll(stamp.extras());
        }
        byte[] payload = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var bare = new Wire(stamp.interval(), payload, new byte[0][], disclosures, ahead);
        byte[][] macs = new byte[instances][];
        for (int i = 0; i < instances; i++) {
            macs[i] = stamp.mac(i, bare.covered());
        }
        return new Wire(stamp.interval(), payload, macs, disclosures, ahead);
    }

    static long number(byte[] payload) {
        String text = new String(payload, java.nio.charset.StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }

    static byte[] sha(byte[] payload) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(payload);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /** A member of the group: hears all, and knows every key disclosed so far, and all that follow from them. */
    static final class Attacker {
        private final Parameters parameters;
        private final Map<Long, byte[]> keys = new HashMap<>();
        private final OneWay oneWay;

        Attacker(Parameters parameters) {
            this.parameters = parameters;
            oneWay = new OneWay(parameters.scheme());
        }

        void hear(Wire wire) {
            for (Disclosure disclosure : wire.disclosures()) {
                if (disclosure instanceof Disclosure.Key key) {
                    byte[] at = key.key();
                    for (long i = key.interval();
                            i >= 0 && i > key.interval() - 20 && keys.putIfAbsent(i, at) == null;
                            i--) {
                        at = oneWay.back(at);
                    }
                }
            }
        }

        /** A packet of an interval, with the best MAC the attacker can make. */
        Wire forge(long interval, String text, SplittableRandom random, int instances, List<Disclosure> disclosures) {
            byte[] payload = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            byte[][] macs = new byte[instances][];
            var wire = new Wire(interval, payload, macs, disclosures, null);
            for (int i = 0; i < instances; i++) {
                byte[] key = keys.get(interval + parameters.schedule().longerBy(i));
                if (key == null) {
                    macs[i] = new byte[parameters.scheme().macOctets()];
                    random.nextBytes(macs[i]);
                } else {
                    var mac = parameters.scheme().mac().mac();
                    Prf.init(mac, oneWay.macKey(key, i));
                    macs[i] = Arrays.copyOf(
                            mac.doFinal(wire.covered()), parameters.scheme().macOctets());
                }
            }
            return wire;
        }
    }
}
