package io.opengcks.protocols.gsa;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A peer that proved who it is. Only a face that verified the proof makes one.
 *
 * @param identity    the identity it authenticated
 * @param certificate its end-entity certificate, validated and bound to {@code identity}; empty with a pre-shared key
 */
public record AuthenticatedPeer(Identity identity, Optional<X509Certificate> certificate) {}
