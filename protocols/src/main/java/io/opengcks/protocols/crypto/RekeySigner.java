package io.opengcks.protocols.crypto;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** The key with which a GCKS signs rekey messages, and what members need to check them (RFC 9838 §4.4.2.1.1, §4.5.3.2). */
public final class RekeySigner {
    private final SignatureAlgorithm algorithm;
    private final PrivateKey privateKey;
    private final Octets publicKey;

    private RekeySigner(SignatureAlgorithm algorithm, PrivateKey privateKey, Octets publicKey) {
        this.algorithm = algorithm;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /**
     * A new key pair.
     *
     * @param algorithm Ed25519 or ECDSA
     * @param random    source of the key
     */
    public static RekeySigner generate(SignatureAlgorithm algorithm, SecureRandom random) {
        try {
            KeyPairGenerator generator = Providers.keyPairGenerator(algorithm.keyAlgorithm());
            switch (algorithm) {
                case ED25519 -> {}
                case ECDSA_SHA256 -> generator.initialize(new ECGenParameterSpec("secp256r1"), random);
                case ECDSA_SHA384 -> generator.initialize(new ECGenParameterSpec("secp384r1"), random);
                case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 ->
                    throw new IllegalArgumentException("rekey messages are signed with Ed25519 or ECDSA");
            }
            KeyPair pair = generator.generateKeyPair();
            return new RekeySigner(
                    algorithm, pair.getPrivate(), Octets.of(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " gives no keys", e);
        }
    }

    /**
     * A key pair from the journal.
     *
     * @param pkcs8     what {@link #pkcs8()} gave
     * @param publicKey DER SubjectPublicKeyInfo
     * @throws IllegalArgumentException if the two are not a pair for {@code algorithm}
     */
    public static RekeySigner of(SignatureAlgorithm algorithm, Secret pkcs8, Octets publicKey) {
        byte[] octets = pkcs8.copy();
        try {
            PrivateKey key =
                    Providers.keyFactory(algorithm.keyAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(octets));
            algorithm.verify(algorithm.publicKey(publicKey), algorithm.sign(key, PROBE), PROBE);
            return new RekeySigner(algorithm, key, publicKey);
        } catch (GeneralSecurityException | MalformedMessage | NotAuthentic e) {
            throw new IllegalArgumentException("not a key pair for " + algorithm, e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static final byte[] PROBE = new byte[32];

    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /** What members need: AlgorithmIdentifier and SubjectPublicKeyInfo. */
    public RekeySignature signature() {
        return new RekeySignature(algorithm.identifier(), publicKey);
    }

    /** PKCS #8 PrivateKeyInfo, for the journal, which encrypts it. */
    public Secret pkcs8() {
        return Secret.adopt(privateKey.getEncoded());
    }

    /**
     * Octets of its signatures. An ECDSA signature is DER, whose length varies: here stands the one that about every second
     * signature has.
     */
    public int signatureBytes() {
        return switch (algorithm) {
            case ED25519 -> 64;
            case ECDSA_SHA256 -> 71;
            case ECDSA_SHA384 -> 103;
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> sign(PROBE).length;
        };
    }

    /** Signs the concatenation of {@code data}. */
    public byte[] sign(byte[]... data) {
        return algorithm.sign(privateKey, data);
    }

    @Override
    public String toString() {
        return "RekeySigner[" + algorithm + ", <redacted>]";
    }
}
