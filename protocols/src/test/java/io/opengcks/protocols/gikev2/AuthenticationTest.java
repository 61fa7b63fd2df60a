package io.opengcks.protocols.gikev2;

import static io.opengcks.protocols.ikev2.TestPki.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.PresharedKeys;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.TestPki;
import io.opengcks.protocols.ikev2.TestPki.Use;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets keys, who does not, what is said to the peer and what to the log. */
class AuthenticationTest {
    private static final TestPki CA = TestPki.root("CN=Members,O=Test");
    private static final TestPki OTHER = TestPki.root("CN=Others,O=Test");
    private static final Identity RX = Fixture.member(2);

    private static SigningKey issued(TestPki ca) {
        return ca.issue("EC", "CN=rx-2", TestPki.dns("rx-2.example.org"));
    }

    private static Credentials certificateServer(java.security.cert.X509CRL... crls) {
        SigningKey key = CA.issue("EC", "CN=gcks", TestPki.dns("gcks.example.org"));
        return Fixture.certificate(Fixture.SERVER, key, CA.trust(crls));
    }

    static Stream<Object[]> everyCombination() {
        List<Object[]> combinations = new ArrayList<>();
        for (KeyExchangeMethod method : KeyExchangeMethod.values()) {
            for (Prf prf : Prf.values()) {
                for (int bits : new int[] {128, 256}) {
                    combinations.add(new Object[] {method, prf, bits, "PSK"});
                }
            }
        }
        for (String keyType : List.of("EC", "EC384", "Ed25519", "RSA")) {
            combinations.add(new Object[] {KeyExchangeMethod.X25519, Prf.HMAC_SHA2_256, 256, keyType});
            combinations.add(new Object[] {KeyExchangeMethod.ECP_256, Prf.HMAC_SHA2_512, 128, keyType});
        }
        return combinations.stream();
    }

    @ParameterizedTest(name = "{0} {1} AES-{2} {3}")
    @MethodSource("everyCombination")
    void everyCombinationRegisters(KeyExchangeMethod method, Prf prf, int bits, String proof) {
        World world = new World(3);
        boolean psk = proof.equals("PSK");
        SimServer server = Fixture.server(
                world,
                KeyServer.Settings.DEFAULT,
                psk
                        ? Fixture.server()
                        : Fixture.certificate(
                                Fixture.SERVER,
                                CA.issue(proof, "CN=gcks", TestPki.dns("gcks.example.org")),
                                CA.trust()));
        Credentials credentials = psk
                ? Fixture.memberPsk(RX, "secret")
                : Fixture.certificate(RX, CA.issue(proof, "CN=rx-2", TestPki.dns("rx-2.example.org")), CA.trust());
        SimMember member = new SimMember(
                world,
                2,
                new GroupMember(
                        GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID),
                        new IkeAlgorithms(
                                List.of(bits), List.of(prf), List.of(method), List.of(KeyWrapAlgorithm.KW_5649_256)),
                        credentials,
                        new SeededRandom(5),
                        () -> NOW,
                        KeyLog.OFF));

