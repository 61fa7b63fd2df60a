package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Admitted;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refused;
import io.opengcks.protocols.gsa.RegistrationRequest;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a registration asks for, and what the group makes of it. */
class RegistrarTest {
    private final GroupDecider decider = new GroupDecider(Fixtures.seeded(1));
    private final GroupState state = new GroupState(GROUP);
    private long now = Fixtures.START;

    @Test
    void whatAMemberCannotDoIsSaid() {
        create(Fixtures.policy());
        assertThat(refusal(request(KeyWrapAlgorithm.KW_5649_128, Set.of(), true)))
                .isEqualTo(Refusal.NO_COMMON_POLICY);
        assertThat(refusal(request(KeyWrapAlgorithm.KW_5649_256, Set.of(EspSuite.AES_128_GCM_16), true)))
                .isEqualTo(Refusal.NO_COMMON_POLICY);
        assertThat(refusal(request(KeyWrapAlgorithm.KW_5649_256, Set.of(), false)))
                .isEqualTo(Refusal.NO_COMMON_POLICY);
        assertThat(register(request(KeyWrapAlgorithm.KW_5649_256, Set.of(EspSuite.values()), true)))
                .isInstanceOf(Admitted.class);
    }

    @Test
    void aMemberOfAnotherMakeJoinsWhereNothingOfOursIsNeeded() {
        create(Fixtures.policy().udpPort(OptionalInt.empty()));
        assertThat(register(request(KeyWrapAlgorithm.KW_5649_256, Set.of(), false)))
                .isInstanceOf(Admitted.class);
        Decision rekey = decider.decide(state, new Command.RekeyNow(RekeyKind.TEK), now);
        assertThat(rekey.messages().getFirst().privateAttributes()).isFalse();
        // It could not take UDP encapsulation by rekey: everybody has to come again.
        decider.decide(state, new Command.ChangePolicy(Fixtures.policy().build()), now);
        assertThat(state.resets()).isEqualTo(1);
    }

    @Test
    void eachRegistrationOfASenderGetsNewSenderIdsAndKeepsItsLeaf() {
        create(Fixtures.policy().senderIdsPerMember(3));
        Registration first = admit(asking(2));
        Registration second = admit(asking(100));
        assertThat(first.senderIds()).containsExactly(0L, 1L);
        assertThat(second.senderIds()).containsExactly(2L, 3L, 4L);
        assertThat(second.senderIdBits()).isEqualTo(16);
        assertThat(second.keyPath().getLast().keyId())
                .isEqualTo(first.keyPath().getLast().keyId());
        assertThat(state.members()).hasSize(1);
    }

    @Test
    void aGroupOfOneSenderTakesOneAndNeverBeginsASequenceTwice() {
        create(Fixtures.policy().multipleSenders(false));
        Registration first = admit(Fixtures.request(Fixtures.sender(1), true));
        assertThat(refusal(Fixtures.request(Fixtures.sender(2), true))).isEqualTo(Refusal.CANNOT_TAKE_MEMBERS);
        Registration again = admit(Fixtures.request(Fixtures.sender(1), true));
        assertThat(again.dataSas().getLast().spi())
                .isNotEqualTo(first.dataSas().getLast().spi());
        assertThat(again.dataSas().getLast().multipleSenders()).isFalse();
    }

    @Test
    void afterALongPauseNobodyIsGivenKeysThatHaveExpired() {
        create(Fixtures.policy());
        admit(Fixtures.request(Fixtures.receiver(1), false));
        now += 3L * 86_400_000;
        Registration late = admit(Fixtures.request(Fixtures.receiver(2), false));
        assertThat(late.dataSas()).hasSize(1);
        assertThat(late.dataSas().getFirst().lifetimeSeconds()).isEqualTo(3600);
        assertThat(late.rekeySa().orElseThrow().lifetimeSeconds()).isEqualTo(86_400);
    }

    @Test
    void aClockSetBackMakesNothingLiveLonger() {
        create(Fixtures.policy());
        now += 600_000;
        admit(Fixtures.request(Fixtures.receiver(1), false));
        now -= 3_600_000;
        Registration later = admit(Fixtures.request(Fixtures.receiver(2), false));
        assertThat(later.dataSas().getFirst().lifetimeSeconds()).isEqualTo(3000);
    }

    @Test
    void theLastToLeaveIsToldAndItsKeysAreReplaced() {
        create(Fixtures.policy());
        admit(Fixtures.request(Fixtures.receiver(1), false));
        var before = state.rekeySa().sa().spi();
        Decision decision = decider.decide(
                state, new Command.Remove(java.util.List.of(new Command.Removal(Fixtures.receiver(1), true))), now);
        assertThat(decision.messages()).hasSize(1);
        assertThat(decision.messages().getFirst().rekey().excludesAll()).isTrue();
        assertThat(state.rekeySa().sa().spi()).isNotEqualTo(before);
        assertThat(state.dataSas().stream().filter(DataSa::current)).hasSize(1);
    }

    private void create(GroupPolicy.Builder policy) {
        decider.decide(state, new Command.Create(policy.build()), now);
    }

    private RegistrationAnswer register(RegistrationRequest request) {
        var outcome = decider.decide(state, new Command.Register(Face.G_IKEV2, request), now)
                .outcome();
        return ((Decision.Outcome.Answered) outcome).answer();
    }

    private Registration admit(RegistrationRequest request) {
        return ((Admitted) register(request)).registration();
    }

    private Refusal refusal(RegistrationRequest request) {
        return ((Refused) register(request)).refusal();
    }

    private static RegistrationRequest asking(int senderIds) {
        return new RegistrationRequest(
                new AuthenticatedPeer(Fixtures.sender(1), Optional.empty()),
                GROUP,
                true,
                senderIds,
                KeyWrapAlgorithm.KW_5649_256,
                Set.of(),
                true);
    }

    private static RegistrationRequest request(KeyWrapAlgorithm keyWrap, Set<EspSuite> suites, boolean openGcks) {
        Identity member = Fixtures.receiver(1);
        return new RegistrationRequest(
                new AuthenticatedPeer(member, Optional.empty()), GROUP, false, 0, keyWrap, suites, openGcks);
    }
}
