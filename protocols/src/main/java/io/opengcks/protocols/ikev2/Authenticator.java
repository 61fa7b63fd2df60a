package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import io.opengcks.protocols.ikev2.Payload.Identification.Role;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Proves who we are and checks who the peer is (RFC 7296 §2.15, RFC 7427, RFC 4945). Stateless but for the credentials.
 */
public final class Authenticator {
    /** Most certification authorities named in a CERTREQ payload. */
    private static final int MAX_AUTHORITIES = 32;

    private static final int MAX_HASHES = 32;

    private final Credentials credentials;
    private final InstantSource wallClock;

    public Authenticator(Credentials credentials, InstantSource wallClock) {
        this.credentials = credentials;
        this.wallClock = wallClock;
    }

    /**
     * Our ID payload. Where we sign and are named by our certificate's subject, the octets are the certificate's own,
     * because the peer compares them bit by bit (RFC 4945 §3.1.5).
     */
    public Payload.Identification identification(Role role) {
        Identity own = credentials.identity();
        Octets data = credentials
                .signing()
                .flatMap(signing -> Identity.ofSubject(signing.chain().getFirst()))
                .filter(own::equals)
                .orElse(own)
                .data();
        return new Payload.Identification(role, own.type().wire(), data);
    }

    /** The hashes we take in signatures (RFC 7427 §4), for IKE_SA_INIT. */
    public static Payload.Notify hashes() {
        Set<Integer> ids = new java.util.TreeSet<>();
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            ids.add(algorithm.hashId());
        }
        ByteBuffer data = ByteBuffer.allocate(2 * ids.size());
        ids.forEach(id -> data.putShort(id.shortValue()));
        return new Payload.Notify(Ikev2.SIGNATURE_HASH_ALGORITHMS, Octets.of(data.array()));
    }

    /** The hashes that a peer takes; empty where it said nothing, or nothing readable. */
    public static Set<Integer> hashes(List<Payload> init) {
        byte[] data = Payloads.notification(init, Ikev2.SIGNATURE_HASH_ALGORITHMS)
                .map(notify -> notify.data().toArray())
                .orElse(new byte[0]);
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i + 1 < data.length && i < 2 * MAX_HASHES; i += 2) {
            ids.add(((data[i] & 0xff) << 8) | (data[i + 1] & 0xff));
        }
        return ids;
    }

    /** CERTREQ for the authorities we trust (RFC 7296 §3.7); empty where we take no certificates. */
    public Optional<Payload.CertificateRequest> certificateRequest() {
        return credentials.trust().map(trust -> {
            ByteArrayOutputStream authorities = new ByteArrayOutputStream();
            trust.anchors().stream().limit(MAX_AUTHORITIES).forEach(anchor -> {
                try {
                    authorities.writeBytes(Providers.digest("SHA-1")
                            .digest(anchor.getPublicKey().getEncoded()));
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("no SHA-1, which names authorities in CERTREQ", e);
                }
            });
            return new Payload.CertificateRequest(Ikev2.CERT_X509_SIGNATURE, Octets.of(authorities.toByteArray()));
        });
    }

    /** The identity that an ID payload claims; not proven. */
    public static Identity claimed(Payload.Identification id) throws MalformedMessage {
        Identity.Type type = Identity.Type.ofWire(id.idType())
                .orElseThrow(() -> new MalformedMessage("an identity of type " + id.idType()));
        try {
            return new Identity(type, id.data());
        } catch (IllegalArgumentException _) {
            throw new MalformedMessage(type + " with data that are not valid for it");
        }
    }

    /**
     * Checks the peer's proof.
     *
     * @param id           its ID payload
     * @param certificates its CERT payloads
     * @param auth         its AUTH payload
     * @param octets       what it authenticates
     * @throws Refused with AUTHENTICATION_FAILED; the detail says in one line why, for the log and not for the peer
     */
    public AuthenticatedPeer verify(
            Payload.Identification id,
            List<Payload.Certificate> certificates,
            Payload.Authentication auth,
            AuthenticationData octets,
            Prf prf)
            throws Refused {
        Identity identity;
        try {
            identity = claimed(id);
        } catch (MalformedMessage e) {
            throw failed(e.detail());
        }
        try {
            return switch (auth.method()) {
                case Ikev2.AUTH_SHARED_KEY -> {
                    Secret psk = credentials
                            .psks()
                            .find(identity)
                            .orElseThrow(() -> failed("no pre-shared key for " + identity));
                    octets.verifySharedKey(prf, psk, auth);
                    yield new AuthenticatedPeer(identity, Optional.empty());
                }
                case Ikev2.AUTH_DIGITAL_SIGNATURE -> signed(identity, certificates, auth, octets);
                default -> throw failed("authentication method " + auth.method() + " of " + identity);
            };
        } catch (NotAuthentic e) {
            throw failed(identity + ": " + e.detail());
        }
    }

    /**
     * Our proof: the CERT payloads, then AUTH.
     *
     * @param peer       the peer
     * @param sign       false: with a shared key, because that is what the peer used
     * @param peerHashes hashes the peer takes
     * @throws Refused with AUTHENTICATION_FAILED if we have nothing to prove it with
     */
    public List<Payload> prove(Identity peer, boolean sign, Set<Integer> peerHashes, AuthenticationData octets, Prf prf)
            throws Refused {
        List<Payload> payloads = new ArrayList<>();
        Optional<SigningKey> signing = credentials.signing();
        if (sign && signing.isPresent()) {
            SigningKey own = signing.get();
            SignatureAlgorithm algorithm = AuthenticationData.algorithm(
                            own.chain().getFirst().getPublicKey(), peerHashes)
                    .orElseThrow(() -> failed(peer + " takes no signature that our key makes"));
            for (X509Certificate certificate : own.chain()) {
                payloads.add(new Payload.Certificate(Ikev2.CERT_X509_SIGNATURE, encoded(certificate)));
            }
            payloads.add(octets.signature(algorithm, own.key()));
        } else {
            Secret psk = credentials
                    .psks()
                    .find(peer)
                    .orElseThrow(() -> failed("no key of ours to prove to " + peer + " who we are"));
            payloads.add(octets.sharedKey(prf, psk));
        }
        return payloads;
    }

    /**
     * RFC 4945 §3.1.1: an address in a certificate stands for the host that has it.
     *
     * @param address from which the peer's messages come
     */
    public static void addressFits(AuthenticatedPeer peer, InetAddress address) throws Refused {
        boolean isAddress = switch (peer.identity().type()) {
            case IPV4_ADDR, IPV6_ADDR -> true;
            case FQDN, RFC822_ADDR, DER_ASN1_DN, KEY_ID -> false;
        };
        if (isAddress
                && peer.certificate().isPresent()
                && !Arrays.equals(address.getAddress(), peer.identity().data().toArray())) {
            throw failed(peer.identity() + " came from " + address.getHostAddress());
        }
    }

    private AuthenticatedPeer signed(
            Identity identity,
            List<Payload.Certificate> certificates,
            Payload.Authentication auth,
            AuthenticationData octets)
            throws Refused, NotAuthentic {
        CertificateTrust trust = credentials
                .trust()
                .orElseThrow(() -> failed("a certificate of " + identity + ", and none is trusted here"));
        return switch (Certificates.check(identity, certificates, trust, wallClock.instant())) {
            case CertificateCheck.Invalid invalid -> throw failed(identity + ": " + invalid.detail());
            case CertificateCheck.Valid(X509Certificate endEntity) -> {
                octets.verifySignature(endEntity.getPublicKey(), auth);
                yield new AuthenticatedPeer(identity, Optional.of(endEntity));
            }
        };
    }

    private static Octets encoded(X509Certificate certificate) {
        try {
            return Octets.of(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("own certificate does not encode", e);
        }
    }

    private static Refused failed(String detail) {
        return new Refused(Ikev2.AUTHENTICATION_FAILED, detail);
    }
}
