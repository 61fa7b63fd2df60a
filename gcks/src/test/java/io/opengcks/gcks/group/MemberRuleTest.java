package io.opengcks.gcks.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberRuleTest {
    private static final PeerNames BY_KEY =
            new PeerNames("fqdn:rx-1.example.org", Optional.empty(), Optional.empty(), List.of());

    @ParameterizedTest
    @CsvSource(textBlock = """
            *, fqdn:rx-1.example.org, true
            fqdn:rx-*.example.org, fqdn:rx-1.example.org, true
            FQDN:RX-*.Example.ORG, fqdn:rx-1.example.org, true
            fqdn:rx-*.example.org, fqdn:rx-1.example.org.evil.net, false
            fqdn:rx-*, fqdn:tx-1.example.org, false
            fqdn:rx-?.example.org, fqdn:rx-1.example.org, false
            fqdn:*x*1*.org, fqdn:rx-1.example.org, true
            fqdn:rx-1.example.org*, fqdn:rx-1.example.org, true
            key-id:Sensor*, key-id:Sensor7, true
            key-id:sensor*, key-id:Sensor7, false
            fqdn:rx.1, fqdn:rx-1, false
            """)
    void aStarStandsForAnythingAndAllElseForItself(String pattern, String name, boolean admits) {
        assertThat(Wildcard.matches(pattern, name)).isEqualTo(admits);
    }

    @Property
    void agreesWithARegularExpression(
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 12) String name,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String shape) {
        String pattern = shape.replace('c', '*');
        String regex = pattern.chars()
                .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(String.valueOf((char) c)))
                .collect(Collectors.joining());
        assertThat(Wildcard.matches(pattern, name)).isEqualTo(name.matches(regex));
    }

    @Test
    void aPatternMadeToTakeForeverDoesNot() {
        // Exponential for a backtracking matcher, and half a million steps for this one.
        assertThat(Wildcard.matches("*a".repeat(250) + "b", "a".repeat(1000))).isFalse();
    }

    @Test
    void whatNeedsACertificateFailsWithoutOne() {
        assertThat(rule("*", null, null, null).admits(BY_KEY)).isTrue();
        assertThat(rule("*", "*", null, null).admits(BY_KEY)).isFalse();
        assertThat(rule(null, null, "*", null).admits(BY_KEY)).isFalse();
        assertThat(rule(null, null, null, "*").admits(BY_KEY)).isFalse();
    }

    @Test
    void everyPatternThatIsGivenMustMatch() throws Exception {
        PeerNames peer = PeerNames.of(new AuthenticatedPeer(
                Identity.parse("fqdn:rx-1.example.org"),
                Optional.of(certificate("CN=rx-1,O=Example", "CN=Example CA,O=Example"))));
        assertThat(rule("fqdn:rx-*", "CN=rx-*,O=Example", "fqdn:*.example.org", "CN=Example CA,*")
                        .admits(peer))
                .isTrue();
        assertThat(rule("fqdn:rx-*", "CN=rx-*,O=Example", "fqdn:*.example.org", "CN=Other CA,*")
                        .admits(peer))
                .isFalse();
        assertThat(rule(null, "CN=tx-*", null, null).admits(peer)).isFalse();
        assertThat(rule(null, null, "ip:192.0.2.7", null).admits(peer)).isTrue();
        assertThat(rule(null, null, "ip:2001:db8::7", null).admits(peer)).isTrue();
        assertThat(rule(null, null, "email:ops@example.org", null).admits(peer)).isTrue();
        assertThat(rule(null, null, "uri:urn:example:*", null).admits(peer)).isTrue();
    }

    @Test
    void anEmptyRuleAndAHugePatternAreRefused() {
        assertThatThrownBy(() -> rule(null, null, null, null)).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> rule("", null, null, null)).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> rule("x".repeat(513), null, null, null)).isInstanceOf(PolicyException.class);
    }

    private static MemberRule rule(
            @org.jspecify.annotations.Nullable String identity,
            @org.jspecify.annotations.Nullable String subject,
            @org.jspecify.annotations.Nullable String san,
            @org.jspecify.annotations.Nullable String issuer) {
        return new MemberRule(
                Optional.ofNullable(identity),
                Optional.ofNullable(subject),
                Optional.ofNullable(san),
                Optional.ofNullable(issuer));
    }

    /** Bouncy Castle reads names in the order of their DER, RFC 4514 writes them in the other. */
    private static X500Name name(String rfc4514) {
        return X500Name.getInstance(new X500Principal(rfc4514).getEncoded());
    }

    private static X509Certificate certificate(String subject, String issuer) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name(issuer),
                BigInteger.ONE,
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(60)),
                name(subject),
                pair.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "RX-1.example.org"),
            new GeneralName(GeneralName.rfc822Name, "ops@example.org"),
            new GeneralName(GeneralName.iPAddress, "192.0.2.7"),
            new GeneralName(GeneralName.iPAddress, "2001:db8::7"),
            new GeneralName(GeneralName.uniformResourceIdentifier, "urn:example:rx-1"),
        }));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }
}
