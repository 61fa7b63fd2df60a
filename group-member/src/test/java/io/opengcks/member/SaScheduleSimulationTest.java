package io.opengcks.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.member.SaSchedule.Effect;
import io.opengcks.member.SaSchedule.Event;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole groups in virtual time: what senders send and receivers can open, through rekeys, losses, restarts and lifetimes. */
class SaScheduleSimulationTest {
    private static final long MS = 1_000_000L;
    private static final long MOST_DELAY = 400 * MS;
    private static final long END = 600_000 * MS;

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyPacketOpensAndNoIvComesTwice(long seed) {
        World world = new World(seed);
        world.run();
        assertThat(world.sent).isGreaterThan(1000);
        assertThat(world.lost).isEmpty();
    }

    /** Whatever a GCKS hands out, in whatever order: no SA is sent on twice under one Sender-ID, none after its removal. */
    @Property(tries = 2000)
    void noUpdateMakesASenderRepeatAnIv(@ForAll @Size(max = 60) List<@IntRange(max = 1 << 20) Integer> choices) {
        SaSchedule schedule = new SaSchedule(true, true, Optional.empty(), new SplittableRandom(5));
        Set<List<Long>> used = new HashSet<>();
        Set<Long> installed = new HashSet<>();
        long now = 0;
        for (int choice : choices) {
            SplittableRandom draw = new SplittableRandom(choice);
            now += draw.nextLong(20_000 * MS);
            for (Effect effect : schedule.on(event(draw), now)) {
                switch (effect) {
                    case Effect.InstallInbound(var sa) ->
                        assertThat(installed.add(sa.spi()))
                                .as("installed twice")
                                .isTrue();
                    case Effect.RemoveInbound(var spi) ->
                        assertThat(installed.remove(spi)).isTrue();
                    case Effect.SendOn(var sa, var id, var _) -> {
                        assertThat(used.add(List.of(sa.spi(), id)))
                                .as("sent on twice")
                                .isTrue();
                        assertThat(installed).contains(sa.spi());
                    }
                    case Effect.StopSending _, Effect.NeedsRegistration _, Effect.Forget _ -> {}
                    case Effect.WakeAt(var due) -> assertThat(due - now).isPositive();
                }
            }
        }
    }

    private static Event event(SplittableRandom draw) {
        List<DataSecuritySa> sas = new ArrayList<>();
        Set<Long> spis = new HashSet<>();
        for (int i = draw.nextInt(3); i > 0; i--) {
            long spi = 256L + draw.nextInt(6);
            if (spis.add(spi)) {
                sas.add(Updates.sa(spi, 1L + draw.nextInt(60)));
            }
        }
        GroupWidePolicy policy = new GroupWidePolicy(draw.nextInt(10), draw.nextInt(10));
        return switch (draw.nextInt(8)) {
            case 0 -> new Event.Voided("excluded");
            case 1 -> new Event.Exhausted(256L + draw.nextInt(6));
            case 2, 3 ->
                new Event.Updated(Updates.update(
                        true, sas, List.of(), policy, List.of((long) draw.nextInt(5), 5L + draw.nextInt(5))));
            case 4, 5 ->
                new Event.Updated(Updates.update(false, sas, List.of(256L + draw.nextInt(6)), policy, List.of()));
            default -> new Event.Tick();
        };
    }

    /** One server, two senders, five receivers. */
    private static final class World {
        private record Job(long at, long order, Runnable what) {}

        private record Packet(long spi, long sentAt) {}

        private final SplittableRandom random;
        private final PriorityQueue<Job> jobs =
                new PriorityQueue<>((a, b) -> a.at == b.at ? Long.compare(a.order, b.order) : Long.compare(a.at, b.at));
        private final Map<Long, Long> serverSas = new LinkedHashMap<>(); // SPI -> when the last receiver lets go of it
        private final List<Member> members = new ArrayList<>();
        private final Set<List<Long>> used = new HashSet<>();
        private final List<String> lost = new ArrayList<>();
        private long now;
        private long jobNumber;
        private long nextSpi = 256;
        private long nextSenderId;
        private long lifetimeSeconds;
        private int sent;

        World(long seed) {
            random = new SplittableRandom(seed);
        }

        void run() {
            lifetimeSeconds = 60L + random.nextInt(200);
            serverSas.put(nextSpi, Long.MAX_VALUE);
            for (int i = 0; i < 7; i++) {
                Member member = new Member(i < 2);
                members.add(member);
                at(random.nextLong(1000 * MS), member::register);
            }
            at(5_000 * MS, this::rekey);
            at(7_000 * MS, this::restartASender);
            while (!jobs.isEmpty() && jobs.peek().at < END) {
                Job job = jobs.poll();
                now = job.at;
                job.what.run();
            }
        }

