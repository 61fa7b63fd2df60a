package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gikev2.KeyServerEffect.Step;
import io.opengcks.protocols.gsa.GsaUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegistrationSimulationTest {
    static LongStream seeds() {
        return World.seeds(5);
    }

    @Test
    void aMemberRegistersInTwoExchanges() {
        World world = new World(1);
        SimServer server = Fixture.server(world);
        SimMember member = Fixture.member(world, 2);

        member.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(world.sent).hasSize(4);
        GsaUpdate update = member.registration().orElseThrow();
        assertThat(update.replacesAll()).isTrue();
        assertThat(update.dataSas()).containsExactly(server.group.dataSa);
        assertThat(update.rekeyAddress()).contains(TestGroup.REKEY_ADDRESS);
        assertThat(update.rekeySource()).isEmpty();
        assertThat(update.senderIds()).isEmpty();
        assertThat(server.faults()).isEmpty();
        assertThat(member.faults()).isEmpty();
        assertThat(server.machine().established()).isEqualTo(1);
    }

    @Test
    void aSenderGetsAsManySenderIdsAsItAskedFor() {
        World world = new World(1);
        SimServer server = Fixture.server(world);
        GroupMember.Settings defaults = GroupMember.Settings.sender(Fixture.SERVER, TestGroup.ID);
        SimMember sender = Fixture.member(
                world,
                2,
                new GroupMember.Settings(
                        defaults.server(),
                        defaults.group(),
                        true,
                        3,
                        defaults.suites(),
                        defaults.keyWraps(),
                        defaults.keyExchanges(),
                        defaults.path(),
                        defaults.retransmission()),
                Fixture.memberPsk(Fixture.member(2), "secret"));

        sender.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(sender.registration().orElseThrow().senderIds()).containsExactly(0L, 1L, 2L);
        assertThat(sender.registration().orElseThrow().senderIdBits()).isEqualTo(12);
        assertThat(server.group.requests.getFirst().openGcks()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void hundredsOfMembersRegisterOverABadNetwork(long seed) {
        World world = new World(seed).network(0.30, 0.10, 0.02);
        KeyServer.Settings d = KeyServer.Settings.DEFAULT;
        SimServer server = Fixture.server(
                world,
                new KeyServer.Settings(
                        d.keyWraps(), d.keyExchanges(), 16, 256, 1024, d.halfOpenNs(), d.idleNs(), d.retransmission()),
                Fixture.server());
        List<SimMember> members = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SimMember member = Fixture.member(world, 2 + i);
            member.persistent = true;
            members.add(member);
            world.at(world.random.nextLong(2 * World.SECOND), () -> member.on(new MemberEvent.Register()));
        }

        world.run(300 * World.SECOND);

        for (SimMember member : members) {
            assertThat(member.registration().map(GsaUpdate::dataSas)).contains(List.of(server.group.dataSa));
        }
        assertThat(server.count(Step.COOKIE_DEMANDED)).isPositive();
        assertThat(server.machine().established())
                .as("closed after the idle time")
                .isZero();
        assertThat(server.machine().halfOpen()).isZero();
        assertThat(server.group.members).hasSize(200);
    }

    @Test
    void aServerThatForgotEverythingInTheMiddleIsAskedAgain() {
        for (int at = 1; at <= 40; at++) {
            World world = new World(at);
            SimServer server = Fixture.server(world);
            SimMember member = Fixture.member(world, 2);
            member.persistent = true;
            member.on(new MemberEvent.Register());
            world.at(2L * at * World.MS, server::crash);

            world.run(60 * World.SECOND);

            assertThat(member.registration()).as("crash at %s ms", 2 * at).isPresent();
        }
    }
}
