package io.opengcks.protocols.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureAlgorithmTest {
    private static final byte[] DATA = {1, 2, 3};

    /** The identifiers of RFC 7427, Appendix A, and RFC 8420 §3. */
    @Test
    void identifiersAreThePublishedOnes() {
        assertThat(SignatureAlgorithm.of(Octets.ofHex("300a06082a8648ce3d040302")))
                .hasValue(SignatureAlgorithm.ECDSA_SHA256);
        assertThat(SignatureAlgorithm.of(Octets.ofHex("300a06082a8648ce3d040303")))
                .hasValue(SignatureAlgorithm.ECDSA_SHA384);
        assertThat(SignatureAlgorithm.of(Octets.ofHex("300506032b6570"))).hasValue(SignatureAlgorithm.ED25519);
        assertThat(SignatureAlgorithm.of(Octets.ofHex("304606092a864886f70d01010a3039a00f300d06096086480165030402010500"
                        + "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120a303020101")))
                .hasValue(SignatureAlgorithm.RSA_PSS_SHA256);
        assertThat(SignatureAlgorithm.of(Octets.ofHex("300d06092a864886f70d01010b0500")))
                .isEmpty();
    }

    /** Keys of every provider that may have read them. */
    static Stream<Arguments> algorithmsAndKeys() throws Exception {
        Stream.Builder<Arguments> cases = Stream.builder();
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            KeyPair pair = pair(algorithm);
            KeyFactory bouncyCastle = KeyFactory.getInstance(algorithm.keyAlgorithm(), Providers.bouncyCastle());
            KeyFactory jdk = KeyFactory.getInstance(
                    algorithm.keyAlgorithm(), algorithm.keyAlgorithm().equals("RSA") ? "SunRsaSign" : "SunEC");
            for (KeyFactory factory : new KeyFactory[] {bouncyCastle, jdk}) {
                PrivateKey own = factory.generatePrivate(
                        new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
                PublicKey theirs = factory.generatePublic(
                        new X509EncodedKeySpec(pair.getPublic().getEncoded()));
                cases.add(Arguments.of(algorithm, factory.getProvider().getName(), own, theirs));
            }
        }
        return cases.build();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("algorithmsAndKeys")
    void whatIsSignedVerifiesWhoeverReadTheKeys(
            SignatureAlgorithm algorithm, String provider, PrivateKey own, PublicKey theirs) throws Exception {
        assertThat(algorithm.fits(theirs)).isTrue();
        assertThat(SignatureAlgorithm.forKey(theirs).orElseThrow().keyAlgorithm())
                .isEqualTo(algorithm.keyAlgorithm());
        byte[] signature = algorithm.sign(own, DATA, DATA);
        algorithm.verify(theirs, signature, DATA, DATA);
        algorithm.verify(algorithm.publicKey(Octets.of(theirs.getEncoded())), signature, DATA, DATA);
        assertThatThrownBy(() -> algorithm.verify(theirs, signature, DATA)).isInstanceOf(NotAuthentic.class);
        for (int i = 0; i < signature.length; i++) {
            byte[] forged = signature.clone();
            forged[i] ^= 0x40;
            assertThatThrownBy(() -> algorithm.verify(theirs, forged, DATA, DATA))
                    .isInstanceOf(NotAuthentic.class);
        }
        assertThatThrownBy(() -> algorithm.verify(theirs, new byte[0], DATA)).isInstanceOf(NotAuthentic.class);
    }

    @Test
    void aKeyForAnotherAlgorithmDoesNotFit() throws Exception {
        Octets p256 =
                Octets.of(pair(SignatureAlgorithm.ECDSA_SHA256).getPublic().getEncoded());
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            if (algorithm != SignatureAlgorithm.ECDSA_SHA256) {
                assertThatThrownBy(() -> algorithm.publicKey(p256))
                        .as("%s", algorithm)
                        .isInstanceOf(MalformedMessage.class);
            }
            assertThatThrownBy(() -> algorithm.publicKey(Octets.ofHex("3003020101")))
                    .isInstanceOf(MalformedMessage.class);
            assertThatThrownBy(() -> algorithm.publicKey(Octets.of(new byte[0])))
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ED25519", "ECDSA_SHA256", "ECDSA_SHA384"})
    void aSignerComesBackFromTheJournal(SignatureAlgorithm algorithm) throws Exception {
        RekeySigner signer = RekeySigner.generate(algorithm, new SecureRandom());
        RekeySigner again =
                RekeySigner.of(algorithm, signer.pkcs8(), signer.signature().publicKey());
        assertThat(again.signature()).isEqualTo(signer.signature());
        PublicKey key = algorithm.publicKey(signer.signature().publicKey());
        algorithm.verify(key, again.sign(DATA), DATA);
        assertThat(signer).hasToString("RekeySigner[" + algorithm + ", <redacted>]");
        RekeySigner other = RekeySigner.generate(algorithm, new SecureRandom());
        assertThatThrownBy(() -> RekeySigner.of(
                        algorithm, signer.pkcs8(), other.signature().publicKey()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static KeyPair pair(SignatureAlgorithm algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyAlgorithm());
        switch (algorithm) {
            case ECDSA_SHA256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case ECDSA_SHA384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case ED25519 -> {}
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }
}
