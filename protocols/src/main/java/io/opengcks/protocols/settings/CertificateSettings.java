package io.opengcks.protocols.settings;

import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/**
 * The section in which a program is given certificates: {@code chain} (PEM file, end entity first), {@code key} (PEM file: PKCS#8
 * or the older EC and RSA forms, not encrypted), {@code trust} (PEM files with trust anchors) and {@code crls} (PEM or DER files).
 *
 * @param signing own key and chain; empty where neither {@code chain} nor {@code key} is given
 * @param trust   how peers are validated; empty where no {@code trust} is given
 */
public record CertificateSettings(Optional<SigningKey> signing, Optional<CertificateTrust> trust) {
    private static final int MAX_FILES = 100;
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** Reads the section and the files it names. */
    public static CertificateSettings read(Section section) throws SettingsException {
        Optional<Path> chain =
                section.path("chain", "a PEM file with a certificate chain").optional();
        Optional<Path> key =
                section.path("key", "a PEM file with a private key").optional();
        List<Path> anchors = section.paths("trust", MAX_FILES, "a PEM file with trust anchors")
                .orDefault(List.of());
        List<Path> lists = section.paths("crls", MAX_FILES, "a file with a revocation list")
                .orDefault(List.of());
        if (chain.isPresent() != key.isPresent()) {
            throw section.error(chain.isPresent() ? "chain" : "key", "expected chain and key together");
        }
        if (anchors.isEmpty() && !lists.isEmpty()) {
            throw section.error("crls", "expected trust anchors with the revocation lists");
        }
        Optional<SigningKey> signing = Optional.empty();
        if (chain.isPresent() && key.isPresent()) {
            signing = Optional.of(signingKey(section, chain.get(), key.get()));
        }
        if (anchors.isEmpty()) {
            return new CertificateSettings(signing, Optional.empty());
        }
        Set<X509Certificate> trusted = new HashSet<>();
        for (Path file : anchors) {
            trusted.addAll(certificates(section, "trust", file));
        }
        List<X509CRL> revoked = new ArrayList<>();
        for (Path file : lists) {
            revoked.addAll(revocationLists(section, file));
        }
        return new CertificateSettings(signing, Optional.of(new CertificateTrust(trusted, revoked)));
    }

    private static SigningKey signingKey(Section section, Path chainFile, Path keyFile) throws SettingsException {
        List<X509Certificate> chain = certificates(section, "chain", chainFile);
        PrivateKey key = privateKey(section, keyFile);
        if (!belongs(key, chain.getFirst())) {
            throw section.error("key", "expected the private key of the first certificate in chain");
        }
        return new SigningKey(key, chain);
    }

    /** Whether what the key signs verifies under the certificate: the one test that fits every kind of key. */
    private static boolean belongs(PrivateKey key, X509Certificate certificate) {
        byte[] probe = {'o', 'p', 'e', 'n', 'g', 'c', 'k', 's'};
        try {
            Signature signature = switch (key.getAlgorithm()) {
                case "EC" -> Signature.getInstance("SHA256withECDSA", "SunEC");
                case "EdDSA", "Ed25519" -> Signature.getInstance("Ed25519", "SunEC");
                case "RSASSA-PSS" -> pss();
                default -> Signature.getInstance("SHA256withRSA", "SunRsaSign");
            };
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false; // a key of another algorithm
        }
    }

    private static Signature pss() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return signature;
    }

    private static List<X509Certificate> certificates(Section section, String key, Path file) throws SettingsException {
        try (InputStream in = open(section, key, file)) {
            List<X509Certificate> certificates = new ArrayList<>();
            for (var certificate :
                    CertificateFactory.getInstance("X.509", "SUN").generateCertificates(in)) {
                certificates.add((X509Certificate) certificate);
            }
            if (certificates.isEmpty()) {
                throw section.error(key, "expected at least one certificate in " + file);
            }
            return certificates;
        } catch (IOException | GeneralSecurityException _) {
            throw section.error(key, "expected certificates in PEM form in " + file);
        }
    }

    private static List<X509CRL> revocationLists(Section section, Path file) throws SettingsException {
        try (InputStream in = open(section, "crls", file)) {
            List<X509CRL> lists = new ArrayList<>();
            for (var list : CertificateFactory.getInstance("X.509", "SUN").generateCRLs(in)) {
                lists.add((X509CRL) list);
            }
            if (lists.isEmpty()) {
                throw section.error("crls", "expected at least one revocation list in " + file);
            }
            return lists;
        } catch (IOException | GeneralSecurityException _) {
            throw section.error("crls", "expected revocation lists in PEM or DER form in " + file);
        }
    }

    private static InputStream open(Section section, String key, Path file) throws SettingsException, IOException {
        if (!Files.isReadable(file)) {
            throw section.error(key, "expected a readable file: " + file);
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw section.error(key, "expected at most " + MAX_FILE_BYTES + " octets in " + file);
        }
        return Files.newInputStream(file);
    }

    private static PrivateKey privateKey(Section section, Path file) throws SettingsException {
        if (!Files.isReadable(file)) {
            throw section.error("key", "expected a readable file: " + file);
        }
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser pem = new PEMParser(reader)) {
            for (Object object = pem.readObject(); object != null; object = pem.readObject()) {
                if (object instanceof PrivateKeyInfo info) {
                    return privateKey(info);
                }
                if (object instanceof PEMKeyPair pair) {
                    return privateKey(pair.getPrivateKeyInfo());
                }
                // "EC PARAMETERS" stands in front of a key that OpenSSL wrote
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException _) {
            // said below, without the parser's words: they may hold octets of the key
        }
        throw section.error("key", "expected an EC, Ed25519 or RSA private key in PEM form, not encrypted, in " + file);
    }

    private static PrivateKey privateKey(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        var algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        KeyFactory factory;
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            factory = KeyFactory.getInstance("EC", "SunEC");
        } else if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
            factory = KeyFactory.getInstance("Ed25519", "SunEC");
        } else if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            factory = KeyFactory.getInstance("RSA", "SunRsaSign");
        } else if (algorithm.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            factory = KeyFactory.getInstance("RSASSA-PSS", "SunRsaSign");
        } else {
            throw new GeneralSecurityException("no such key");
        }
        return factory.generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }
}
