package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.ikev2.ProtocolFault.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rekey messages as members take them (RFC 9838 §2.4.1.4). */
class RekeyTest {
    private final World world = new World(11);
    private final SimServer server = Fixture.server(world);
    private final TestGroup group = server.group;
    private final List<SimMember> members = new ArrayList<>();

    @BeforeEach
    void threeMembersRegister() {
        for (int i = 2; i < 5; i++) {
            SimMember member = Fixture.member(world, i);
            members.add(member);
            member.on(new MemberEvent.Register());
        }
        world.run(World.SECOND);
        assertThat(group.members).hasSize(3);
    }

    @Test
    void newTrafficKeysReplaceTheOldOnes() {
        long old = group.dataSa.spi();

        GsaUpdate update = taken(members.getFirst(), group.rekeyTraffic());

        assertThat(update.replacesAll()).isFalse();
        assertThat(update.dataSas()).containsExactly(group.dataSa);
        assertThat(update.deletedSpis()).containsExactly(old);
    }

    @Test
    void everyCopyAfterTheFirstIsAReplay() {
        byte[] message = group.rekeyTraffic();
        SimMember member = members.getFirst();
        for (int copy = 0; copy < 3; copy++) {
            member.on(new MemberEvent.RekeyReceived(message));
        }

        assertThat(member.all(MemberEffect.Rekeyed.class)).hasSize(1);
        assertThat(member.faults())
                .hasSize(2)
                .allSatisfy(fault -> assertThat(fault.reason()).isEqualTo(Reason.REPLAYED));
    }

    @Test
    void oneWhoIsEvictedIsOutAndTheOthersFollow() {
        SimMember evicted = members.get(1);
        byte[] first = group.evict(Fixture.member(3));
        byte[] second = group.rekeyTraffic();

        for (SimMember member : members) {
            member.on(new MemberEvent.RekeyReceived(first));
            member.on(new MemberEvent.RekeyReceived(second));
        }

        assertThat(evicted.all(MemberEffect.Excluded.class)).hasSize(1);
        assertThat(evicted.all(MemberEffect.Rekeyed.class)).isEmpty();
        assertThat(evicted.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo(Reason.UNEXPECTED));
        for (SimMember member : List.of(members.get(0), members.get(2))) {
            assertThat(member.all(MemberEffect.Rekeyed.class)).hasSize(2);
            assertThat(member.all(MemberEffect.Rekeyed.class).getLast().update().dataSas())
                    .containsExactly(group.dataSa);
        }
    }

    @Test
    void theOldRekeySaIsHeardUntilTheDeactivationDelayIsOver() {
        group.policy = new GroupWidePolicy(0, 10);
        var old = group.rekeySa;
        SimMember member = members.getFirst();
        taken(member, group.rekeyKek());
        var current = group.rekeySa;

        group.rekeySa = old;
        group.nextMessageId = 1;
        taken(member, group.rekeyTraffic());
        world.run(world.nowNs() + 11 * World.SECOND);
        member.on(new MemberEvent.RekeyReceived(group.rekeyTraffic()));
        assertThat(member.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo(Reason.UNEXPECTED));

        group.rekeySa = current;
        group.nextMessageId = 0;
        taken(member, group.rekeyTraffic());
    }

    @Test
    void aGapMeansThatAMessageWasMissed() {
        group.rekeyTraffic();
        SimMember member = members.getFirst();
        taken(member, group.rekeyTraffic());

        assertThat(member.all(MemberEffect.NeedsRegistration.class))
                .singleElement()
                .satisfies(needs -> assertThat(needs.why()).contains("1 rekey messages before number 1"));
    }

    @Test
    void aResetExcludesEverybody() {
        byte[] reset = group.reset();
        for (SimMember member : members) {
            member.on(new MemberEvent.RekeyReceived(reset));
            assertThat(member.all(MemberEffect.Excluded.class)).hasSize(1);
        }
        byte[] later = group.rekeyTraffic();
        members.getFirst().on(new MemberEvent.RekeyReceived(later));
        assertThat(members.getFirst().all(MemberEffect.Rekeyed.class)).isEmpty();
    }

    @Test
    void aRekeySaThatIsNotReplacedFailsClosed() {
        SimMember member = members.getFirst();
        world.run(3300 * World.SECOND);
        assertThat(member.all(MemberEffect.NeedsRegistration.class)).isEmpty();
        world.run(3500 * World.SECOND);
        assertThat(member.all(MemberEffect.NeedsRegistration.class)).hasSize(1);
        assertThat(member.all(MemberEffect.Excluded.class)).isEmpty();
        world.run(3700 * World.SECOND);
        assertThat(member.all(MemberEffect.Excluded.class)).hasSize(1);
    }

    @Test
    void aReplacedRekeySaIsNoReasonToRegister() {
        SimMember member = members.getFirst();
        world.run(3000 * World.SECOND);
        taken(member, group.rekeyKek());
        world.run(4000 * World.SECOND);

        assertThat(member.all(MemberEffect.NeedsRegistration.class)).isEmpty();
        assertThat(member.all(MemberEffect.Excluded.class)).isEmpty();
    }

    @Test
    void whoRegistersAfterARekeyStartsThere() {
        byte[] before = group.rekeyTraffic();
        SimMember late = Fixture.member(world, 9);
        late.on(new MemberEvent.Register());
        world.run(world.nowNs() + World.SECOND);

        late.on(new MemberEvent.RekeyReceived(before));
        assertThat(late.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo(Reason.REPLAYED));
        taken(late, group.rekeyTraffic());
        assertThat(late.all(MemberEffect.NeedsRegistration.class)).isEmpty();
    }

    /** RFC 9838 §2.3.3: a server that forgot how far it had come does not make old messages good again. */
    @Test
    void registeringAgainDoesNotMakeOldMessagesGood() {
        SimMember member = members.getFirst();
        byte[] message = group.rekeyTraffic();
        taken(member, message);
        group.nextMessageId = 0;
        member.on(new MemberEvent.Register());
        world.run(world.nowNs() + World.SECOND);
        assertThat(member.all(MemberEffect.Registered.class)).hasSize(2);

        member.on(new MemberEvent.RekeyReceived(message));

        assertThat(member.all(MemberEffect.Rekeyed.class)).hasSize(1);
        assertThat(member.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).isEqualTo(Reason.REPLAYED));
    }

    private static GsaUpdate taken(SimMember member, byte[] message) {
        int before = member.all(MemberEffect.Rekeyed.class).size();
        member.on(new MemberEvent.RekeyReceived(message));
        assertThat(member.all(MemberEffect.Rekeyed.class)).hasSize(before + 1);
        return member.all(MemberEffect.Rekeyed.class).getLast().update();
    }
}
