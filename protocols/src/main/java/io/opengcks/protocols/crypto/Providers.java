package io.opengcks.protocols.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import org.bouncycastle.jcajce.interfaces.EdDSAKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Which JCA provider serves what, in one place. AES, HMAC, hashes and HKDF come from the JDK; public-key work from the Amazon
 * Corretto Crypto Provider where its native library loads, else from Bouncy Castle. No provider is registered globally.
 */
public final class Providers {
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    private static final Provider PUBLIC_KEY = publicKeyProvider();

    private Providers() {}

    /** Symmetric ciphers and key wrap. */
    public static Cipher cipher(String transformation) throws GeneralSecurityException {
        return Cipher.getInstance(transformation, "SunJCE");
    }

    /** HMAC. */
    public static Mac mac(String algorithm) throws GeneralSecurityException {
        return Mac.getInstance(algorithm, "SunJCE");
    }

    /** Hashes. */
    public static MessageDigest digest(String algorithm) throws GeneralSecurityException {
        return MessageDigest.getInstance(algorithm, "SUN");
    }

    /** HKDF (RFC 5869). */
    public static KDF kdf(String algorithm) throws GeneralSecurityException {
        return KDF.getInstance(algorithm, "SunJCE");
    }

    /** Signatures; the fast provider where it has the algorithm. */
    public static Signature signature(String algorithm) throws GeneralSecurityException {
        return Signature.getInstance(algorithm, serving("Signature", algorithm));
    }

    /** Keys of public-key algorithms from their encodings. */
    public static KeyFactory keyFactory(String algorithm) throws GeneralSecurityException {
        if (algorithm.equals("Ed25519") && !bouncyCastleServes("Signature", algorithm)) {
            return KeyFactory.getInstance(algorithm, "SunEC"); // the fast provider signs with the JDK's keys
        }
        return KeyFactory.getInstance(algorithm, serving("KeyFactory", algorithm));
    }

    /** New key pairs. */
    public static KeyPairGenerator keyPairGenerator(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm, serving("KeyPairGenerator", algorithm));
    }

    /** Key agreement. */
    public static KeyAgreement keyAgreement(String algorithm) throws GeneralSecurityException {
        return KeyAgreement.getInstance(algorithm, serving("KeyAgreement", algorithm));
    }

    /** Bouncy Castle, for what only it has: ASN.1, X.509, CMS. */
    public static Provider bouncyCastle() {
        return BOUNCY_CASTLE;
    }

    /** Name and version of the provider that does the public-key work, for logs and {@code gcks crypto}. */
    public static String publicKey() {
        return PUBLIC_KEY.getName() + " " + PUBLIC_KEY.getVersionStr();
    }

    /** True where {@code key} is of the kind that {@link #signature} takes for Ed25519: Bouncy Castle takes only its own. */
    static boolean takesEdKey(Key key) {
        return bouncyCastleServes("Signature", "Ed25519") == (key instanceof EdDSAKey);
    }

    private static boolean bouncyCastleServes(String service, String algorithm) {
        return serving(service, algorithm).getName().equals(BOUNCY_CASTLE.getName());
    }

    private static Provider serving(String service, String algorithm) {
        return PUBLIC_KEY.getService(service, algorithm) == null ? BOUNCY_CASTLE : PUBLIC_KEY;
    }

    /** By reflection: the provider has builds for a few platforms only, and none is needed to compile. */
    private static Provider publicKeyProvider() {
        String name = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
        try {
            Provider provider =
                    (Provider) Class.forName(name).getField("INSTANCE").get(null);
            Object failure = provider.getClass().getMethod("getLoadingError").invoke(provider);
            return failure == null ? provider : BOUNCY_CASTLE;
        } catch (ReflectiveOperationException | LinkageError | ClassCastException _) {
            return BOUNCY_CASTLE;
        }
    }
}
