package io.opengcks.protocols.crypto;

import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * One side of one ephemeral key exchange: made for one exchange and used once, so that no private value is ever reused
 * (RFC 6989 §2).
 */
public final class KeyExchange {
    /** Parameters of the curves and groups, looked up once. */
    private static final ECParameterSpec P_256 = curve("secp256r1");

    private static final ECParameterSpec P_384 = curve("secp384r1");

    private final KeyExchangeMethod method;
    private final byte[] publicValue;
    private final Agreement agreement;

    /** The private half: takes a checked public value apart from its wire form. */
    @FunctionalInterface
    private interface Agreement {
        byte[] with(byte[] peerValue) throws GeneralSecurityException, MalformedMessage;
    }

    private KeyExchange(KeyExchangeMethod method, byte[] publicValue, Agreement agreement) {
        this.method = method;
        this.publicValue = publicValue;
        this.agreement = agreement;
    }

    /** Draws a private value. */
    public static KeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        try {
            return switch (method) {
                case X25519 -> x25519(random);
                case ECP_256 -> ecp(method, P_256, random);
                case ECP_384 -> ecp(method, P_384, random);
                // Exponents have twice the strength of the group and some more (RFC 3526 §8).
                case MODP_2048 -> modp(method, DHStandardGroups.rfc3526_2048, 320, random);
                case MODP_3072 -> modp(method, DHStandardGroups.rfc3526_3072, 420, random);
                case MODP_4096 -> modp(method, DHStandardGroups.rfc3526_4096, 480, random);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no provider for " + method, e);
        }
    }

    public KeyExchangeMethod method() {
        return method;
    }

    /** Key Exchange Data to send: {@code method().publicBytes()} octets, a copy. */
    public byte[] publicValue() {
        return publicValue.clone();
    }

    /**
     * The shared secret g^ir (RFC 7296 §2.14; for curves its x coordinate, RFC 5903 §7).
     *
     * @param peerValue Key Exchange Data straight from the wire
     * @return {@code method().sharedBytes()} octets; the caller destroys it
     * @throws MalformedMessage if the value fails the recipient tests (RFC 6989 §2, RFC 7748 §6.1); it says which
     */
    public Secret agree(byte[] peerValue) throws MalformedMessage {
        if (peerValue.length != method.publicBytes()) {
            throw new MalformedMessage(
                    method + " takes a public value of " + method.publicBytes() + " octets, not " + peerValue.length);
        }
        byte[] shared;
        try {
            shared = agreement.with(peerValue);
        } catch (GeneralSecurityException | RuntimeException _) {
            throw new MalformedMessage("the public value was refused");
        }
        byte[] fixed = padded(shared, method.sharedBytes());
        if (shared.length != method.sharedBytes()) {
            Arrays.fill(shared, (byte) 0);
        }
        return Secret.adopt(fixed);
    }

    private static KeyExchange x25519(SecureRandom random) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        byte[] point = new byte[X25519.POINT_SIZE];
        X25519.generatePrivateKey(random, scalar);
        X25519.generatePublicKey(scalar, 0, point, 0);
        return new KeyExchange(KeyExchangeMethod.X25519, point, peer -> {
            byte[] shared = new byte[X25519.POINT_SIZE];
            // False where the result is all zero: the peer sent a point of small order (RFC 7748 §6.1).
            boolean contributed = X25519.calculateAgreement(scalar, 0, peer, 0, shared, 0);
            if (!contributed) {
                throw new MalformedMessage("an X25519 point of small order");
            }
            return shared;
        });
    }

    private static KeyExchange ecp(KeyExchangeMethod method, ECParameterSpec curve, SecureRandom random)
            throws GeneralSecurityException {
        KeyPairGenerator generator = Providers.keyPairGenerator("EC");
        generator.initialize(
                method == KeyExchangeMethod.ECP_256
                        ? new ECGenParameterSpec("secp256r1")
                        : new ECGenParameterSpec("secp384r1"),
                random);
        KeyPair pair = generator.generateKeyPair();
        ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
        int half = method.publicBytes() / 2;
        byte[] value = new byte[2 * half];
        System.arraycopy(padded(point.getAffineX().toByteArray(), half), 0, value, 0, half);
        System.arraycopy(padded(point.getAffineY().toByteArray(), half), 0, value, half, half);
        return new KeyExchange(method, value, peer -> {
            ECPoint theirs = new ECPoint(
                    new BigInteger(1, Arrays.copyOf(peer, half)),
                    new BigInteger(1, Arrays.copyOfRange(peer, half, 2 * half)));
            onCurve(theirs, curve);
            PublicKey key = Providers.keyFactory("EC").generatePublic(new ECPublicKeySpec(theirs, curve));
            return agree(Providers.keyAgreement("ECDH"), pair.getPrivate(), key);
        });
    }

    private static KeyExchange modp(KeyExchangeMethod method, DHParameters group, int exponentBits, SecureRandom random)
            throws GeneralSecurityException {
        BigInteger prime = group.getP();
        KeyPairGenerator generator = Providers.keyPairGenerator("DH");
        AlgorithmParameterSpec parameters = new DHParameterSpec(prime, group.getG(), exponentBits);
        generator.initialize(parameters, random);
        KeyPair pair = generator.generateKeyPair();
        byte[] value = padded(((DHPublicKey) pair.getPublic()).getY().toByteArray(), method.publicBytes());
        return new KeyExchange(method, value, peer -> {
            BigInteger theirs = new BigInteger(1, peer);
            if (theirs.compareTo(BigInteger.ONE) <= 0 || theirs.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
                throw new MalformedMessage("a MODP public value outside 1 < y < p - 1");
            }
            PublicKey key = Providers.keyFactory("DH").generatePublic(new DHPublicKeySpec(theirs, prime, group.getG()));
            return agree(Providers.keyAgreement("DH"), pair.getPrivate(), key);
        });
    }

    private static byte[] agree(KeyAgreement agreement, PrivateKey own, PublicKey theirs) throws InvalidKeyException {
        agreement.init(own);
        agreement.doPhase(theirs, true);
        return agreement.generateSecret();
    }

    /** y² = x³ + ax + b mod p, with 0 <= x, y < p (RFC 6989 §2.3). */
    private static void onCurve(ECPoint point, ECParameterSpec parameters) throws MalformedMessage {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.multiply(x)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB())
                .mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.multiply(y).mod(p).equals(right)) {
            throw new MalformedMessage("the point is not on the curve");
        }
    }

    private static ECParameterSpec curve(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", "SunEC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no curve " + name, e);
        }
    }

    /** {@code number}, big-endian with or without leading zeros, in exactly {@code length} octets. */
    private static byte[] padded(byte[] number, int length) {
        if (number.length == length) {
            return number;
        }
        byte[] fixed = new byte[length];
        int copied = Math.min(number.length, length);
        System.arraycopy(number, number.length - copied, fixed, length - copied, copied);
        return fixed;
    }
}
