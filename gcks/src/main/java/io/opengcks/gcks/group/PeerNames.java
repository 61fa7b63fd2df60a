package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The names under which rules look at a peer.
 *
 * @param identity                text form of the authenticated identity
 * @param subject                 of the certificate, RFC 4514
 * @param issuer                  of the certificate, RFC 4514
 * @param subjectAlternativeNames in the text form of identities, or {@code uri:}
 */
record PeerNames(
        String identity, Optional<String> subject, Optional<String> issuer, List<String> subjectAlternativeNames) {
    /** More names than this are not looked at: a certificate is chosen by somebody else. */
    private static final int MAX_NAMES = 64;

    PeerNames {
        subjectAlternativeNames = List.copyOf(subjectAlternativeNames);
    }

    static PeerNames of(AuthenticatedPeer peer) {
        Optional<X509Certificate> certificate = peer.certificate();
        return new PeerNames(
                peer.identity().text(),
                certificate.map(c -> text(c.getSubjectX500Principal())),
                certificate.map(c -> text(c.getIssuerX500Principal())),
                certificate.map(PeerNames::alternativeNames).orElse(List.of()));
    }

    static String text(X500Principal name) {
        return name.getName(X500Principal.RFC2253);
    }

    private static List<String> alternativeNames(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of(); // a name nobody can read matches no rule
        }
        List<String> texts = new ArrayList<>();
        if (names != null) {
            names.stream().limit(MAX_NAMES).forEach(name -> text(name).ifPresent(texts::add));
        }
        return texts;
    }

    /** A GeneralName as {@link X509Certificate#getSubjectAlternativeNames} gives it: its tag, then its value. */
    private static Optional<String> text(List<?> name) {
        if (name.size() < 2 || !(name.get(0) instanceof Integer tag) || !(name.get(1) instanceof String value)) {
            return Optional.empty();
        }
        return switch (tag) {
            case 1 -> Optional.of("email:" + value);
            case 2 -> Optional.of("fqdn:" + value);
            case 4 -> Optional.of("dn:" + value);
            case 6 -> Optional.of("uri:" + value);
            case 7 -> address(value);
            default -> Optional.empty();
        };
    }

    private static Optional<String> address(String literal) {
        try {
            return Optional.of(Identity.parse("ip:" + literal).text());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
