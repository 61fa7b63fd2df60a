package io.opengcks.protocols.gikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.PayloadChain;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.WireReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What a GCKS hands out is what the member gets, and nothing else gets through unnoticed. */
class RegistrationPropertyTest {
    /** A registration and the IKE SA on which it travels. */
    record Case(Registration registration, KeyWrapAlgorithm algorithm, Secret gskW, boolean privateAttributes) {
        boolean sender() {
            return !registration.senderIds().isEmpty();
        }

        List<Payload> encode() {
            return RegistrationPayloads.encode(registration, gskW, algorithm, privateAttributes);
        }

        RegistrationPayloads.Registered decode(List<Payload> payloads) throws ProtocolFault {
            return RegistrationPayloads.decode(payloads, gskW, algorithm, sender(), privateAttributes);
        }

        @Override
        public String toString() {
            return registration.toString();
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return Combinators.combine(
                        Arbitraries.of(KeyWrapAlgorithm.class),
                        GsaArbitraries.signer(),
                        Arbitraries.longs().between(0, 0xffff_ffffL),
                        Arbitraries.of(true, false))
                .flatAs((algorithm, signer, initial, privateAttributes) -> Combinators.combine(
                                GsaArbitraries.dataSas(0, privateAttributes),
                                GsaArbitraries.rekeySa(algorithm, signer, initial)
                                        .optional(),
                                GsaArbitraries.secret(algorithm.keyBytes())
                                        .list()
                                        .ofMaxSize(5),
                                GsaArbitraries.delays(),
                                Arbitraries.of(8, 12, 16)
                                        .flatMap(bits -> Arbitraries.longs()
                                                .between(0, (1L << bits) - 1)
                                                .list()
                                                .ofMaxSize(3)
                                                .uniqueElements()
                                                .map(ids -> new Object[] {bits, ids})),
                                GsaArbitraries.secret(algorithm.keyBytes()))
                        .as((dataSas, rekeySa, keys, delays, ids, gskW) -> new Case(
                                registration(dataSas, rekeySa, keys, delays, (int) ids[0], ids[1]),
                                algorithm,
                                gskW,
                                privateAttributes)))
                .filter(one -> !one.registration.dataSas().isEmpty()
                        || one.registration.rekeySa().isPresent());
    }

    @SuppressWarnings("unchecked")
    private static Registration registration(
            List<DataSecuritySa> dataSas,
            Optional<RekeySa> rekeySa,
            List<Secret> keys,
            io.opengcks.protocols.gsa.GroupWidePolicy delays,
            int bits,
            Object ids) {
        List<TreeKey> path = new ArrayList<>();
        for (int i = 0; rekeySa.isPresent() && i < keys.size(); i++) {
            boolean leaf = i == keys.size() - 1;
            path.add(new TreeKey(-1 - i, keys.get(i), leaf ? 0 : -2 - i, leaf ? null : keys.get(i + 1)));
        }
        return new Registration(
                dataSas,
                rekeySa,
                path,
                path.isEmpty() ? 0 : -1,
                delays,
                dataSas.isEmpty() ? List.of() : (List<Long>) ids,
                bits);
    }

    @Property(tries = 200)
    void theMemberGetsWhatTheGroupGave(@ForAll("cases") Case one) throws ProtocolFault {
        Registration given = one.registration();
        RegistrationPayloads.Registered got = one.decode(one.encode());
        assertThat(got.dataSas()).isEqualTo(given.dataSas());
        assertThat(got.rekeySa()).isEqualTo(given.rekeySa());
        assertThat(got.policy()).isEqualTo(given.policy());
        assertThat(got.senderIds()).isEqualTo(given.senderIds());
        assertThat(got.senderIdBits()).isEqualTo(one.sender() ? given.senderIdBits() : 0);
        assertThat(got.keyPath().keys())
                .isEqualTo(given.keyPath().stream()
                        .map(key -> new KeyPath.Entry(key.keyId(), key.key()))
                        .toList());
    }

