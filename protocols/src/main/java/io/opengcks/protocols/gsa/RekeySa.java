package io.opengcks.protocols.gsa;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import java.util.Optional;

/**
 * The Rekey SA: one-way and multicast, from the GCKS to all members (RFC 9838 §2.4.1, §4.4.2).
 * KEYMAT is GSK_e (AES key and 4 octets of salt) | GSK_w (key wrap key).
 *
 * @param spi              its 16-octet SPI
 * @param source           the GCKS, or every address
 * @param destination      one multicast address, UDP, one port
 * @param encryptionBits   128 or 256: AES-GCM with a 16-octet ICV
 * @param keyWrap          key wrap algorithm of everything wrapped on this SA
 * @param signature        how its messages are signed; empty: implicit authentication
 * @param lifetimeSeconds  seconds the SA may live from receipt on, at least 1
 * @param initialMessageId the Message ID the GCKS will use next
 * @param keymat           {@code keymatBytes(encryptionBits, keyWrap)} octets
 */
public record RekeySa(
        RekeySpi spi,
        TrafficSelector source,
        TrafficSelector destination,
        int encryptionBits,
        KeyWrapAlgorithm keyWrap,
        Optional<RekeySignature> signature,
        long lifetimeSeconds,
        long initialMessageId,
        Secret keymat) {
    public RekeySa {
        if (encryptionBits != 128 && encryptionBits != 256) {
            throw new IllegalArgumentException("AES-GCM keys have 128 or 256 bits");
        }
        if (keymat.length() != keymatBytes(encryptionBits, keyWrap)) {
            throw new IllegalArgumentException("wrong length of keys for a Rekey SA: " + keymat.length());
        }
    }

    /** Octets of KEYMAT for these algorithms. */
    public static int keymatBytes(int encryptionBits, KeyWrapAlgorithm keyWrap) {
        return encryptionBits / 8 + 4 + keyWrap.keyBytes();
    }

    /** GSK_w, the default key wrap key of this SA (RFC 9838 §3.4); the caller destroys it. */
    public Secret wrapKey() {
        return keymat.slice(encryptionBits / 8 + 4, keymat.length());
    }

    /**
     * How rekey messages are signed (RFC 9838 §4.4.2.1.1, §4.5.3.2).
     *
     * @param algorithmIdentifier DER AlgorithmIdentifier, transform attribute 18
     * @param publicKey           DER SubjectPublicKeyInfo, the AUTH_KEY attribute
     */
    public record RekeySignature(Octets algorithmIdentifier, Octets publicKey) {}
}