        void at(long time, Runnable what) {
            jobs.add(new Job(time, jobNumber++, what));
        }

        void rekey() {
            // An eviction is a rekey with ATD 0; the deactivation delay outlasts activation and delivery (RFC 5374
            // §4.2.1).
            int atd = random.nextBoolean() ? 0 : random.nextInt(6);
            GroupWidePolicy policy = new GroupWidePolicy(atd, atd + 2 + random.nextInt(5));
            long old = nextSpi++;
            serverSas.put(old, now + policy.deactivationDelaySeconds() * 1000L * MS);
            serverSas.put(nextSpi, Long.MAX_VALUE);
            serverSas.values().removeIf(until -> until <= now);
            long fresh = nextSpi;
            for (Member member : members) {
                GsaUpdate update = Updates.rekey(List.of(old), policy, Updates.sa(fresh, lifetimeSeconds));
                if (random.nextInt(10) == 0) {
                    at(now + random.nextLong(MOST_DELAY), member::register); // it missed the message, and saw so
                } else {
                    at(now + random.nextLong(MOST_DELAY), () -> member.carryOut(new Event.Updated(update)));
                }
            }
            if (random.nextInt(5) == 0) {
                // The server is away for longer than the lifetime: members must register for more of the same.
                at(now + (lifetimeSeconds + 30) * 1000 * MS, this::rekey);
            } else {
                at(now + (1 + random.nextLong(lifetimeSeconds * 8 / 10)) * 1000 * MS, this::rekey);
            }
        }

        void restartASender() {
            Member member = members.get(random.nextInt(2));
            member.schedule = new SaSchedule(false, true, Optional.empty(), random.split());
            member.sendingOn = 0;
            member.register();
            at(now + (10L + random.nextLong(60)) * 1000 * MS, this::restartASender);
        }

        GsaUpdate registration(boolean sender) {
            serverSas.values().removeIf(until -> until <= now);
            return Updates.update(
                    true,
                    serverSas.keySet().stream()
                            .map(spi -> Updates.sa(spi, lifetimeSeconds))
                            .toList(),
                    List.of(),
                    GroupWidePolicy.NO_DELAY,
                    sender ? List.of(nextSenderId++ % 256) : List.of());
        }

        void send(Member from) {
            if (from.sendingOn == 0) {
                return;
            }
            sent++;
            Packet packet = new Packet(from.sendingOn, now);
            for (Member member : members) {
                if (!member.sender && member.everInstalled > 0) {
                    member.receive(packet);
                }
            }
        }

        private final class Member {
            private final boolean sender;
            private SaSchedule schedule;
            private long sendingOn;
            private int everInstalled;
            private final Set<Long> installed = new HashSet<>();
            private final Map<Long, Long> parkedSince = new HashMap<>();

            Member(boolean sender) {
                this.sender = sender;
                this.schedule = new SaSchedule(!sender, sender, Optional.empty(), random.split());
                if (sender) {
                    at(random.nextLong(100 * MS), this::sendAndGoOn);
                }
            }

            void sendAndGoOn() {
                send(this);
                at(now + 70 * MS, this::sendAndGoOn);
            }

            void register() {
                carryOut(new Event.Updated(registration(sender)));
            }

            void receive(Packet packet) {
                if (!installed.contains(packet.spi)) {
                    parkedSince.putIfAbsent(packet.spi, now);
                    at(now + MOST_DELAY, () -> {
                        if (parkedSince.containsKey(packet.spi)) {
                            lost.add("SPI " + packet.spi + " sent at " + packet.sentAt / MS);
                        }
                    });
                }
            }

            void carryOut(Event event) {
                for (Effect effect : schedule.on(event, now)) {
                    switch (effect) {
                        case Effect.InstallInbound(var sa) -> {
                            everInstalled++;
                            installed.add(sa.spi());
                            parkedSince.remove(sa.spi()); // parked packets open when the SA comes
                        }
                        case Effect.RemoveInbound(var spi) -> installed.remove(spi);
                        case Effect.SendOn(var sa, var id, var _) -> {
                            sendingOn = sa.spi();
                            assertThat(used.add(List.of(sa.spi(), id)))
                                    .as("IV reused")
                                    .isTrue();
                        }
                        case Effect.StopSending _ -> sendingOn = 0;
                        case Effect.NeedsRegistration _ -> register();
                        case Effect.Forget _ -> {}
                        case Effect.WakeAt(var due) -> {
                            SaSchedule asked = schedule;
                            at(due, () -> {
                                if (asked == schedule) {
                                    carryOut(new Event.Tick());
                                }
                            });
                        }
                    }
                }
            }
        }
    }
}
