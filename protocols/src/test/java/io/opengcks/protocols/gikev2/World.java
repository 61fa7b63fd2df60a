package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.ikev2.Path;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Virtual time and a bad network: a queue ordered by time and insertion, one random source. Datagrams are lost, doubled,
 * delayed past each other and corrupted at the given rates.
 */
final class World {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;
    private static final int MAX_STEPS = 2_000_000;

    private record Step(long atNs, long order, Runnable action) {}

    /** One datagram that was put on the network. */
    record Sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {}

    /** Takes datagrams that arrive. */
    interface Host {
        void arrives(Path path, byte[] datagram);
    }

    final SplittableRandom random;
    final List<Sent> sent = new ArrayList<>();
    private final PriorityQueue<Step> steps = new PriorityQueue<>(
            (a, b) -> a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.order, b.order));
    private final Map<InetSocketAddress, Host> hosts = new HashMap<>();
    private double loss;
    private double duplication;
    private double corruption;
    private long nowNs;
    private long order;

    World(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Seeds of a parameterized test, or the one in -Dsim.seed. */
    static LongStream seeds(int count) {
        String given = System.getProperty("sim.seed");
        return given == null ? LongStream.range(1, count + 1L) : LongStream.of(Long.parseLong(given));
    }

    World network(double lossRate, double duplicationRate, double corruptionRate) {
        loss = lossRate;
        duplication = duplicationRate;
        corruption = corruptionRate;
        return this;
    }

    long nowNs() {
        return nowNs;
    }

    void attach(InetSocketAddress address, Host host) {
        hosts.put(address, host);
    }

    void at(long atNs, Runnable action) {
        steps.add(new Step(Math.max(atNs, nowNs), order++, action));
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    void send(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
        sent.add(new Sent(from, to, datagram));
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            byte[] arriving = datagram.clone();
            if (random.nextDouble() < corruption) {
                arriving[random.nextInt(arriving.length)] ^= (byte) (1 << random.nextInt(8));
            }
            after(MS + random.nextLong(30 * MS), () -> {
                Host host = hosts.get(to);
                if (host != null) {
                    host.arrives(new Path(to, from), arriving);
                }
            });
        }
    }

    /** Until nothing happens any more, or until this time. */
    void run(long untilNs) {
        for (int count = 0; !steps.isEmpty() && steps.peek().atNs <= untilNs; count++) {
            if (count > MAX_STEPS) {
                throw new AssertionError("the world does not come to rest");
            }
            Step step = steps.remove();
            nowNs = step.atNs;
            step.action.run();
        }
        nowNs = Math.max(nowNs, untilNs);
    }

    static InetSocketAddress address(int number, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(
                            new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number}),
                    port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
