package io.opengcks.protocols.ikev2;

import static io.opengcks.protocols.ikev2.TestPki.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.CertificateCheck.Invalid;
import io.opengcks.protocols.ikev2.CertificateCheck.Valid;
import io.opengcks.protocols.ikev2.CertificateCheck.Why;
import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import io.opengcks.protocols.ikev2.TestPki.Use;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {
    private static final TestPki ROOT = TestPki.root("CN=Root,O=Test");
    private static final Identity RX = Identity.parse("fqdn:rx-1.example.org");

    @ParameterizedTest
    @ValueSource(strings = {"EC", "EC384", "Ed25519", "RSA"})
    void takesEveryKindOfKeyThatWeHave(String keyType) {
        SigningKey rx = ROOT.issue(keyType, "CN=rx-1", TestPki.dns("rx-1.example.org"));

        assertThat(check(RX, ROOT.trust(), NOW, rx)).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "fqdn:rx-1.example.org, true",
        "fqdn:RX-1.example.org, true",
        "fqdn:rx-2.example.org, false",
        "fqdn:example.org, false",
        "email:ops@example.org, true",
        "email:rx-1@example.org, false",
        "ip:192.0.2.7, true",
        "ip:192.0.2.8, false",
        "ip:2001:db8::7, true",
        "'dn:CN=rx-1,O=Example', true",
        "dn:CN=rx-1, false",
        "key-id:rx-1, false",
        "key-id:rx-1.example.org, false"
    })
    void bindsAnIdentityToTheSubjectOrANameOfItsType(String identity, boolean bound) {
        SigningKey rx = ROOT.issue(
                "EC",
                "O=Example,CN=rx-1",
                TestPki.dns("Rx-1.example.org"),
                TestPki.dns("*.example.com"),
                TestPki.email("ops@example.org"),
                TestPki.ip("192.0.2.7"),
                TestPki.ip("2001:db8::7"));
        Identity claimed = identity.startsWith("dn:CN=rx-1,O")
                ? Identity.ofSubject(rx.chain().getFirst()).orElseThrow()
                : Identity.parse(identity);
        assertThat(claimed).isEqualTo(Identity.parse(identity));

        CertificateCheck check = check(claimed, ROOT.trust(), NOW, rx);

        if (bound) {
            assertThat(check).isInstanceOf(Valid.class);
        } else {
            assertRefused(check, Why.IDENTITY_NOT_IN_CERTIFICATE);
        }
    }

    @Test
    void aWildcardNamesNobody() {
        SigningKey rx = ROOT.issue("EC", "CN=any", TestPki.dns("*.example.org"));

        assertRefused(check(RX, ROOT.trust(), NOW, rx), Why.IDENTITY_NOT_IN_CERTIFICATE);
    }

    @Test
    void looksAtTheClockThatIsHandedIn() {
        SigningKey rx = ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));

        assertRefused(check(RX, ROOT.trust(), NOW.plus(Duration.ofDays(2)), rx), Why.EXPIRED);
        assertRefused(check(RX, ROOT.trust(), NOW.minus(Duration.ofDays(2)), rx), Why.NOT_YET_VALID);
    }

    @Test
    void anotherIssuerIsNotTrustedEvenUnderTheSameName() {
        SigningKey rx = ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        TestPki other = TestPki.root("CN=Other,O=Test");

        assertRefused(check(RX, other.trust(), NOW, rx), Why.UNKNOWN_ISSUER);

        SigningKey forged = other.issue("EC", "CN=Root,O=Test", TestPki.dns("rx-1.example.org"));
        CertificateTrust imposter = new CertificateTrust(Set.of(ROOT.certificate), List.of());
        assertRefused(check(RX, imposter, NOW, forged), Why.UNKNOWN_ISSUER);
    }

    @Test
    void aCertificateThatItsIssuerDidNotSignIsRefused() {
        SigningKey rx = ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        byte[] der = der(rx.chain().getFirst());
        der[der.length - 1] ^= 1;

        CertificateCheck check = Certificates.check(RX, List.of(payload(der)), ROOT.trust(), NOW);

        assertThat(check).isInstanceOf(Invalid.class);
    }

    @Test
    void followsIntermediateIssuersInAnyOrder() {
        TestPki middle = ROOT.intermediate("CN=Middle,O=Test");
        TestPki lower = middle.intermediate("CN=Lower,O=Test");
        SigningKey rx = lower.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        X509Certificate own = rx.chain().getFirst();

        assertThat(check(RX, ROOT.trust(), NOW, own, lower.certificate, middle.certificate))
                .isInstanceOf(Valid.class);
        assertThat(check(RX, ROOT.trust(), NOW, own, middle.certificate, lower.certificate))
                .isInstanceOf(Valid.class);
        assertRefused(check(RX, ROOT.trust(), NOW, own, middle.certificate), Why.UNKNOWN_ISSUER);
    }

    @Test
    void anEndEntityIssuesNothing() {
        SigningKey rx = ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        TestPki minted = TestPki.root("CN=rx-1");
        SigningKey victim = minted.issue("EC", "CN=victim", TestPki.dns("rx-2.example.org"));

        CertificateCheck check = check(
                Identity.parse("fqdn:rx-2.example.org"),
                ROOT.trust(),
                NOW,
                victim.chain().getFirst(),
                rx.chain().getFirst());

        assertThat(check).isInstanceOf(Invalid.class);
    }

    @Test
    void revocationListsAreHeardAndMustBeCurrent() {
        TestPki ca = TestPki.root("CN=Revoking,O=Test");
        SigningKey good = ca.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        SigningKey bad = ca.issue("EC", "CN=rx-2", TestPki.dns("rx-1.example.org"));
        ca.revoke(bad.chain().getFirst());
        X509CRL stale = ca.crl(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)));
        X509CRL foreign = ROOT.crl();

        assertThat(check(RX, ca.trust(ca.crl()), NOW, good)).isInstanceOf(Valid.class);
        assertRefused(check(RX, ca.trust(ca.crl()), NOW, bad), Why.REVOKED);
        assertThat(check(RX, ca.trust(), NOW, bad)).isInstanceOf(Valid.class);
        assertRefused(check(RX, ca.trust(stale), NOW, good), Why.REVOCATION_UNKNOWN);
        assertRefused(check(RX, ca.trust(foreign), NOW, good), Why.REVOCATION_UNKNOWN);
    }

    @Test
    void aKeyIsForWhatItsCertificateSays() {
        assertRefused(check(RX, ROOT.trust(), NOW, withUse(Use.ENCRYPTION_ONLY)), Why.WRONG_USE);
        assertRefused(check(RX, ROOT.trust(), NOW, withUse(Use.WEB_SERVER)), Why.WRONG_USE);
        assertThat(check(RX, ROOT.trust(), NOW, withUse(Use.IKE))).isInstanceOf(Valid.class);
    }

    @Test
    void aShortRsaKeyIsRefused() {
        SigningKey rx = ROOT.issue("RSA1024", "CN=rx-1", TestPki.dns("rx-1.example.org"));

        assertRefused(check(RX, ROOT.trust(), NOW, rx), Why.WEAK_KEY);
    }

    @Test
    void aPinnedCertificateNeedsNoIssuerButTime() {
        SigningKey rx = ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"));
        CertificateTrust pinned = new CertificateTrust(Set.of(rx.chain().getFirst()), List.of());

        assertThat(check(RX, pinned, NOW, rx)).isInstanceOf(Valid.class);
        assertRefused(check(RX, pinned, NOW.plus(Duration.ofDays(2)), rx), Why.EXPIRED);
    }

    /** Whatever octets come: a refusal, never an exception, and never a certificate we did not issue. */
    @Test
    void brokenCertificatesAreRefused() {
        byte[] der = der(ROOT.issue("EC", "CN=rx-1", TestPki.dns("rx-1.example.org"))
                .chain()
                .getFirst());
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] broken = random.nextInt(4) == 0 ? Arrays.copyOf(der, random.nextInt(der.length)) : der.clone();
            for (int flips = random.nextInt(3); flips >= 0 && broken.length > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (!Arrays.equals(broken, der)) {
                assertThat(Certificates.check(RX, List.of(payload(broken)), ROOT.trust(), NOW))
                        .isInstanceOf(Invalid.class);
            }
        }
        for (int bit = 0; bit < der.length * 8; bit++) {
            byte[] flipped = der.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Certificates.check(RX, List.of(payload(flipped)), ROOT.trust(), NOW))
                    .as("bit %s", bit)
                    .isInstanceOf(Invalid.class);
        }
        assertRefused(Certificates.check(RX, List.of(), ROOT.trust(), NOW), Why.UNREADABLE);
        byte[] longer = Arrays.copyOf(der, der.length + 1);
        assertRefused(Certificates.check(RX, List.of(payload(longer)), ROOT.trust(), NOW), Why.UNREADABLE);
        List<Payload.Certificate> many = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            many.add(payload(der));
        }
        assertRefused(Certificates.check(RX, many, ROOT.trust(), NOW), Why.UNREADABLE);
    }

    private static SigningKey withUse(Use use) {
        return ROOT.issue(
                "EC",
                "CN=rx-1",
                NOW.minus(Duration.ofDays(1)),
                NOW.plus(Duration.ofDays(1)),
                use,
                TestPki.dns("rx-1.example.org"));
    }

    private static void assertRefused(CertificateCheck check, Why why) {
        assertThat(check)
                .asInstanceOf(type(Invalid.class))
                .satisfies(invalid ->
                        assertThat(invalid.why()).as(invalid.detail()).isEqualTo(why))
                .satisfies(invalid -> assertThat(invalid.detail()).doesNotContain("\n"));
    }

    private static CertificateCheck check(Identity identity, CertificateTrust trust, Instant now, SigningKey key) {
        return check(identity, trust, now, key.chain().toArray(X509Certificate[]::new));
    }

    private static CertificateCheck check(
            Identity identity, CertificateTrust trust, Instant now, X509Certificate... chain) {
        return Certificates.check(
                identity,
                Arrays.stream(chain)
                        .map(certificate -> payload(der(certificate)))
                        .toList(),
                trust,
                now);
    }

    private static Payload.Certificate payload(byte[] der) {
        return new Payload.Certificate(Ikev2.CERT_X509_SIGNATURE, Octets.of(der));
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
