package io.opengcks.tesla;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.tesla.World.Attacker;
import io.opengcks.tesla.World.Wire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole sessions in virtual time: loss, delay, clock errors, and a member who forges with every key he heard. */
class SimulationTest {
    private static final long INTERVAL = 100 * World.MS;
    private static final long START = 1_000_000 * World.MS;

    static LongStream seeds() {
        return World.seeds(150);
    }

    /** A receiver in the simulation: its clock is off by {@code errorNs} and by drift, and it knows only a bound. */
    private static final class Member {
        final Receiver<String> receiver;
        final Set<String> believed = new HashSet<>();
        final Set<Long> arrivedSafe = new HashSet<>();
        final long errorNs;
        final double drift;

        Member(Receiver<String> receiver, long errorNs, double drift) {
            this.receiver = receiver;
            this.errorNs = errorNs;
            this.drift = drift;
        }

        long clock(long nowNs) {
            return nowNs + errorNs + (long) ((nowNs - START) * drift);
        }

        void hear(World world, Wire wire, int instance) {
            note(receiver.receive(wire.arrival(instance), clock(world.nowNs)));
        }

        void note(List<Outcome<String>> outcomes) {
            for (var outcome : outcomes) {
                if (outcome instanceof Outcome.Authentic<String> authentic) {
                    believed.add(authentic.packet());
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingForgedIsBelievedAndWhatIsSafeComesThrough(long seed) {
        var world = new World(seed);
        var random = world.random;
        int delay = random.nextInt(2, 5);
        var schedule = new Schedule(START, INTERVAL, delay, random.nextBoolean() ? List.of() : List.of(2, 7));
        byte[] last = new byte[32];
        random.nextBytes(last);
        boolean sequence = random.nextBoolean();
        KeySource keys = sequence
                ? new ChainSequence(KeyChain.generate(Scheme.DEFAULT, last, 40), 12, 0)
                : KeyChain.generate(Scheme.DEFAULT, last, 300);
        var parameters = Parameters.of(keys, schedule);
        var sender = new Sender(keys, schedule);
        var attacker = new Attacker(parameters);
        double loss = random.nextDouble() < 0.5 ? 0.5 : random.nextDouble(0.3);

        int instance = random.nextInt(schedule.instances());
        var members = new ArrayList<Member>();
        for (int i = 0; i < 4; i++) {
            long boundNs = random.nextLong(1, delay * INTERVAL);
            var limits = new Receiver.Limits(500, 2000, 30, 4000, 100_000);
            var receiver = new Receiver<String>(parameters, instance, limits, Receiver.Mode.AFTER_CHECK, random);
            long error = random.nextLong(-boundNs, boundNs + 1);
            int ppm = random.nextInt(200);
            double drift = random.nextDouble(-ppm, ppm + 0.001) / 1e6;
            receiver.clock(new TimeBound(boundNs, START + error, ppm + 1));
            members.add(new Member(receiver, error, drift));
        }

        int packets = 200;
        long spacing = 17 * World.MS;
        for (int n = 0; n < packets; n++) {
            String text = Integer.toString(n);
            boolean key = n % 2 == 0;
            long when = START + n * spacing + (n > 120 ? 30 * INTERVAL : 0); // a silence in between
            world.at(when, () -> {
                var wire = World.tag(sender.at(world.nowNs).orElseThrow(), schedule.instances(), text, key, null);
                spread(world, wire, members, loss, schedule, instance, attacker);
            });
            // the attacker answers with forgeries of every interval that might still pass, and replays with new text
            world.at(when + random.nextLong(2 * INTERVAL), () -> {
                long now = schedule.intervalAt(world.nowNs);
                long target = now - random.nextInt(delay + 10) + random.nextInt(3);
                var forged = attacker.forge(target, "evil" + text, random, schedule.instances(), List.of());
                members.forEach(member -> member.hear(world, forged, instance));
                byte[] wrong = new byte[32];
                random.nextBytes(wrong);
                var misleading = attacker.forge(
                        now,
                        "evil key" + text,
                        random,
                        schedule.instances(),
                        List.of(
                                new Disclosure.NewChain(random.nextInt(20), wrong),
                                random.nextBoolean()
                                        ? new Disclosure.Key(now - delay - random.nextInt(3), wrong)
                                        : new Disclosure.UpperKey(random.nextInt(10), wrong)));
                members.forEach(member -> member.hear(world, misleading, instance));
            });
        }
        // idle disclosures, asked for at every interval, without loss after the end so that everything can be told
        for (int i = 0; i < 140; i++) {
            boolean quiet = i > 70;
            world.at(START + i * INTERVAL + World.MS, () -> {
                if (sender.disclosureDue(world.nowNs)) {
                    var wire = World.tag(sender.at(world.nowNs).orElseThrow(), schedule.instances(), "", true, null);
                    spread(world, wire, members, quiet ? 0 : loss, schedule, instance, attacker);
                }
            });
        }
        world.run();

        for (Member member : members) {
            assertThat(member.believed).noneMatch(text -> text.startsWith("evil"));
            Counters counters = member.receiver.counters();
            assertThat(counters.evicted()).isZero();
            if (!sequence) {
                var missing = new HashSet<>(member.arrivedSafe);
                member.believed.stream()
                        .filter(text -> !text.isEmpty())
                        .forEach(text -> missing.remove(Long.parseLong(text)));
                assertThat(missing)
                        .as("safe, but never authentic: %s", counters)
                        .isEmpty();
            }
        }
        assertThat(members).anyMatch(member -> !member.believed.isEmpty());
    }

    private static void spread(
            World world,
            Wire wire,
            List<Member> members,
            double loss,
            Schedule schedule,
            int instance,
            Attacker attacker) {
        attacker.hear(wire);
        for (Member member : members) {
            if (world.random.nextDouble() >= loss) {
                world.at(world.nowNs + world.random.nextLong(150 * World.MS), () -> {
                    long number = World.number(wire.payload());
                    long latest = schedule.intervalAt(
                            member.clock(world.nowNs) + member.receiver.offsetBoundNs(member.clock(world.nowNs)));
                    if (number >= 0 && latest < wire.interval() + schedule.longerBy(instance) + schedule.delay()) {
                        member.arrivedSafe.add(number);
                    }
                    long unsafe = member.receiver.counters().unsafe();
                    member.hear(world, wire, instance);
                    if (number >= 0 && !member.arrivedSafe.contains(number)) {
                        assertThat(member.receiver.counters().unsafe()).isEqualTo(unsafe + 1);
                    }
                });
            }
        }
    }

    @Test
    void aFloodOfAHundredTimesIsBoundedAndLetsNearlyAllThrough() {
        var world = new World(7);
        var schedule = new Schedule(START, INTERVAL, 2);
        var keys = KeyChain.generate(Scheme.DEFAULT, new byte[32], 200);
        var parameters = Parameters.of(keys, schedule);
        var sender = new Sender(keys, schedule);
        int rate = 20; // genuine packets an interval
        var limits = new Receiver.Limits(100 * rate, 500, 3, 1000, 1000);
        var receiver = new Receiver<String>(parameters, 0, limits, Receiver.Mode.AFTER_CHECK, world.random);
        receiver.clock(new TimeBound(5 * World.MS, START, 0));
        long bound = 0;
        int believed = 0;
        int sent = 0;
        byte[] noise = new byte[16];
        for (int n = 0; n < 100 * rate; n++) {
            long now = START + n * INTERVAL / rate;
            var stamp = sender.at(now).orElseThrow();
            var genuine = World.tag(stamp, 1, Integer.toString(n), true, null).arrival(0);
            int place = world.random.nextInt(101);
            for (int f = 0; f <= 100; f++) {
                List<Outcome<String>> outcomes;
                if (f == place) {
                    sent++;
                    outcomes = receiver.receive(genuine, now);
                } else {
                    world.random.nextBytes(noise);
                    outcomes = receiver.receive(
                            new Arrival<>(
                                    stamp.interval(), noise.clone(), noise.clone(), List.of(), null, null, "evil"),
                            now);
                }
                for (var outcome : outcomes) {
                    assertThat(((Outcome.Authentic<String>) outcome).packet()).isNotEqualTo("evil");
                    believed++;
                }
                bound = Math.max(bound, receiver.counters().buffered());
            }
        }
        assertThat(bound).isLessThanOrEqualTo(5L * 100 * rate);
        assertThat(receiver.counters().evicted()).isPositive();
        assertThat(believed / (double) (sent - 2 * rate)).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void whatIsAnnouncedByHashIsAuthenticOnArrival() {
        var schedule = new Schedule(START, INTERVAL, 2);
        var keys = KeyChain.generate(Scheme.DEFAULT, new byte[32], 200);
        var receiver = new Receiver<String>(
                Parameters.of(keys, schedule),
                0,
                Receiver.Limits.DEFAULT,
                Receiver.Mode.AFTER_CHECK,
                new java.util.SplittableRandom(1));
        receiver.clock(new TimeBound(World.MS, START, 0));
        var sender = new Sender(keys, schedule);
        var queue = new LookAhead<String>(40, 10 * INTERVAL); // four intervals of ten
        int believed = 0;
        for (int n = 0; n < 400; n++) {
            long now = START + n * INTERVAL / 10;
            for (var ready : queue.add(Integer.toString(n), now)) {
                var later = ready.later();
                var hash = later == null
                        ? null
                        : new Arrival.Hash(
                                later.sequence(),
                                World.sha(later.packet().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
                var wire = World.tag(sender.at(now).orElseThrow(), 1, ready.packet(), true, hash);
                boolean mayBeKnown = Integer.parseInt(ready.packet()) >= 40;
                var outcomes = receiver.receive(wire.arrival(0), now);
                if (mayBeKnown) {
                    assertThat(outcomes)
                            .anyMatch(o ->
                                    ((Outcome.Authentic<String>) o).packet().equals(ready.packet()));
                }
                believed += outcomes.size();
            }
        }
        assertThat(receiver.counters().immediate()).isEqualTo(320);
        assertThat(believed).isEqualTo(360);
        assertThat(queue.expired(START + 60 * INTERVAL)).hasSize(40).allMatch(ready -> ready.later() == null);
    }

    @Test
    void flaggedPacketsAreDeliveredTwice() {
        var schedule = new Schedule(START, INTERVAL, 2);
        var keys = KeyChain.generate(Scheme.DEFAULT, new byte[32], 50);
        var receiver = new Receiver<String>(
                Parameters.of(keys, schedule),
                0,
                new Receiver.Limits(1, 1000, 2, 100, 100),
                Receiver.Mode.FLAG,
                new java.util.SplittableRandom(1));
        var sender = new Sender(keys, schedule);
        var first = World.tag(sender.at(START).orElseThrow(), 1, "1", true, null);
        assertThat(receiver.receive(first.arrival(0), START)).isEmpty();
        assertThat(receiver.counters().unsafe()).as("no clock, no belief").isEqualTo(1);
        assertThat(receiver.offsetBoundNs(START)).isEqualTo(Long.MAX_VALUE);

        receiver.clock(new TimeBound(0, START, 0));
        assertThat(receiver.receive(first.arrival(0), START)).singleElement().isInstanceOf(Outcome.Unchecked.class);
        var second = World.tag(sender.at(START + INTERVAL).orElseThrow(), 1, "2", true, null);
        second.macs()[0][0] ^= 1;
        receiver.receive(second.arrival(0), START + INTERVAL);
        var third = World.tag(sender.at(START + 3 * INTERVAL).orElseThrow(), 1, "3", true, null);
        var outcomes = receiver.receive(third.arrival(0), START + 3 * INTERVAL);
        assertThat(outcomes)
                .anyMatch(o ->
                        o instanceof Outcome.Authentic<String> a && a.packet().equals("1"))
                .anyMatch(o -> o instanceof Outcome.Doubtful<String> d
                        && d.packet().equals("2")
                        && d.why() == Outcome.Why.FORGED);
        assertThat(receiver.tick(START + 20 * INTERVAL))
                .anyMatch(o -> o instanceof Outcome.Doubtful<String> d
                        && d.packet().equals("3")
                        && d.why() == Outcome.Why.EXPIRED);
        assertThat(receiver.counters().expired()).isEqualTo(1);
        assertThat(receiver.counters().forged()).isEqualTo(1);
        assertThat(receiver.counters().buffered()).isZero();
    }

    /** A receiver that heard nothing for years is let in again by one upper key, without a signature. */
    @Test
    void theUpperChainBringsBackWhoWasAway() {
        var schedule = new Schedule(START, INTERVAL, 2);
        var keys = new ChainSequence(KeyChain.generate(Scheme.DEFAULT, new byte[32], 1000), 20, 0);
        var receiver = new Receiver<String>(
                Parameters.of(keys, schedule),
                0,
                Receiver.Limits.DEFAULT,
                Receiver.Mode.AFTER_CHECK,
                new java.util.SplittableRandom(1));
        receiver.clock(new TimeBound(0, START, 0));
        var sender = new Sender(keys, schedule);
        var believed = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            long now = START + (10_000 + i) * INTERVAL;
            var wire = World.tag(sender.at(now).orElseThrow(), 1, Integer.toString(i), true, null);
            for (var outcome : receiver.receive(wire.arrival(0), now)) {
                believed.add(((Outcome.Authentic<String>) outcome).packet());
            }
        }
        assertThat(believed).contains("19", "20", "30", "45", "57").doesNotContain("58");
    }

    @Test
    void aRestartedSenderGoesOnWhereItsClockIs() throws MalformedTesla {
        var schedule = new Schedule(START, INTERVAL, 3, List.of(2));
        var keys = KeyChain.generate(Scheme.DEFAULT, new byte[32], 200);
        var parameters = Parameters.of(keys, schedule);
        keys.advanceTo(100);
        byte[] checkpoint = keys.checkpoint();
        var before = new Sender(keys, schedule);
        long now = START + 100 * INTERVAL;
        for (Sender sender : List.of(before, new Sender(KeyChain.restore(checkpoint), schedule))) {
            var stamp = sender.at(now).orElseThrow();
            assertThat(stamp.interval()).isEqualTo(100);
            assertThat(stamp.key().map(Disclosure.Key::interval)).isEqualTo(Optional.of(97L));
            assertThat(sender.at(now - 5 * INTERVAL).orElseThrow().interval())
                    .as("never back")
                    .isEqualTo(100);
            assertThat(sender.at(START + 198 * INTERVAL)).isEmpty();
        }
        assertThat(new Sender(KeyChain.restore(checkpoint), schedule).at(START - 1))
                .isEmpty();
        assertThat(parameters.anchor().interval()).isEqualTo(-1);
    }

    @Test
    void directSynchronisationGivesAnUpperBoundWhateverTheDelay() {
        var sync = new TimeSync(50);
        var random = new java.util.SplittableRandom(3);
        long offset = -123_456 * World.MS; // sender minus receiver
        byte[] nonce = new byte[TimeSync.NONCE_OCTETS];
        assertThat(sync.answered(nonce, 5)).isEmpty();
        long tightest = Long.MAX_VALUE;
        for (int i = 1; i < 50; i++) {
            long asked = START + i * 1000L * World.MS;
            long there = random.nextLong(300 * World.MS);
            random.nextBytes(nonce);
            sync.ask(nonce, asked);
            assertThat(sync.answered(new byte[16], asked)).isEmpty();
            var bound = sync.answered(nonce, asked + there + offset).orElseThrow();
            assertThat(bound.latestSenderNs(asked)).isGreaterThanOrEqualTo(asked + offset);
            tightest = Math.min(tightest, there);
            assertThat(bound.boundNs(asked)).isLessThanOrEqualTo(offset + there);
            assertThat(sync.answered(nonce, asked + there + offset)).as("once").isEmpty();
        }
        assertThat(TimeBound.indirect(3, 4, 5, 100, 0).latestSenderNs(1000)).isEqualTo(1012);
    }
}
