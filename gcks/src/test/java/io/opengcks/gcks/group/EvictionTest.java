package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.TreeKey;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two messages of an eviction (RFC 9838 §3.2.1, Appendix A.4). */
class EvictionTest {
    private final GroupDecider decider = new GroupDecider(Fixtures.seeded(7));
    private final GroupState state = new GroupState(GROUP);
    private long now = Fixtures.START;

    @BeforeEach
    void fill() {
        GroupPolicy policy =
                Fixtures.policy().delays(5, 20).evictionDelays(0, 2).build();
        decider.decide(state, new Command.Create(policy), now);
        for (int i = 0; i < 16; i++) {
            decider.decide(
                    state, new Command.Register(Face.G_IKEV2, Fixtures.request(Fixtures.receiver(i), false)), now);
        }
    }

    @Test
    void theFirstMessageCarriesNoTekAndTheSecondComesOnTheNewRekeySa() {
        CurrentRekeySa before = state.rekeySa();
        long oldSpi = state.dataSas().getFirst().sa().spi();
        List<Decision.Outgoing> messages = evict(3);
        assertThat(messages).hasSize(2);

        Decision.Outgoing first = messages.getFirst();
        assertThat(first.carrier().spi()).isEqualTo(before.sa().spi());
        assertThat(first.messageId()).isEqualTo(before.nextMessageId());
        assertThat(first.rekey().dataSas()).isEmpty();
        assertThat(first.rekey().deletedSpis()).isEmpty();
        assertThat(first.rekey().treeKeys()).isNotEmpty().noneMatch(key -> key.wrapKeyId() == 0);
        assertThat(first.rekey().treeKeys().stream().filter(key -> key.keyId() == 0))
                .extracting(TreeKey::key)
                .isNotEmpty()
                .allMatch(first.rekey().newRekeySa().orElseThrow().keymat()::sameAs);

        Decision.Outgoing second = messages.getLast();
        assertThat(second.carrier().spi())
                .isEqualTo(first.rekey().newRekeySa().orElseThrow().spi());
        assertThat(second.messageId()).isZero();
        assertThat(second.rekey().newRekeySa()).isEmpty();
        assertThat(second.rekey().treeKeys()).isEmpty();
        assertThat(second.rekey().dataSas()).hasSize(1);
        assertThat(second.rekey().deletedSpis()).containsExactly(oldSpi);
        assertThat(second.rekey().policy()).isEqualTo(new GroupWidePolicy(0, 2));
    }

    @Test
    void sendersAlsoLeaveAKeyThatAnEarlierRekeyStillLetThemUse() {
        long older = state.dataSas().getFirst().sa().spi();
        decider.decide(state, new Command.RekeyNow(RekeyKind.TEK), now);
        long newer = state.dataSas().getLast().sa().spi();
        now += 1000; // within the activation delay of 5 s: senders are still on the older one
        Rekey second = evict(3).getLast().rekey();
        assertThat(second.deletedSpis()).containsExactly(older, newer);
        assertThat(state.dataSas().stream().filter(sa -> !sa.current()))
                .hasSize(2)
                .allMatch(sa -> sa.idleMillis() == now && sa.goneMillis() == now + 2000);
    }

    private List<Decision.Outgoing> evict(int receiver) {
        return decider.decide(
                        state, new Command.Remove(List.of(new Command.Removal(Fixtures.receiver(receiver), true))), now)
                .messages();
    }
}
