package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gikev2.KeyServerEffect.Step;
import io.opengcks.protocols.gikev2.MemberEffect.Kind;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.ProtocolFault.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens on an IKE SA once both sides know each other, and how it ends. */
class MembershipTest {
    private final World world = new World(7);
    private final SimServer server = Fixture.server(world);
    private final SimMember member = Fixture.member(world, 2);

    @ParameterizedTest
    @CsvSource({
        "NO_SUCH_GROUP, NOT_ADMITTED",
        "NOT_AUTHORIZED, NOT_ADMITTED",
        "CANNOT_TAKE_MEMBERS, TRY_LATER",
        "NO_COMMON_POLICY, NO_COMMON_POLICY"
    })
    void aRefusalOfTheGroupIsSaidInItsOwnWord(Refusal refusal, Kind kind) {
        server.group.refusal = java.util.Optional.of(refusal);

        register();

        assertThat(member.failure()).contains(kind);
        assertThat(member.registration()).isEmpty();
        assertThat(server.count(Step.GROUP_REFUSED)).isEqualTo(1);
        assertThat(server.machine().established())
                .as("the IKE SA itself stands")
                .isEqualTo(1);
        assertThat(server.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail())
                        .contains("fqdn:rx-2.example.org")
                        .contains("because the test says so"));
    }

    @Test
    void aGroupThatDoesNotExistIsRefused() {
        SimMember lost = Fixture.member(
                world,
                3,
                GroupMember.Settings.receiver(Fixture.SERVER, Identity.parse("key-id:tv-2")),
                Fixture.memberPsk(Fixture.member(3), "secret"));
        lost.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(lost.failure()).contains(Kind.NOT_ADMITTED);
    }

    @Test
    void aPolicyThatTheMemberDoesNotTakeIsRefusedByTheMember() {
        server.group.dataSa = server.group.newDataSa(EspSuite.CHACHA20_POLY1305);
        GroupMember.Settings d = GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID);
        SimMember picky = Fixture.member(
                world,
                3,
                new GroupMember.Settings(
                        d.server(),
                        d.group(),
                        false,
                        1,
                        Set.of(EspSuite.AES_256_GCM_16),
                        d.keyWraps(),
                        d.keyExchanges(),
                        d.path(),
                        d.retransmission()),
                Fixture.memberPsk(Fixture.member(3), "secret"));

        picky.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(server.group.requests.getFirst().suites()).containsExactly(EspSuite.AES_256_GCM_16);
        assertThat(picky.failure()).contains(Kind.NO_COMMON_POLICY);
        assertThat(picky.registration()).isEmpty();
        assertThat(server.count(Step.LEFT)).isEqualTo(1);
        assertThat(server.group.members).isEmpty();
    }

    @Test
    void leavesOverTheIkeSaOfItsRegistration() {
        register();
        assertThat(server.group.members).hasSize(1);
        int sent = world.sent.size();

        member.on(new MemberEvent.Leave());
        world.run(2 * World.SECOND);

        assertThat(member.all(MemberEffect.Left.class)).hasSize(1);
        assertThat(server.group.members).isEmpty();
        assertThat(world.sent).hasSize(sent + 2);
        assertNoKeysLeft();
    }

    @Test
    void leavesOverANewIkeSaWhereTheOldOneIsGone() {
        register();
        world.run(60 * World.SECOND);
        assertThat(server.machine().established()).isZero();

        member.on(new MemberEvent.Leave());
        world.run(70 * World.SECOND);

        assertThat(member.all(MemberEffect.Left.class)).hasSize(1);
        assertThat(server.group.members).isEmpty();
        assertThat(member.all(MemberEffect.Registered.class)).hasSize(1);
        assertNoKeysLeft();
    }

    @Test
    void leavesInTheEndEvenIfNobodyAnswers() {
        register();
        world.network(1, 0, 0);
        member.on(new MemberEvent.Leave());
        world.run(60 * World.SECOND);

        assertThat(member.all(MemberEffect.Left.class)).hasSize(1);
        assertNoKeysLeft();
    }

    @Test
    void whoNeverRegisteredHasLeftAtOnce() {
        member.on(new MemberEvent.Leave());

        assertThat(member.all(MemberEffect.Left.class)).hasSize(1);
        assertThat(world.sent).isEmpty();
    }

    @Test
    void theServerDeletesTheIkeSaWhenItHasNoFurtherUseForIt() {
        register();
        world.run(29 * World.SECOND);
        assertThat(server.machine().established()).isEqualTo(1);
        world.run(40 * World.SECOND);

        assertThat(server.machine().established()).isZero();
        assertThat(server.count(Step.DELETED)).isEqualTo(1);
        assertThat(member.all(MemberEffect.Excluded.class))
                .as("it has a Rekey SA")
                .isEmpty();
    }

    @Test
    void theServerForgetsAMemberThatIsGone() {
        register();
        world.network(1, 0, 0);
        world.run(120 * World.SECOND);

        assertThat(server.machine().established()).isZero();
        assertThat(server.count(Step.EXPIRED)).isEqualTo(1);
        long deletes = world.sent.stream()
                .filter(sent -> sent.from().equals(SimServer.ADDRESS) && sent.datagram()[18] == 37)
                .count();
        assertThat(deletes).isEqualTo(8);
    }

    @Test
    void withoutARekeySaTheIkeSaStays() {
        server.group.multicastRekey = false;
        register();
        assertThat(member.registration()).isPresent();
        world.run(300 * World.SECOND);

        assertThat(server.machine().established()).isEqualTo(1);
    }

    @Test
    void registersAgainAndEverythingBeforeIsVoid() {
        register();
        byte[] rekey = server.group.rekeyTraffic();
        register();

        assertThat(member.all(MemberEffect.Registered.class)).hasSize(2);
        member.on(new MemberEvent.RekeyReceived(rekey));
        assertThat(member.all(MemberEffect.Rekeyed.class)).isEmpty();
        assertThat(member.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo(Reason.REPLAYED));
    }

    @Test
    void aFloodOfStrangersCostsNoMemberItsPlace() {
        register();
        KeyServer machine = server.machine();
        for (int i = 0; i < 6000; i++) {
            // Every stranger gets its own answer, so that it comes back with a good cookie.
            SimMember stranger = new SimMember(
                    world,
                    100 + i,
                    new GroupMember(
                            GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID),
                            Fixture.memberPsk(Fixture.member(3), "wrong"),
                            new SeededRandom(i),
                            java.time.Instant::now,
                            io.opengcks.protocols.gsa.KeyLog.OFF));
            byte[] init = first(stranger.machine.on(new MemberEvent.Register(), world.nowNs()));
            Path path = new Path(SimServer.ADDRESS, stranger.address);
            byte[] answer = first(machine.on(new KeyServerEvent.Received(path, init), world.nowNs()));
            for (MemberEffect effect : stranger.machine.on(new MemberEvent.Received(answer), world.nowNs())) {
                if (effect instanceof MemberEffect.Send(byte[] again) && again[18] == 34) {
                    server.effects.addAll(machine.on(new KeyServerEvent.Received(path, again), world.nowNs()));
                }
            }
        }

        assertThat(machine.halfOpen()).isEqualTo(KeyServer.Settings.DEFAULT.maxHalfOpen());
        assertThat(machine.established()).isEqualTo(1);
        assertThat(server.faults())
                .anySatisfy(fault -> assertThat(fault.reason()).isEqualTo(Reason.OVERLOADED));
        member.on(new MemberEvent.Leave());
        world.run(world.nowNs() + World.SECOND);
        assertThat(member.all(MemberEffect.Left.class)).hasSize(1);
        assertThat(server.group.members).isEmpty();
    }

    private static byte[] first(List<?> effects) {
        for (Object effect : effects) {
            if (effect instanceof MemberEffect.Send(byte[] datagram)) {
                return datagram;
            }
            if (effect instanceof KeyServerEffect.Send send) {
                return send.datagram();
            }
        }
        throw new AssertionError("nothing to send: " + effects);
    }

    private void register() {
        member.on(new MemberEvent.Register());
        world.run(world.nowNs() + World.SECOND);
    }

    private void assertNoKeysLeft() {
        member.on(new MemberEvent.RekeyReceived(server.group.rekeyTraffic()));
        assertThat(member.all(MemberEffect.Rekeyed.class)).isEmpty();
    }
}
