package io.opengcks.tesla;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signatures by the JDK's own providers. Who has faster ones implements {@link Signer} and {@link SignatureCheck}. */
public enum Signatures {
    /** Edwards25519 (RFC 8032), 64 octets. */
    ED25519("Ed25519", "SunEC"),
    /** ECDSA over P-256 with SHA-256, r ‖ s, 64 octets. */
    ECDSA_P256("SHA256withECDSAinP1363Format", "SunEC"),
    /** RSASSA-PKCS1-v1_5 with SHA-256, the default of RFC 5776. */
    RSA_PKCS1("SHA256withRSA", "SunRsaSign"),
    /** RSASSA-PSS with SHA-256 and a salt of 32 octets. */
    RSA_PSS("RSASSA-PSS", "SunRsaSign");

    private final String algorithm;
    private final String provider;

    Signatures(String algorithm, String provider) {
        this.algorithm = algorithm;
        this.provider = provider;
    }

    /** Signs with a key. */
    public Signer signer(PrivateKey key) {
        return octets -> {
            try {
                Signature signature = make();
                signature.initSign(key);
                signature.update(octets);
                return signature.sign();
            } catch (GeneralSecurityException refused) {
                throw new IllegalStateException("the key does not sign with " + algorithm, refused);
            }
        };
    }

    /** Checks with a key. */
    public SignatureCheck check(PublicKey key) {
        return (octets, candidate) -> {
            try {
                Signature signature = make();
                signature.initVerify(key);
                signature.update(octets);
                return signature.verify(candidate);
            } catch (SignatureException unreadable) {
                return false;
            } catch (GeneralSecurityException refused) {
                throw new IllegalStateException("the key does not check " + algorithm, refused);
            }
        };
    }

    private Signature make() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm, provider);
        if (this == RSA_PSS) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return signature;
    }
}
