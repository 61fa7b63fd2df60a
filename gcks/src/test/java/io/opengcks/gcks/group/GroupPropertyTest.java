package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RekeySpi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Random histories of one group with members that follow the messages, and with everybody who was ever put out still listening. */
class GroupPropertyTest {
    private static final List<EspSuite> SUITES = List.of(EspSuite.values());

    /** One step: what, whom it concerns, and how much time passes before. */
    record Step(Kind kind, int who, int seconds) {}

    enum Kind {
        JOIN,
        SEND,
        LEAVE,
        EVICT,
        EVICT_MANY,
        READMIT,
        REKEY_TEK,
        REKEY_KEK,
        REKEY_BOTH,
        TICK,
        DELAYS,
        FLOWS,
        SUITE,
        RECREATE
    }

    private static final class World {
        final Randomness random;
        final GroupDecider decider;
        GroupState state = new GroupState(GROUP);
        GroupState replayed = new GroupState(GROUP);
        final Map<Identity, PathMember> members = new LinkedHashMap<>();
        final Map<Identity, KeyRing> rings = new LinkedHashMap<>();
        final Set<Long> spis = new HashSet<>();
        final Set<RekeySpi> rekeySpis = new HashSet<>();
        final Set<String> messageIds = new HashSet<>();
        final Set<Long> senderIds = new HashSet<>();
        long now = Fixtures.START;

        World(long seed) {
            random = Fixtures.seeded(seed);
            decider = new GroupDecider(random);
        }

        Decision.Outcome run(Command command) throws Exception {
            Decision decision = decider.decide(state, command, now);
            for (Event event : decision.events()) {
                unique(event);
                Event stored = EventCodec.decode(EventCodec.encode(event));
                assertThat(stored).isEqualTo(event);
                replayed.evolve(stored);
            }
            for (Decision.Outgoing message : decision.messages()) {
                members.values().forEach(member -> member.hear(message));
                rings.values().forEach(ring -> ring.hear(message));
            }
            members.values().removeIf(PathMember::excluded);
            return decision.outcome();
        }

        private void unique(Event event) {
            switch (event) {
                case Event.DataSaCreated created ->
                    assertThat(spis.add(created.sa().spi())).isTrue();
                case Event.RekeySaCreated created ->
                    assertThat(rekeySpis.add(created.sa().spi())).isTrue();
                case Event.RekeyMessageNumbered numbered ->
                    assertThat(messageIds.add(numbered.rekeySpi() + "/" + numbered.messageId()))
                            .isTrue();
                case Event.SenderIdsAllocated ids -> {
                    for (long id = ids.first(); id < ids.first() + ids.count(); id++) {
                        assertThat(senderIds.add(id)).isTrue();
                    }
                }
                // From here on every key is new, so that Sender-IDs may come again (RFC 9838 §2.5.1).
                case Event.GroupReset _, Event.GroupDeleted _ -> senderIds.clear();
                default -> {}
            }
        }

        void register(Identity identity, boolean sender) throws Exception {
            var outcome = run(new Command.Register(Face.G_IKEV2, Fixtures.request(identity, sender)));
            var answer = ((Decision.Outcome.Answered) outcome).answer();
            boolean barred = state.barred(identity);
            assertThat(answer instanceof RegistrationAnswer.Admitted).isEqualTo(!barred);
            if (answer instanceof RegistrationAnswer.Admitted admitted) {
                members.put(identity, PathMember.registered(admitted.registration()));
                rings.computeIfAbsent(identity, _ -> new KeyRing()).take(admitted.registration());
            }
        }

        void remove(boolean evict, List<Identity> who) throws Exception {
            run(new Command.Remove(
                    who.stream().map(id -> new Command.Removal(id, evict)).toList()));
            who.forEach(members::remove);
        }

