package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.PolicyException.check;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a policy admits. Every pattern that is given must match; at least one is given. In a pattern {@code *} stands for any
 * number of characters, everything else for itself. Letters compare without case, except in a {@code key-id:} identity.
 *
 * @param identity the identity the peer authenticated, in its text form: {@code fqdn:rx-*.example.org}; {@code *} for everybody
 * @param subject  subject of its certificate as RFC 4514 writes it: {@code CN=rx-*,O=Example}; a peer without certificate fails
 * @param san      one of the subject alternative names of its certificate, written like an identity ({@code fqdn:}, {@code
 *                 email:}, {@code ip:}, {@code dn:}) or {@code uri:…}
 * @param issuer   issuer of its certificate as RFC 4514 writes it
 */
public record MemberRule(
        Optional<String> identity, Optional<String> subject, Optional<String> san, Optional<String> issuer) {
    /** Longest pattern, characters. */
    public static final int MAX_PATTERN = 512;

    public MemberRule {
        check(
                identity.isPresent() || subject.isPresent() || san.isPresent() || issuer.isPresent(),
                "rule",
                "at least one of identity, subject, san, issuer");
        Stream.of(identity, subject, san, issuer)
                .flatMap(Optional::stream)
                .forEach(pattern -> check(
                        !pattern.isEmpty() && pattern.length() <= MAX_PATTERN,
                        "rule",
                        "patterns of 1 to " + MAX_PATTERN + " characters"));
    }

    /** Admits the identities that match {@code pattern}, however they authenticated. */
    public static MemberRule identity(String pattern) {
        return new MemberRule(Optional.of(pattern), Optional.empty(), Optional.empty(), Optional.empty());
    }

    boolean admits(PeerNames peer) {
        return matches(identity, Stream.of(peer.identity()))
                && matches(subject, peer.subject().stream())
                && matches(san, peer.subjectAlternativeNames().stream())
                && matches(issuer, peer.issuer().stream());
    }

    private static boolean matches(Optional<String> pattern, Stream<String> names) {
        return pattern.isEmpty() || names.anyMatch(name -> Wildcard.matches(pattern.get(), name));
    }
}
