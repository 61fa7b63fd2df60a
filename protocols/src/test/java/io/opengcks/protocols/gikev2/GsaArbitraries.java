package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** SAs of the model: whatever a GCKS may hand out. */
final class GsaArbitraries {
    /** One for each algorithm; keys are slow to make. */
    static final List<RekeySigner> SIGNERS = List.of(
            RekeySigner.generate(SignatureAlgorithm.ED25519, new SecureRandom()),
            RekeySigner.generate(SignatureAlgorithm.ECDSA_SHA256, new SecureRandom()),
            RekeySigner.generate(SignatureAlgorithm.ECDSA_SHA384, new SecureRandom()));

    private GsaArbitraries() {}

    static Arbitrary<Secret> secret(int bytes) {
        return Arbitraries.longs().map(seed -> {
            byte[] octets = new byte[bytes];
            new java.util.SplittableRandom(seed).nextBytes(octets);
            return Secret.adopt(octets);
        });
    }

    static Arbitrary<Long> spi() {
        return Arbitraries.longs().between(256, 0xffff_ffffL);
    }

    static Arbitrary<RekeySpi> rekeySpi() {
        Arbitrary<Long> half = Arbitraries.longs().filter(value -> value != 0);
        return Combinators.combine(half, half).as(RekeySpi::new);
    }

    static Arbitrary<GroupWidePolicy> delays() {
        Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 65535);
        return Combinators.combine(seconds, seconds).as(GroupWidePolicy::new);
    }

    /** Source and destination of one family. */
    record Selectors(TrafficSelector source, TrafficSelector destination) {}

    static Arbitrary<Selectors> selectors() {
        Arbitrary<Integer> port = Arbitraries.integers().between(1, 65535);
        return Combinators.combine(
                        Arbitraries.of("239.1.2.3", "232.0.0.1", "ff3e::8000:1"), port, Arbitraries.of(true, false))
                .as((group, udpPort, any) -> {
                    var destination = TrafficSelector.udp(SpecVectors.address(group), udpPort);
                    String sender = group.contains(":") ? "2001:db8::1" : "192.0.2.1";
                    var source = any
                            ? TrafficSelector.anyUdp(destination.start())
                            : TrafficSelector.udp(SpecVectors.address(sender), udpPort);
                    return new Selectors(source, destination);
                });
    }

    static Arbitrary<DataSecuritySa> dataSa(DataSecuritySa.Mode mode, boolean privateAttributes) {
        Arbitrary<OptionalInt> port = privateAttributes
                ? Arbitraries.integers().between(1, 65535).map(OptionalInt::of)
                : Arbitraries.just(OptionalInt.empty());
        Arbitrary<Integer> window = privateAttributes ? Arbitraries.integers().between(0, 65535) : Arbitraries.just(0);
        return Arbitraries.of(EspSuite.class)
                .flatMap(suite -> Combinators.combine(
                                spi(),
                                selectors(),
                                Arbitraries.of(true, false),
                                port,
                                window,
                                Arbitraries.longs().between(1, 0xffff_ffffL),
                                secret(suite.keymatBytes()))
                        .as((spi, selectors, many, udpPort, packets, lifetime, keymat) -> new DataSecuritySa(
                                spi,
                                selectors.source(),
                                selectors.destination(),
                                suite,
                                mode,
                                many,
                                udpPort,
                                packets,
                                lifetime,
                                keymat)));
    }

    /** No two with one SPI. */
    static Arbitrary<List<DataSecuritySa>> dataSas(int least, boolean privateAttributes) {
        return Arbitraries.of(DataSecuritySa.Mode.class)
                .flatMap(mode -> dataSa(mode, privateAttributes)
                        .list()
                        .ofMinSize(least)
                        .ofMaxSize(4)
                        .uniqueElements(DataSecuritySa::spi));
    }

    static Arbitrary<RekeySa> rekeySa(KeyWrapAlgorithm keyWrap, Optional<RekeySigner> signer, long initialMessageId) {
        return Arbitraries.of(128, 256)
                .flatMap(bits -> Combinators.combine(
                                rekeySpi(),
                                selectors(),
                                Arbitraries.longs().between(1, 0xffff_ffffL),
                                secret(RekeySa.keymatBytes(bits, keyWrap)))
                        .as((spi, selectors, lifetime, keymat) -> new RekeySa(
                                spi,
                                selectors.source(),
                                selectors.destination(),
                                bits,
                                keyWrap,
                                signer.map(RekeySigner::signature),
                                lifetime,
                                initialMessageId,
                                keymat)));
    }

    static Arbitrary<Optional<RekeySigner>> signer() {
        return Arbitraries.of(SIGNERS).optional();
    }
}
