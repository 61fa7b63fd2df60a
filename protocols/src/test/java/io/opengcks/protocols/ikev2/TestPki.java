package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certification authority for tests: P-256, in virtual time, with every mistake a certificate can have. */
public final class TestPki {
    public static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();
    private static long serials = 1;

    public final X509Certificate certificate;
    private final KeyPair keys;
    private final X500Name name;
    private final List<BigInteger> revoked = new ArrayList<>();

    private TestPki(X500Name name, KeyPair keys, X509Certificate certificate) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    public static TestPki root(String name) {
        KeyPair keys = keys("EC", name);
        X500Name subject = new X500Name(name);
        return new TestPki(subject, keys, authority(subject, keys, subject, keys, Duration.ofDays(100)));
    }

    public TestPki intermediate(String subject) {
        KeyPair own = keys("EC", subject);
        X500Name other = new X500Name(subject);
        return new TestPki(other, own, authority(name, keys, other, own, Duration.ofDays(50)));
    }

    private static X509Certificate authority(
            X500Name issuer, KeyPair issuerKeys, X500Name subject, KeyPair own, Duration span) {
        return sign(issuer, issuerKeys, subject, own, NOW.minus(span), NOW.plus(span), Use.CA);
    }

    /** What a certificate says its key is for. */
    public enum Use {
        CA,
        SIGNATURE,
        ENCRYPTION_ONLY,
        WEB_SERVER,
        IKE
    }

    /** A certificate valid now, with {@code subject} and these subject alternative names. */
    public SigningKey issue(String keyType, String subject, GeneralName... names) {
        return issue(
                keyType, subject, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)), Use.SIGNATURE, names);
    }

    public SigningKey issue(
            String keyType, String subject, Instant from, Instant until, Use use, GeneralName... names) {
        KeyPair own = keys(keyType, subject);
        X509Certificate issued = sign(name, keys, new X500Name(subject), own, from, until, use, names);
        return new SigningKey(own.getPrivate(), List.of(issued));
    }

    public void revoke(X509Certificate issued) {
        revoked.add(issued.getSerialNumber());
    }

    public X509CRL crl(Instant from, Instant until) {
        try {
            X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(from));
            builder.setNextUpdate(Date.from(until));
            revoked.forEach(serial -> builder.addCRLEntry(serial, Date.from(from), CRLReason.keyCompromise));
            return (X509CRL) CertificateFactory.getInstance("X.509")
                    .generateCRL(new java.io.ByteArrayInputStream(
                            builder.build(signer(keys)).getEncoded()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public X509CRL crl() {
        return crl(NOW.minus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(1)));
    }

    public CertificateTrust trust(X509CRL... crls) {
        return new CertificateTrust(Set.of(certificate), List.of(crls));
    }

    public static GeneralName dns(String text) {
        return new GeneralName(GeneralName.dNSName, text);
    }

    public static GeneralName email(String text) {
        return new GeneralName(GeneralName.rfc822Name, text);
    }

    public static GeneralName ip(String text) {
        return new GeneralName(GeneralName.iPAddress, text);
    }

    private static X509Certificate sign(
            X500Name issuer,
            KeyPair issuerKeys,
            X500Name subject,
            KeyPair own,
            Instant from,
            Instant until,
            Use use,
            GeneralName... names) {
        try {
            var builder = new X509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(serials++),
                    Date.from(from),
                    Date.from(until),
                    subject,
                    SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(use == Use.CA));
            switch (use) {
                case CA ->
                    builder.addExtension(
                            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
                case SIGNATURE ->
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                case ENCRYPTION_ONLY ->
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment));
                case WEB_SERVER ->
                    builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                case IKE ->
                    builder.addExtension(
                            Extension.extendedKeyUsage,
                            true,
                            new ExtendedKeyUsage(KeyPurposeId.getInstance(
                                    new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.17"))));
            }
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(issuerKeys)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ContentSigner signer(KeyPair keys) throws Exception {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    }

    /** Keys are made once for each kind and owner: RSA takes its time. */
    private static KeyPair keys(String type, String owner) {
        return KEYS.computeIfAbsent(type.startsWith("RSA") ? type : type + owner, _ -> {
            try {
                return switch (type) {
                    case "EC" -> generate("EC", "secp256r1");
                    case "EC384" -> generate("EC", "secp384r1");
                    case "Ed25519" -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                    case "RSA", "RSA1024" -> {
                        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                        generator.initialize(type.equals("RSA") ? 2048 : 1024);
                        yield generator.generateKeyPair();
                    }
                    default -> throw new AssertionError(type);
                };
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static KeyPair generate(String algorithm, String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }
}