        /** Who is in has exactly the current keys, who is out has none of them. */
        void check() {
            assertThat(members.keySet())
                    .isEqualTo(Set.copyOf(
                            state.members().stream().map(Member::identity).toList()));
            assertThat(EventCodec.encode(replayed.snapshot(), 1).payload())
                    .isEqualTo(EventCodec.encode(state.snapshot(), 1).payload());
            for (var entry : rings.entrySet()) {
                Optional<PathMember> member = Optional.ofNullable(members.get(entry.getKey()));
                assertThat(entry.getValue().knows(state.rekeySa().sa().keymat()))
                        .isEqualTo(member.isPresent());
                if (member.isPresent()) {
                    var sa = member.get().rekeySa().orElseThrow();
                    assertThat(sa.spi()).isEqualTo(state.rekeySa().sa().spi());
                    assertThat(sa.keymat()).isEqualTo(state.rekeySa().sa().keymat());
                }
                for (DataSa sa : state.dataSas()) {
                    if (sa.current()) {
                        assertThat(entry.getValue().knows(sa.sa().keymat())).isEqualTo(member.isPresent());
                        member.ifPresent(inside -> assertThat(inside.teks())
                                .containsEntry(sa.sa().spi(), sa.sa().keymat()));
                    }
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(12, Arbitraries.of(Kind.JOIN)),
                net.jqwik.api.Tuple.of(4, Arbitraries.of(Kind.SEND)),
                net.jqwik.api.Tuple.of(6, Arbitraries.of(Kind.LEAVE, Kind.EVICT, Kind.EVICT_MANY)),
                net.jqwik.api.Tuple.of(3, Arbitraries.of(Kind.READMIT)),
                net.jqwik.api.Tuple.of(3, Arbitraries.of(Kind.REKEY_TEK, Kind.REKEY_KEK, Kind.REKEY_BOTH, Kind.TICK)),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(Kind.DELAYS, Kind.FLOWS, Kind.SUITE, Kind.RECREATE)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 24),
                        Arbitraries.integers().between(0, 900))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(80);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whoIsInHasTheKeysAndWhoIsOutNever(
            @ForAll("histories") List<Step> history, @ForAll @IntRange(min = 2, max = 5) int degree, @ForAll long seed)
            throws Exception {
        World world = new World(seed);
        GroupPolicy policy = policy(degree);
        world.run(new Command.Create(policy));
        for (Step step : history) {
            world.now += 1000L * step.seconds();
            Identity identity = step.who() < 20 ? Fixtures.receiver(step.who()) : Fixtures.sender(step.who());
            switch (step.kind()) {
                case JOIN -> world.register(identity, false);
                case SEND -> world.register(Fixtures.sender(step.who() % 3), true);
                case LEAVE -> world.remove(false, List.of(identity));
                case EVICT -> world.remove(true, List.of(identity));
                case EVICT_MANY -> world.remove(true, neighbours(step.who()));
                case READMIT -> world.run(new Command.Readmit(identity));
                case REKEY_TEK -> world.run(new Command.RekeyNow(RekeyKind.TEK));
                case REKEY_KEK -> world.run(new Command.RekeyNow(RekeyKind.KEK));
                case REKEY_BOTH -> world.run(new Command.RekeyNow(RekeyKind.BOTH));
                case TICK -> world.run(new Command.Tick());
                case DELAYS -> policy = change(world, policy.toBuilder().delays(step.who(), step.who() + 5));
                case FLOWS -> policy = change(world, policy.toBuilder().replayWindow(64 * (1 + step.who() % 8)));
                case SUITE -> policy = change(world, policy.toBuilder().suite(SUITES.get(step.who() % 3)));
                case RECREATE -> {
                    world.run(new Command.Delete());
                    world.run(new Command.Create(policy));
                }
            }
            world.check();
        }
    }

    private static List<Identity> neighbours(int who) {
        List<Identity> some = new ArrayList<>();
        for (int i = who; i < who + 4; i++) {
            some.add(Fixtures.receiver(i));
        }
        return some;
    }

    private static GroupPolicy change(World world, GroupPolicy.Builder builder) throws Exception {
        GroupPolicy policy = builder.build();
        world.run(new Command.ChangePolicy(policy));
        return policy;
    }

    private static GroupPolicy policy(int degree) {
        GroupPolicy standard = Fixtures.policy().senderIdBits(8).build();
        RekeyPolicy rekey = standard.rekey();
        return standard.toBuilder()
                .kekLifetime(Duration.ofHours(2))
                .rekey(new RekeyPolicy(
                        rekey.address(),
                        rekey.port(),
                        rekey.source(),
                        rekey.encryptionBits(),
                        rekey.keyWrap(),
                        rekey.signature(),
                        degree,
                        rekey.copies(),
                        rekey.spacing()))
                .build();
    }

    @Property(tries = 20)
    void senderIdsAreNeverGivenTwiceUnderOneKey(
            @ForAll @Size(max = 40) List<@IntRange(max = 2) Integer> senders, @ForAll long seed) throws Exception {
        World world = new World(seed);
        world.run(new Command.Create(policy(2)));
        for (int i = 0; i < 250; i++) { // the last but a few of 255
            world.register(Fixtures.sender(0), true);
        }
        for (int sender : senders) {
            world.register(Fixtures.sender(sender), true);
            world.check();
        }
        assertThat(world.state.resets()).isEqualTo(senders.size() > 5 ? 1 : 0);
    }
}
