package io.opengcks.protocols.ikev2;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A peer that proved who it is. Only the package that verifies makes one.
 *
 * @param identity    the ID payload it authenticated
 * @param certificate its end-entity certificate, validated and bound to {@code identity}; empty with a pre-shared key
 */
public record AuthenticatedPeer(Identity identity, Optional<X509Certificate> certificate) {}
