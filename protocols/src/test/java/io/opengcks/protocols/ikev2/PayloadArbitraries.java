package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every kind of payload with every kind of content, as large as tests stay quick. */
public final class PayloadArbitraries {
    private PayloadArbitraries() {}

    public static Arbitrary<Octets> octets(int least, int most) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(least)
                .ofMaxSize(most)
                .map(Octets::of);
    }

    static Arbitrary<Attribute> attribute() {
        Arbitrary<Integer> unregistered = Arbitraries.integers()
                .between(0, 0x7fff)
                .filter(type -> type != Ikev2.ATTRIBUTE_KEY_LENGTH && type != Ikev2.ATTRIBUTE_SIGNATURE_ALGORITHM);
        Arbitrary<Integer> value = Arbitraries.integers().between(0, 0xffff);
        return Arbitraries.oneOf(
                Combinators.combine(unregistered, value).as(Attribute.Tv::new),
                Combinators.combine(unregistered, octets(0, 20)).as(Attribute.Tlv::new));
    }

    public static Arbitrary<Transform> transform() {
        Arbitrary<Integer> type = Arbitraries.integers().between(0, 255);
        Arbitrary<Integer> id = Arbitraries.integers().between(0, 0xffff);
        return Arbitraries.oneOf(
                Combinators.combine(type, id, attribute().list().ofMaxSize(3)).as(Transform::new),
                Combinators.combine(id, Arbitraries.of(128, 192, 256)).as(Transform::encryption),
                octets(0, 70).map(Transform::digitalSignature));
    }

    static Arbitrary<Proposal> proposal() {
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        return Combinators.combine(
                        octet, octet, octets(0, 16), transform().list().ofMaxSize(6))
                .as(Proposal::new);
    }

    /** Any payload but those of which a message may have only one inside SK. */
    public static Arbitrary<Payload> payload() {
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        Arbitrary<Integer> two = Arbitraries.integers().between(0, 0xffff);
        return Arbitraries.oneOf(List.<Arbitrary<Payload>>of(
                proposal().list().ofMinSize(1).ofMaxSize(4).map(Payload.SecurityAssociation::new),
                Combinators.combine(two, octets(0, 96)).as(Payload.KeyExchange::new),
                Combinators.combine(Arbitraries.of(Payload.Identification.Role.class), octet, octets(0, 40))
                        .as(Payload.Identification::new),
                Combinators.combine(octet, octets(0, 60)).as(Payload.Certificate::new),
                Combinators.combine(octet, octets(0, 60)).as(Payload.CertificateRequest::new),
                Combinators.combine(octet, octets(0, 80)).as(Payload.Authentication::new),
                octets(0, 64).map(Payload.Nonce::new),
                Combinators.combine(octet, octets(0, 16), two, octets(0, 40)).as(Payload.Notify::new),
                Arbitraries.of(4, 8, 16)
                        .flatMap(size -> Combinators.combine(
                                        octet, octets(size, size).list().ofMaxSize(5))
                                .as((protocol, spis) -> new Payload.Delete(protocol, size, spis))),
                octets(0, 40).map(Payload.VendorId::new),
                octets(0, 100).map(Payload.GroupSecurityAssociation::new),
                octets(0, 100).map(Payload.KeyDownload::new),
                Combinators.combine(Arbitraries.of(1, 32, 44, 45, 47, 48, 49, 54, 128, 255), octets(0, 30))
                        .as(Payload.Ignored::new)));
    }

    public static Arbitrary<IkeHeader> header() {
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        octet,
                        octet,
                        Arbitraries.longs().between(0, 0xffff_ffffL))
                .as(IkeHeader::new);
    }
}
