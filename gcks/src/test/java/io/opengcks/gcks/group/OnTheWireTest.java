package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.KeyPath;
import io.opengcks.protocols.gikev2.RekeyMessage;
import io.opengcks.protocols.gikev2.RekeyMessage.Opened;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer.Admitted;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the core decides, sealed by the face and opened by the member's side of it: the two agree on keys, IDs and their order. */
class OnTheWireTest {
    private final GroupDecider decider = new GroupDecider(Fixtures.seeded(11));
    private final GroupState state = new GroupState(GROUP);
    private final Map<Integer, Receiver> receivers = new HashMap<>();

    private static final class Receiver {
        RekeySa carrier;
        KeyPath path;
        long least;
        Map<Long, Secret> teks;
        boolean excluded;

        Receiver(Registration registration) {
            carrier = registration.rekeySa().orElseThrow();
            path = new KeyPath(registration.keyPath().stream()
                    .map(key -> new KeyPath.Entry(key.keyId(), key.key()))
                    .toList());
            least = carrier.initialMessageId();
            teks = registration.dataSas().stream()
                    .collect(Collectors.toMap(DataSecuritySa::spi, DataSecuritySa::keymat));
        }

        void hear(byte[] datagram) throws ProtocolFault {
            if (excluded || !RekeyMessage.spi(datagram).equals(carrier.spi())) {
                return;
            }
            switch (RekeyMessage.open(datagram, carrier, least, path, true)) {
                case Opened.Excluded _ -> excluded = true;
                case Opened.Unusable unusable -> throw unusable.fault();
                case Opened.Updated updated -> {
                    least = updated.messageId() + 1;
                    path = updated.path();
                    updated.dataSas().forEach(sa -> teks.put(sa.spi(), sa.keymat()));
                    updated.deletedSpis().forEach(teks::remove);
                    if (updated.newRekeySa().isPresent()) {
                        carrier = updated.newRekeySa().get();
                        least = 0;
                    }
                }
            }
        }
    }

    void create(RekeySignatureAlgorithm algorithm) {
        GroupPolicy policy = Fixtures.policy().build();
        RekeyPolicy rekey = policy.rekey();
        GroupPolicy signed = policy.toBuilder()
                .rekey(new RekeyPolicy(
                        rekey.address(),
                        rekey.port(),
                        Optional.empty(),
                        rekey.encryptionBits(),
                        rekey.keyWrap(),
                        algorithm,
                        3,
                        1,
                        rekey.spacing()))
                .build();
        decider.decide(state, new Command.Create(signed), Fixtures.START);
    }

    @BeforeEach
    void nobody() {
        receivers.clear();
    }

    @ParameterizedTest
    @EnumSource
    void membersFollowEveryKindOfRekey(RekeySignatureAlgorithm algorithm) throws Exception {
        create(algorithm);
        for (int i = 0; i < 20; i++) {
            join(i);
        }
        for (RekeyKind kind : RekeyKind.values()) {
            run(new Command.RekeyNow(kind));
            check();
        }
        for (int i : List.of(3, 4, 19, 0)) {
            run(new Command.Remove(List.of(new Command.Removal(Fixtures.receiver(i), true))));
            assertThat(receivers.remove(i)).matches(receiver -> receiver.excluded);
            check();
            join(100 + i);
        }
        run(new Command.RekeyNow(RekeyKind.BOTH));
        check();
        run(new Command.Delete());
        assertThat(receivers.values()).allMatch(receiver -> receiver.excluded);
    }

    private void join(int number) {
        var outcome = decider.decide(
                        state,
                        new Command.Register(Face.G_IKEV2, Fixtures.request(Fixtures.receiver(number), false)),
                        Fixtures.START)
                .outcome();
        var answer = (Admitted) ((Decision.Outcome.Answered) outcome).answer();
        receivers.put(number, new Receiver(answer.registration()));
    }

    private void run(Command command) throws ProtocolFault {
        for (Decision.Outgoing out :
                decider.decide(state, command, Fixtures.START).messages()) {
            byte[] datagram = RekeyMessage.seal(
                    out.carrier(), out.messageId(), out.rekey(), out.signer(), out.privateAttributes());
            for (Receiver receiver : receivers.values()) {
                receiver.hear(datagram);
            }
        }
    }

    private void check() {
        for (Receiver receiver : receivers.values()) {
            assertThat(receiver.excluded).isFalse();
            assertThat(receiver.carrier.spi()).isEqualTo(state.rekeySa().sa().spi());
            assertThat(receiver.carrier.keymat()).isEqualTo(state.rekeySa().sa().keymat());
            for (DataSa sa : state.dataSas()) {
                if (sa.current()) {
                    assertThat(receiver.teks)
                            .containsEntry(sa.sa().spi(), sa.sa().keymat());
                }
            }
        }
    }
}
