package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.CertificateCheck.Invalid;
import io.opengcks.protocols.ikev2.CertificateCheck.Valid;
import io.opengcks.protocols.ikev2.CertificateCheck.Why;
import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Validates the certificates of a peer (RFC 5280 §6) and binds its identity to them (RFC 4945 §3.1, §5.1.3). Asks no network:
 * what it needs comes with the message or with the configuration. Never throws because of what a peer sent.
 */
public final class Certificates {
    /** Most CERT payloads looked at in one message. */
    public static final int MAX_CERTIFICATES = 8;

    private static final int MAX_CERTIFICATE_BYTES = 16 * 1024;
    private static final int MAX_PATHS = 8;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;
    private static final String EKU_ANY = "2.5.29.37.0";
    private static final String EKU_IPSEC_IKE = "1.3.6.1.5.5.7.3.17";
    private static final int SAN_RFC822 = 1;
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private Certificates() {}

    /**
     * Checks everything that can be checked without the peer's signature.
     *
     * @param identity    what the peer calls itself
     * @param payloads    its CERT payloads: the end entity's first, then intermediate ones in any order (RFC 7296 §3.6)
     * @param trust       anchors and revocation lists
     * @param now         the time at which everything has to be valid
     */
    public static CertificateCheck check(
            Identity identity, List<Payload.Certificate> payloads, CertificateTrust trust, Instant now) {
        if (payloads.isEmpty() || payloads.size() > MAX_CERTIFICATES) {
            return new Invalid(
                    Why.UNREADABLE, "1 to " + MAX_CERTIFICATES + " certificates expected, not " + payloads.size());
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Payload.Certificate payload : payloads) {
            Optional<X509Certificate> certificate = read(payload);
            if (certificate.isEmpty()) {
                return new Invalid(Why.UNREADABLE, "a certificate that cannot be read");
            }
            chain.add(certificate.get());
        }
        return check(identity, chain, trust, now, true);
    }

    /** As above, with certificates that were read already; end entity first. */
    static CertificateCheck check(
            Identity identity, List<X509Certificate> chain, CertificateTrust trust, Instant now, boolean bind) {
        X509Certificate endEntity = chain.getFirst();
        String name = subject(endEntity);
        if (bind && !names(endEntity, identity)) {
            return new Invalid(
                    Why.IDENTITY_NOT_IN_CERTIFICATE, "the certificate of " + name + " does not name " + identity);
        }
        try {
            Optional<Invalid> refusal = path(endEntity, chain, trust, now);
            return refusal.isPresent() ? refusal.get() : new Valid(endEntity);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Parsers of extensions throw what they like; a certificate that makes them do so is not one to trust.
            return new Invalid(
                    Why.UNREADABLE,
                    "the certificate of " + name + " cannot be checked: "
                            + e.getClass().getSimpleName());
        }
    }

    /**
     * True if the certificate names the identity: its whole subject, bit by bit, or a subject alternative name of the
     * identity's type. Names are compared without regard to case, never by pattern; a key ID is in no certificate.
     */
    public static boolean names(X509Certificate certificate, Identity identity) {
        return switch (identity.type()) {
            case DER_ASN1_DN ->
                Octets.of(certificate.getSubjectX500Principal().getEncoded()).equals(identity.data());
            case FQDN -> alternativeNames(certificate, SAN_DNS).contains(identity);
            case RFC822_ADDR -> alternativeNames(certificate, SAN_RFC822).contains(identity);
            case IPV4_ADDR, IPV6_ADDR -> alternativeNames(certificate, SAN_IP).contains(identity);
            case KEY_ID -> false;
        };
    }