        member.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(member.registration().orElseThrow().dataSas()).containsExactly(server.group.dataSa);
        assertThat(server.group.requests.getFirst().peer().certificate().isPresent())
                .isNotEqualTo(psk);
    }

    @Test
    void anotherKeyExchangeThanTheServersFavouriteCostsOneMoreRoundTrip() {
        World world = new World(3);
        SimServer server = Fixture.server(world);
        GroupMember.Settings d = GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID);
        SimMember member = Fixture.member(
                world,
                2,
                new GroupMember.Settings(
                        d.server(),
                        d.group(),
                        false,
                        1,
                        d.suites(),
                        d.keyWraps(),
                        List.of(KeyExchangeMethod.ECP_384, KeyExchangeMethod.X25519),
                        d.path(),
                        d.retransmission()),
                Fixture.memberPsk(RX, "secret"));

        member.on(new MemberEvent.Register());
        world.run(World.SECOND);

        assertThat(member.registration()).isPresent();
        assertThat(world.sent).hasSize(6);
        assertThat(server.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail()).contains("key exchange 20"));
    }

    @Test
    void aWrongPresharedKeyIsRefused() {
        refused(Fixture.server(), Fixture.memberPsk(RX, "Secret"), "the shared key does not fit");
    }

    @Test
    void anUnknownIdentityIsRefused() {
        refused(
                Fixture.server(),
                Fixture.memberPsk(Identity.parse("fqdn:stranger.example.org"), "secret"),
                "no pre-shared key for fqdn:stranger.example.org");
    }

    @Test
    void anExpiredCertificateIsRefused() {
        SigningKey expired = CA.issue(
                "EC",
                "CN=rx-2",
                NOW.minus(Duration.ofDays(9)),
                NOW.minus(Duration.ofDays(1)),
                Use.SIGNATURE,
                TestPki.dns("rx-2.example.org"));
        refused(certificateServer(), Fixture.certificate(RX, expired, CA.trust()), "expired");
    }

    @Test
    void aRevokedCertificateIsRefused() {
        TestPki ca = TestPki.root("CN=Revoking members,O=Test");
        SigningKey key = ca.issue("EC", "CN=rx-2", TestPki.dns("rx-2.example.org"));
        SigningKey server = ca.issue("EC", "CN=gcks", TestPki.dns("gcks.example.org"));
        ca.revoke(key.chain().getFirst());
        refused(
                Fixture.certificate(Fixture.SERVER, server, ca.trust(ca.crl())),
                Fixture.certificate(RX, key, ca.trust()),
                "revoked");
    }

    @Test
    void aCertificateOfAnotherIssuerIsRefused() {
        refused(certificateServer(), Fixture.certificate(RX, issued(OTHER), CA.trust()), "no trusted issuer");
    }

    @Test
    void anIdentityThatTheCertificateDoesNotNameIsRefused() {
        refused(
                certificateServer(),
                Fixture.certificate(Fixture.member(3), issued(CA), CA.trust()),
                "does not name fqdn:rx-3.example.org");
        refused(
                certificateServer(),
                Fixture.certificate(Identity.parse("key-id:rx-2"), issued(CA), CA.trust()),
                "does not name key-id:rx-2");
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() {
        SigningKey stolen = new SigningKey(issued(OTHER).key(), issued(CA).chain());
        // Same curve, other key: the chain is good, the signature is not.
        SigningKey mixed = new SigningKey(
                OTHER.issue("EC", "CN=thief", TestPki.dns("thief.example.org")).key(), stolen.chain());
        refused(certificateServer(), Fixture.certificate(RX, mixed, CA.trust()), "the signature does not fit");
    }

    @Test
    void aCertificateIsRefusedWhereNoneIsTrusted() {
        refused(Fixture.server(), Fixture.certificate(RX, issued(CA), CA.trust()), "none is trusted here");
    }

    @Test
    void anAddressInACertificateIsBoundToWhereItComesFrom() {
        SigningKey key = CA.issue("EC", "CN=ip", TestPki.ip("10.0.0.2"), TestPki.ip("10.0.0.9"));
        World world = new World(3);
        Fixture.server(world, KeyServer.Settings.DEFAULT, certificateServer());
        SimMember member = Fixture.member(
                world,
                2,
                GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID),
                Fixture.certificate(Identity.parse("ip:10.0.0.2"), key, CA.trust()));
        member.on(new MemberEvent.Register());
        world.run(World.SECOND);
        assertThat(member.registration()).isPresent();

        refused(
                certificateServer(),
                Fixture.certificate(Identity.parse("ip:10.0.0.9"), key, CA.trust()),
                "came from 10.0.0.2");
    }

    @Test
    void aServerThatIsNotTheOneExpectedGetsNoMember() {
        SigningKey rogueKey = OTHER.issue("EC", "CN=gcks", TestPki.dns("gcks.example.org"));
        Credentials rogue =
                new Credentials(Fixture.SERVER, Optional.of(rogueKey), PresharedKeys.NONE, Optional.of(CA.trust()));
        notBelieved(rogue, Fixture.certificate(RX, issued(CA), CA.trust()), "no trusted issuer");

        SigningKey otherName = CA.issue("EC", "CN=web", TestPki.dns("www.example.org"));
        Credentials impostor = new Credentials(
                Identity.parse("fqdn:www.example.org"),
                Optional.of(otherName),
                PresharedKeys.NONE,
                Optional.of(CA.trust()));
        notBelieved(impostor, Fixture.certificate(RX, issued(CA), CA.trust()), "calls itself fqdn:www.example.org");

        // A server that skips the check of the member, because it does not know the key, proves nothing either.
        Credentials wrongName = Fixture.psk(Identity.parse("fqdn:other.example.org"), Map.of(RX, "secret"));
        notBelieved(wrongName, Fixture.memberPsk(RX, "secret"), "calls itself fqdn:other.example.org");
    }

    private static void refused(Credentials server, Credentials member, String why) {
        World world = new World(3);
        SimServer gcks = Fixture.server(world, KeyServer.Settings.DEFAULT, server);
        SimMember gm = Fixture.member(world, 2, GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID), member);

        gm.on(new MemberEvent.Register());
        world.run(20 * World.SECOND);

        assertThat(gm.failure()).contains(MemberEffect.Kind.AUTHENTICATION_FAILED);
        assertThat(gm.registration()).isEmpty();
        assertThat(gcks.registered()).as("the group was not even asked").isFalse();
        assertThat(gcks.machine().established()).isZero();
        assertThat(gcks.machine().halfOpen()).as("nothing is left").isZero();
        ProtocolFault fault = gcks.faults().getFirst();
        assertThat(fault.detail()).contains(why).doesNotContain("\n");
        assertThat(((Refused) fault).notifyType()).isEqualTo(Ikev2.AUTHENTICATION_FAILED);
        // IKE_SA_INIT twice, GSA_AUTH, and an answer with nothing in it but the notification.
        assertThat(world.sent).hasSize(4);
        assertThat(world.sent.getLast().datagram()).hasSizeLessThan(70);
    }

    private static void notBelieved(Credentials server, Credentials member, String why) {
        World world = new World(3);
        Fixture.server(world, KeyServer.Settings.DEFAULT, server);
        SimMember gm = Fixture.member(world, 2, GroupMember.Settings.receiver(Fixture.SERVER, TestGroup.ID), member);

        gm.on(new MemberEvent.Register());
        world.run(20 * World.SECOND);

        assertThat(gm.all(MemberEffect.Failed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.kind()).isEqualTo(MemberEffect.Kind.SERVER_NOT_AUTHENTIC);
            assertThat(failed.why()).contains(why);
        });
        assertThat(gm.registration()).isEmpty();
    }
}
