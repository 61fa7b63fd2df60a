package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Identity;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one side proves who it is and checks who the other is.
 *
 * @param identity own identity
 * @param signing  own key and certificates; empty: this side authenticates with a pre-shared key
 * @param psks     pre-shared keys by peer
 * @param trust    how certificates of peers are validated; empty: they are refused
 */
public record Credentials(
        Identity identity, Optional<SigningKey> signing, PresharedKeys psks, Optional<CertificateTrust> trust) {
    /**
     * A private key with its certificate chain, end entity first, without the trust anchor.
     */
    public record SigningKey(PrivateKey key, List<X509Certificate> chain) {
        public SigningKey {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "SigningKey[<redacted>, " + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    /**
     * Trust anchors and revocation lists (RFC 5280).
     *
     * @param anchors         at least one
     * @param revocationLists CRLs; where any is given, every certificate below an anchor must be covered by a current one
     */
    public record CertificateTrust(Set<X509Certificate> anchors, List<java.security.cert.X509CRL> revocationLists) {
        public CertificateTrust {
            anchors = Set.copyOf(anchors);
            revocationLists = List.copyOf(revocationLists);
        }
    }
}
