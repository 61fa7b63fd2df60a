package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The AUTH payload of GSA_AUTH and IKE_AUTH (RFC 7296 §2.15): with a shared key, and with a digital signature (RFC 7427).
 *
 * @param message the first message of the side that authenticates: IKE_SA_INIT request or response, the latest version
 * @param nonce   the other side's nonce
 * @param maced   prf(SK_p, ID payload without its generic header) of the side that authenticates
 */
public record AuthenticationData(byte[] message, byte[] nonce, byte[] maced) {
    private static final byte[] KEY_PAD = "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII);

    /**
     * The octets that are authenticated.
     *
     * @param idKey SK_pi of the initiator, SK_pr of the responder
     */
    public static AuthenticationData of(
            Prf prf, Secret idKey, byte[] message, byte[] nonce, Payload.Identification id) {
        byte[] rest = ByteBuffer.allocate(4 + id.data().length())
                .put((byte) id.idType())
                .put(new byte[3])
                .put(id.data().toArray())
                .array();
        return new AuthenticationData(message, nonce, prf.compute(idKey, rest));
    }

    /** AUTH with a shared key. */
    public Payload.Authentication sharedKey(Prf prf, Secret psk) {
        return new Payload.Authentication(Ikev2.AUTH_SHARED_KEY, Octets.of(mac(prf, psk)));
    }

    /** Verifies AUTH with a shared key, in constant time. */
    public void verifySharedKey(Prf prf, Secret psk, Payload.Authentication auth) throws NotAuthentic {
        if (auth.method() != Ikev2.AUTH_SHARED_KEY) {
            throw new NotAuthentic("authentication method " + auth.method() + " where a shared key is configured");
        }
        if (!MessageDigest.isEqual(mac(prf, psk), auth.data().toArray())) {
            throw new NotAuthentic("the shared key does not fit");
        }
    }

    /** AUTH with a digital signature: ASN.1 Length | AlgorithmIdentifier | signature (RFC 7427 §3). */
    public Payload.Authentication signature(SignatureAlgorithm algorithm, PrivateKey key) {
        byte[] identifier = algorithm.identifier().toArray();
        byte[] signature = algorithm.sign(key, message, nonce, maced);
        return new Payload.Authentication(
                Ikev2.AUTH_DIGITAL_SIGNATURE,
                Octets.of(ByteBuffer.allocate(1 + identifier.length + signature.length)
                        .put((byte) identifier.length)
                        .put(identifier)
                        .put(signature)
                        .array()));
    }

    /** Verifies AUTH with a digital signature; the algorithm must fit the key. */
    public void verifySignature(PublicKey key, Payload.Authentication auth) throws NotAuthentic {
        byte[] data = auth.data().toArray();
        if (auth.method() != Ikev2.AUTH_DIGITAL_SIGNATURE) {
            throw new NotAuthentic("authentication method " + auth.method() + " where a signature is expected");
        }
        int identifierEnd = data.length == 0 ? 0 : 1 + (data[0] & 0xff);
        if (identifierEnd == 0 || identifierEnd >= data.length) {
            throw new NotAuthentic("no AlgorithmIdentifier and signature in AUTH");
        }
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(Octets.of(Arrays.copyOfRange(data, 1, identifierEnd)))
                .filter(candidate -> candidate.fits(key))
                .orElseThrow(() -> new NotAuthentic("a signature algorithm that is unknown or does not fit the key"));
        algorithm.verify(key, Arrays.copyOfRange(data, identifierEnd, data.length), message, nonce, maced);
    }

    /**
     * The algorithm to sign with: it fits the key, and the peer has its hash (RFC 7427 §4, RFC 8420).
     *
     * @param peerHashes what the peer listed in SIGNATURE_HASH_ALGORITHMS; empty: it knows no such signatures
     */
    public static Optional<SignatureAlgorithm> algorithm(PublicKey key, Set<Integer> peerHashes) {
        return Arrays.stream(SignatureAlgorithm.values())
                .filter(algorithm -> algorithm.fits(key) && peerHashes.contains(algorithm.hashId()))
                .findFirst();
    }

    private byte[] mac(Prf prf, Secret psk) {
        byte[] padded = prf.compute(psk, KEY_PAD);
        Secret key = Secret.adopt(padded);
        byte[] mac = prf.compute(key, message, nonce, maced);
        key.destroy();
        return mac;
    }
}