    /** The identities of one kind in a certificate's subject alternative name; those we would not write are left out. */
    private static Set<Identity> alternativeNames(X509Certificate certificate, int kind) {
        Set<Identity> names = new HashSet<>();
        Collection<List<?>> all;
        try {
            all = certificate.getSubjectAlternativeNames();
        } catch (CertificateException | RuntimeException _) {
            return names;
        }
        if (all == null) {
            return names;
        }
        String prefix = kind == SAN_DNS ? "fqdn:" : kind == SAN_RFC822 ? "email:" : "ip:";
        for (List<?> name : all) {
            if (name.getFirst() instanceof Integer type && type == kind && name.get(1) instanceof String text) {
                try {
                    names.add(Identity.parse(prefix + text));
                } catch (IllegalArgumentException _) {
                    // a wildcard, or not a name at all: it names nobody
                }
            }
        }
        return names;
    }

    private static Optional<X509Certificate> read(Payload.Certificate payload) {
        byte[] der = payload.data().toArray();
        if (payload.encoding() != Ikev2.CERT_X509_SIGNATURE || der.length < 2 || der.length > MAX_CERTIFICATE_BYTES) {
            return Optional.empty();
        }
        try {
            // The factory would read PEM as well, and stop before what follows the certificate.
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509", "SUN").generateCertificate(new ByteArrayInputStream(der));
            // Nor does it look at how many bits of the signature's last octet are unused, which nobody signed.
            int unused = org.bouncycastle.asn1.x509.Certificate.getInstance(der)
                    .getSignature()
                    .getPadBits();
            return unused == 0 && Octets.of(certificate.getEncoded()).equals(payload.data())
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (GeneralSecurityException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** Empty if there is a valid path; else why the first one that could be built is not. */
    private static Optional<Invalid> path(
            X509Certificate endEntity, List<X509Certificate> chain, CertificateTrust trust, Instant now)
            throws GeneralSecurityException {
        Optional<Invalid> use = use(endEntity);
        if (use.isPresent()) {
            return use;
        }
        if (trust.anchors().contains(endEntity)) { // pinned: there is no path to check, only the time
            return time(endEntity, now);
        }
        List<List<X509Certificate>> paths = paths(endEntity, chain, trust.anchors());
        if (paths.isEmpty()) {
            return Optional.of(new Invalid(
                    Why.UNKNOWN_ISSUER, "the certificate of " + subject(endEntity) + " has no trusted issuer"));
        }
        Invalid first = null;
        for (List<X509Certificate> path : paths) {
            Optional<Invalid> refusal = validate(path, trust, now);
            if (refusal.isEmpty()) {
                return refusal;
            }
            first = first == null ? refusal.get() : first;
        }
        return Optional.ofNullable(first);
    }

    /** The subject for a log line, in the text form of identities, which has no line breaks. */
    private static String subject(X509Certificate certificate) {
        return Identity.ofSubject(certificate).map(Identity::text).orElse("(no subject)");
    }

    private static Optional<Invalid> time(X509Certificate certificate, Instant now) {
        String name = subject(certificate);
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of(new Invalid(Why.EXPIRED, "the certificate of " + name + " has expired"));
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Optional.of(new Invalid(Why.NOT_YET_VALID, "the certificate of " + name + " is not valid yet"));
        }
        return Optional.empty();
    }

    /** Key, key usage and extended key usage of the end entity (RFC 4945 §5.1.3.2, §5.1.3.12). */
    private static Optional<Invalid> use(X509Certificate certificate) throws CertificateException {
        String name = subject(certificate);
        if (SignatureAlgorithm.forKey(certificate.getPublicKey()).isEmpty()) {
            return Optional.of(
                    new Invalid(Why.WEAK_KEY, "the key in the certificate of " + name + " is of no kind that we take"));
        }
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION]) {
            return Optional.of(new Invalid(Why.WRONG_USE, "the certificate of " + name + " is not for signatures"));
        }
        List<String> extended = certificate.getExtendedKeyUsage();
        if (extended != null && !extended.contains(EKU_ANY) && !extended.contains(EKU_IPSEC_IKE)) {
            return Optional.of(new Invalid(Why.WRONG_USE, "the certificate of " + name + " is not for IKE"));
        }
        return Optional.empty();
    }