    @Property(tries = 50)
    void bodiesComeBack(@ForAll("cases") Case one) throws ProtocolFault {
        List<Payload> payloads = one.encode();
        var gsa = (Payload.GroupSecurityAssociation) payloads.get(0);
        var kd = (Payload.KeyDownload) payloads.get(1);
        assertThat(GsaPayload.decode(gsa).encode()).isEqualTo(gsa);
        assertThat(KdPayload.decode(kd).encode()).isEqualTo(kd);
    }

    @Property(tries = 10)
    void aTruncatedBodyIsRefusedUnlessItEndsWithASubstructure(@ForAll("cases") Case one) {
        List<Payload> payloads = one.encode();
        for (int which = 0; which < 2; which++) {
            byte[] body = body(payloads.get(which));
            for (int length = 0; length < body.length; length++) {
                byte[] cut = Arrays.copyOf(body, length);
                assertThat(refused(one, with(payloads, which, cut)) || isWhole(which, cut))
                        .as("payload %d cut to %d", which, length)
                        .isTrue();
            }
        }
    }

    /** True if the octets are a body of their own: a list of substructures says nothing of how many there are. */
    private static boolean isWhole(int which, byte[] body) {
        try {
            Octets octets = Octets.of(body);
            return which == 0
                    ? GsaPayload.decode(new Payload.GroupSecurityAssociation(octets))
                            .encode()
                            .body()
                            .equals(octets)
                    : KdPayload.decode(new Payload.KeyDownload(octets))
                            .encode()
                            .body()
                            .equals(octets);
        } catch (ProtocolFault _) {
            return false;
        }
    }

    @Property(tries = 10)
    void aFlippedBitIsAFaultOrAnotherPolicy(@ForAll("cases") Case one) {
        List<Payload> payloads = one.encode();
        for (int which = 0; which < 2; which++) {
            byte[] body = body(payloads.get(which));
            for (int bit = 0; bit < body.length * 8; bit += 3) {
                byte[] forged = body.clone();
                forged[bit / 8] ^= (byte) (1 << bit % 8);
                refused(one, with(payloads, which, forged));
            }
        }
    }

    @Property(tries = 30)
    void randomBodiesAreRefused(@ForAll("cases") Case one, @ForAll @Size(50) List<@Size(max = 100) byte[]> noises) {
        List<Payload> payloads = one.encode();
        for (byte[] noise : noises) {
            assertThat(refused(one, with(payloads, 0, noise))).isTrue();
            assertThat(refused(one, with(payloads, 1, noise))).isTrue();
        }
    }

    @Property(tries = 50)
    void aMemberThatDidNotAskGetsNoSenderId(@ForAll("cases") Case one) {
        if (one.sender()) {
            assertThat(refusedAs(one, one.encode(), false)).isTrue();
        } else if (!one.registration().dataSas().isEmpty()) {
            assertThat(refusedAs(one, one.encode(), true)).isTrue();
        }
    }

    private static boolean refused(Case one, List<Payload> payloads) {
        return refusedAs(one, payloads, one.sender());
    }

    private static boolean refusedAs(Case one, List<Payload> payloads, boolean sender) {
        try {
            // Through the chain as well, as a message would bring them.
            List<Payload> read = PayloadChain.decode(
                    PayloadChain.firstType(payloads), new WireReader(PayloadChain.encode(payloads)));
            RegistrationPayloads.decode(read, one.gskW(), one.algorithm(), sender, one.privateAttributes());
            return false;
        } catch (ProtocolFault _) {
            return true;
        }
    }

    private static byte[] body(Payload payload) {
        return payload instanceof Payload.GroupSecurityAssociation(Octets gsa)
                ? gsa.toArray()
                : ((Payload.KeyDownload) payload).body().toArray();
    }

    private static List<Payload> with(List<Payload> payloads, int which, byte[] body) {
        List<Payload> changed = new ArrayList<>(payloads);
        Octets octets = Octets.of(body);
        changed.set(which, which == 0 ? new Payload.GroupSecurityAssociation(octets) : new Payload.KeyDownload(octets));
        return changed;
    }
}
