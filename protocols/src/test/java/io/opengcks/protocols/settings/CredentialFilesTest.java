package io.opengcks.protocols.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.protocols.gsa.Identity;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates, keys and pre-shared keys as operators keep them in files. */
class CredentialFilesTest {
    private static final Identity RX = Identity.parse("fqdn:rx-1.example");

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        write("ec", "EC", 256, "SHA256withECDSA");
        write("other", "EC", 256, "SHA256withECDSA");
        write("ed", "Ed25519", 255, "Ed25519");
        write("rsa", "RSA", 2048, "SHA256withRSA");
        Files.writeString(folder.resolve("nothing.pem"), "nothing\n");
    }

    private void write(String name, String algorithm, int bits, String signature) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        Date from = Date.from(Instant.parse("2026-01-01T00:00:00Z"));
        Date to = Date.from(Instant.parse("2046-01-01T00:00:00Z"));
        var signer = new JcaContentSignerBuilder(signature).build(pair.getPrivate());
        var certificate = new JcaX509v3CertificateBuilder(subject, BigInteger.ONE, from, to, subject, pair.getPublic())
                .build(signer);
        pem(name + ".crt", new JcaX509CertificateConverter().getCertificate(certificate));
        pem(name + ".p8", new JcaPKCS8Generator(pair.getPrivate(), null));
        pem(
                name + ".old",
                pair.getPrivate() instanceof java.security.interfaces.ECPrivateKey ec ? sec1(ec) : pair.getPrivate());
        pem(name + ".crl", new JcaX509CRLConverter().getCRL(new X509v2CRLBuilder(subject, from).build(signer)));
    }

    /** As OpenSSL writes it: with the curve in it (RFC 5915 §3). */
    private static PemObject sec1(java.security.interfaces.ECPrivateKey key) throws IOException {
        var octets = new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1);
        return new PemObject("EC PRIVATE KEY", octets.getEncoded());
    }

    private void pem(String name, Object object) throws IOException {
        try (Writer file = Files.newBufferedWriter(folder.resolve(name));
                JcaPEMWriter writer = new JcaPEMWriter(file)) {
            writer.writeObject(object);
        }
    }

    private Section section(String text) throws SettingsException {
        return Settings.parse(folder.resolve("x.yaml"), text, Map.of());
    }

    @ParameterizedTest
    @CsvSource({"ec, p8", "ec, old", "ed, p8", "rsa, p8", "rsa, old"})
    void aKeyIsReadWithItsChain(String name, String form) throws Exception {
        Section section = section(
                "{chain: %s.crt, key: %s.%s, trust: [ec.crt, ed.crt], crls: [ec.crl]}".formatted(name, name, form));
        CertificateSettings settings = CertificateSettings.read(section);
        section.end();
        assertThat(settings.signing().orElseThrow().chain()).hasSize(1);
        assertThat(settings.trust().orElseThrow().anchors()).hasSize(2);
        assertThat(settings.trust().orElseThrow().revocationLists()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {chain: ec.crt, key: other.p8}           | x.yaml:1: key: expected the private key of the first certificate in chain
            {chain: ec.crt, key: ed.p8}              | x.yaml:1: key: expected the private key of the first certificate in chain
            {chain: ec.crt}                          | x.yaml:1: chain: expected chain and key together
            {chain: none.crt, key: ec.p8}            | x.yaml:1: chain: expected a readable file:
            {chain: nothing.pem, key: ec.p8}         | x.yaml:1: chain: expected
            {chain: ec.crt, key: nothing.pem}        | x.yaml:1: key: expected an EC, Ed25519 or RSA private key
            {chain: ec.crt, key: ec.crt}             | x.yaml:1: key: expected an EC, Ed25519 or RSA private key
            {trust: [nothing.pem]}                   | x.yaml:1: trust: expected
            {trust: [ec.crt], crls: [nothing.pem]}   | x.yaml:1: crls: expected
            {crls: [ec.crl]}                         | x.yaml:1: crls: expected trust anchors with the revocation lists
            """)
    void aWrongFileIsNamed(String text, String error) throws Exception {
        Section section = section(text);
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> CertificateSettings.read(section))
                .withMessageContaining(error)
                .withMessageNotContaining("\n");
    }

    @Test
    void presharedKeysAreFoundByPeer() throws Exception {
        PresharedKeySettings keys = PresharedKeySettings.read(section("""
                presharedKeys:
                - {peer: 'fqdn:rx-1.example', key: {text: a key of 21 octets}}
                - {peer: 'fqdn:rx-2.example', key: {hex: '00112233445566778899aabbccddeeff'}}
                """));
        assertThat(keys.find(RX).orElseThrow().copy())
                .isEqualTo("a key of 21 octets".getBytes(StandardCharsets.US_ASCII));
        assertThat(keys.find(Identity.parse("fqdn:rx-3.example"))).isEmpty();
        assertThat(keys.toString()).isEqualTo("PresharedKeySettings[2 keys]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{peer: 'fqdn:a', key: {text: short}}]   | presharedKeys[0].key: expected a key of at least 16 octets, found 5
            [{peer: 'rx', key: {text: short}}]       | presharedKeys[0].peer: expected an identity
            [{peer: 'fqdn:a'}]                       | presharedKeys[0].key: expected a secret
            [{peer: 'fqdn:a', key: {text: 0123456789abcdef}}, {peer: 'fqdn:A', key: {text: 0123456789abcdef}}] | presharedKeys[1].peer: expected each peer once
            """)
    void aWrongPresharedKeyIsNamedAndNotShown(String text, String error) throws Exception {
        Section section = section("presharedKeys: " + text);
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> PresharedKeySettings.read(section))
                .withMessageContaining(error)
                .withMessageNotContaining("short");
    }
}