    /** Every path by names from the end entity to below an anchor, at most {@value #MAX_PATHS}. */
    private static List<List<X509Certificate>> paths(
            X509Certificate endEntity, List<X509Certificate> chain, Set<X509Certificate> anchors) {
        List<List<X509Certificate>> found = new ArrayList<>();
        Deque<List<X509Certificate>> open = new ArrayDeque<>();
        open.add(List.of(endEntity));
        // Bounds the walk for a message full of certificates that all name each other.
        for (int steps = 0;
                steps < MAX_PATHS * MAX_CERTIFICATES && !open.isEmpty() && found.size() < MAX_PATHS;
                steps++) {
            List<X509Certificate> path = open.removeFirst();
            X509Certificate last = path.getLast();
            if (anchors.stream()
                    .anyMatch(anchor -> anchor.getSubjectX500Principal().equals(last.getIssuerX500Principal()))) {
                found.add(path);
            }
            for (X509Certificate next : chain) {
                if (!path.contains(next) && next.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
                    List<X509Certificate> longer = new ArrayList<>(path);
                    longer.add(next);
                    open.add(longer);
                }
            }
        }
        return found;
    }

    private static Optional<Invalid> validate(List<X509Certificate> certificates, CertificateTrust trust, Instant now)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        trust.anchors().forEach(anchor -> anchors.add(new TrustAnchor(anchor, null)));
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setDate(Date.from(now));
        CertPathValidator validator = CertPathValidator.getInstance("PKIX", "SUN");
        parameters.setRevocationEnabled(false);
        if (!trust.revocationLists().isEmpty()) {
            parameters.addCertStore(CertStore.getInstance(
                    "Collection", new CollectionCertStoreParameters(trust.revocationLists()), "SUN"));
            var revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
            revocation.setOptions(
                    EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
            parameters.addCertPathChecker(revocation);
        }
        CertPath path = CertificateFactory.getInstance("X.509", "SUN").generateCertPath(certificates);
        try {
            validator.validate(path, parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            return Optional.of(refusal(e, certificates, now));
        }
    }

    private static Invalid refusal(CertPathValidatorException e, List<X509Certificate> path, Instant now) {
        // The validator tries one anchor after the other and reports the last; time is asked again, because it is what
        // an operator has to know first.
        for (X509Certificate certificate : path) {
            Optional<Invalid> time = time(certificate, now);
            if (time.isPresent()) {
                return time.get();
            }
        }
        int index = Math.max(0, Math.min(e.getIndex(), path.size() - 1));
        String name = "the certificate of " + subject(path.get(index));
        return switch (e.getReason()) {
            case BasicReason.EXPIRED -> new Invalid(Why.EXPIRED, name + " has expired");
            case BasicReason.NOT_YET_VALID -> new Invalid(Why.NOT_YET_VALID, name + " is not valid yet");
            case BasicReason.REVOKED -> new Invalid(Why.REVOKED, name + " is revoked");
            case BasicReason.UNDETERMINED_REVOCATION_STATUS ->
                new Invalid(Why.REVOCATION_UNKNOWN, name + " is covered by no current revocation list");
            case BasicReason.INVALID_SIGNATURE ->
                new Invalid(Why.BAD_SIGNATURE, name + " is not signed by the issuer it names");
            case BasicReason.ALGORITHM_CONSTRAINED ->
                new Invalid(Why.WEAK_KEY, name + " rests on an algorithm that is too weak");
            case PKIXReason.NO_TRUST_ANCHOR -> new Invalid(Why.UNKNOWN_ISSUER, name + " has no trusted issuer");
            case PKIXReason.NOT_CA_CERT, PKIXReason.PATH_TOO_LONG, PKIXReason.INVALID_KEY_USAGE ->
                new Invalid(Why.WRONG_USE, name + " may not issue certificates here");
            default -> new Invalid(Why.UNREADABLE, name + " is refused: " + e.getReason());
        };
    }
}
