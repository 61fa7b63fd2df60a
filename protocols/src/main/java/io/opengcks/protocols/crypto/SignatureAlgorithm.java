package io.opengcks.protocols.crypto;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * Signatures named by a DER AlgorithmIdentifier, as authentication method 14 (RFC 7427) and transform attribute 18 (RFC 9838
 * §4.4.2.1.1) do.
 */
public enum SignatureAlgorithm {
    /** On P-256. */
    ECDSA_SHA256("300a06082a8648ce3d040302", "SHA256withECDSA", "EC", 2, null, 256),
    /** On P-384. */
    ECDSA_SHA384("300a06082a8648ce3d040303", "SHA384withECDSA", "EC", 3, null, 384),
    /** RFC 8420: the data are signed as they are, hash "Identity". */
    ED25519("300506032b6570", "Ed25519", "Ed25519", 5, null, 255),
    /** Salt of 32 octets, MGF1 with the same hash; 2048 bits at least. */
    RSA_PSS_SHA256(pss("01", "20"), "RSASSA-PSS", "RSA", 2, "SHA-256", 2048),
    RSA_PSS_SHA384(pss("02", "30"), "RSASSA-PSS", "RSA", 3, "SHA-384", 2048),
    RSA_PSS_SHA512(pss("03", "40"), "RSASSA-PSS", "RSA", 4, "SHA-512", 2048);

    private static final int MAX_RSA_BITS = 8192;

    private final String identifier;
    private final String jcaName;
    private final String keyAlgorithm;
    private final int hashId;
    /** Hash of RSASSA-PSS, whose salt is as long as the hash; null elsewhere. */
    private final @Nullable String pssHash;

    private final int keyBits;

    SignatureAlgorithm(
            String identifier, String jcaName, String keyAlgorithm, int hashId, @Nullable String pssHash, int keyBits) {
        this.identifier = identifier;
        this.jcaName = jcaName;
        this.keyAlgorithm = keyAlgorithm;
        this.hashId = hashId;
        this.pssHash = pssHash;
        this.keyBits = keyBits;
    }

    /** DER AlgorithmIdentifier (RFC 7427, Appendix A; RFC 8420). */
    public Octets identifier() {
        return Octets.ofHex(identifier);
    }

    /** The algorithm with this identifier, compared octet for octet. */
    public static Optional<SignatureAlgorithm> of(Octets identifier) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.identifier().equals(identifier))
                .findFirst();
    }

    /** The algorithm that fits a key best: the hash as strong as the curve. Empty where we have none for it. */
    public static Optional<SignatureAlgorithm> forKey(PublicKey key) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.fits(key)).findFirst();
    }

    /** Number of its hash in SIGNATURE_HASH_ALGORITHMS (RFC 7427 §7): 2, 3, 4 for SHA-2, 5 for Identity. */
    public int hashId() {
        return hashId;
    }

    /** Name of the key's algorithm in the JCA. */
    public String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** True if {@code key} is of the right kind, on the right curve, and of a length that we take. */
    public boolean fits(PublicKey key) {
        return switch (this) {
            case ECDSA_SHA256, ECDSA_SHA384 ->
                key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == keyBits;
            case ED25519 ->
                key.getAlgorithm().equals("Ed25519")
                        || (key instanceof EdECPublicKey ed
                                && ed.getParams().getName().equals("Ed25519"));
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 ->
                key instanceof RSAPublicKey rsa
                        && rsa.getModulus().bitLength() >= keyBits
                        && rsa.getModulus().bitLength() <= MAX_RSA_BITS;
        };
    }

    /**
     * Reads a public key for this algorithm.
     *
     * @param spki DER SubjectPublicKeyInfo
     * @throws MalformedMessage if it is no key, or none that fits the algorithm
     */
    public PublicKey publicKey(Octets spki) throws MalformedMessage {
        try {
            // The JCA's parsers differ in what they throw on bad DER; this one says so in a way that can be relied on.
            SubjectPublicKeyInfo.getInstance(spki.toArray());
            PublicKey key = Providers.keyFactory(keyAlgorithm).generatePublic(new X509EncodedKeySpec(spki.toArray()));
            if (fits(key)) {
                return key;
            }
        } catch (GeneralSecurityException | RuntimeException _) {
            // falls through to the refusal
        }
        throw new MalformedMessage("not a public key for " + this);
    }

    /** Signs {@code data}. ECDSA gives a DER ECDSA-Sig-Value, whose length varies. */
    public byte[] sign(PrivateKey key, byte[]... data) {
        try {
            Signature signature = signature();
            signature.initSign(own(key));
            for (byte[] part : data) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(this + " does not sign", e);
        }
    }

    /**
     * Verifies a signature.
     *
     * @throws NotAuthentic if it does not fit, for whatever reason
     */
    public void verify(PublicKey key, byte[] signed, byte[]... data) throws NotAuthentic {
        boolean fits = false;
        try {
            Signature signature = signature();
            signature.initVerify(own(key));
            for (byte[] part : data) {
                signature.update(part);
            }
            fits = signature.verify(signed);
        } catch (GeneralSecurityException | RuntimeException _) {
            // A provider may choke on forged octets in its own way: all of them mean no.
        }
        if (!fits) {
            throw new NotAuthentic("the signature does not fit");
        }
    }

    /** The key as the provider that signs takes it, whichever provider read it. */
    private PrivateKey own(PrivateKey key) throws GeneralSecurityException {
        if (this != ED25519 || Providers.takesEdKey(key)) {
            return key;
        }
        byte[] encoded = key.getEncoded();
        try {
            return Providers.keyFactory(keyAlgorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private PublicKey own(PublicKey key) throws GeneralSecurityException {
        if (this == ED25519 && !Providers.takesEdKey(key)) {
            return Providers.keyFactory(keyAlgorithm).generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        }
        if (key instanceof RSAPublicKey rsa && !key.getAlgorithm().equals(keyAlgorithm)) {
            // A certificate may name its key id-RSASSA-PSS, which not every provider takes.
            return Providers.keyFactory(keyAlgorithm)
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        return key;
    }

    private Signature signature() throws GeneralSecurityException {
        Signature signature = Providers.signature(jcaName);
        if (pssHash != null) {
            int saltBytes = Providers.digest(pssHash).getDigestLength();
            signature.setParameter(new PSSParameterSpec(pssHash, "MGF1", new MGF1ParameterSpec(pssHash), saltBytes, 1));
        }
        return signature;
    }

    /** RSASSA-PSS with all parameters given (RFC 7427, Appendix A.4.3); trailerField 1 encoded as there. */
    private static String pss(String sha2, String saltBytes) {
        String hash = "300d06096086480165030402" + sha2 + "0500";
        return "304606092a864886f70d01010a3039a00f" + hash + "a11c301a06092a864886f70d010108" + hash + "a2030201"
                + saltBytes + "a303020101";
    }
}
