package io.opengcks.protocols.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyExchangeTest {
    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @EnumSource
    void bothSidesGetTheSameSecret(KeyExchangeMethod method) throws Exception {
        KeyExchange initiator = KeyExchange.generate(method, random);
        KeyExchange responder = KeyExchange.generate(method, random);
        byte[] public1 = initiator.publicValue();
        byte[] public2 = responder.publicValue();

        Secret one = initiator.agree(public2);
        assertThat(one.sameAs(responder.agree(public1))).isTrue();
        assertThat(one.length()).isEqualTo(method.sharedBytes());
        assertThat(public1).hasSize(method.publicBytes()).isNotEqualTo(public2);
        assertThat(KeyExchangeMethod.ofTransformId(method.transformId())).contains(method);
    }

    @ParameterizedTest
    @EnumSource
    void aPublicValueOfAnotherLengthIsRefused(KeyExchangeMethod method) {
        for (int length : new int[] {0, 1, method.publicBytes() - 1, method.publicBytes() + 1}) {
            refuses(method, new byte[length]);
        }
    }

    /** RFC 7748 §6.1: points of small order, also in their non-canonical forms, give zero. */
    @Test
    void pointsOfSmallOrderAreRefused() {
        for (String point : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        }) {
            refuses(KeyExchangeMethod.X25519, HexFormat.of().parseHex(point));
        }
    }

    @Test
    void pointsOffTheCurveAreRefused() {
        for (KeyExchangeMethod method :
                new KeyExchangeMethod[] {KeyExchangeMethod.ECP_256, KeyExchangeMethod.ECP_384}) {
            byte[] value = KeyExchange.generate(method, random).publicValue();
            value[value.length - 1] ^= 1;
            refuses(method, value);
            refuses(method, new byte[method.publicBytes()]);
            byte[] tooLarge = value.clone();
            Arrays.fill(tooLarge, (byte) 0xff);
            refuses(method, tooLarge);
        }
    }

    /** RFC 6989 §2.1: 1 < y < p - 1. */
    @Test
    void modpValuesAtTheEdgeAreRefused() {
        BigInteger p = DHStandardGroups.rfc3526_2048.getP();
        for (BigInteger y :
                new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, p.subtract(BigInteger.ONE), p, p.add(BigInteger.ONE)
                }) {
            refuses(KeyExchangeMethod.MODP_2048, fixed(y, 256));
        }
    }

    @Test
    void theModpPrimesAreThoseOfRfc3526() {
        // RFC 3526 §3: 2^2048 - 2^1984 - 1 + 2^64 * ([2^1918 pi] + 124476): first and last 64 bits are ones.
        assertThat(DHStandardGroups.rfc3526_2048.getP().bitLength()).isEqualTo(2048);
        assertThat(DHStandardGroups.rfc3526_2048.getP().toString(16))
                .startsWith("ffffffffffffffffc90fdaa22168c234")
                .endsWith("15728e5a8aacaa68ffffffffffffffff");
        assertThat(DHStandardGroups.rfc3526_3072.getP().toString(16)).endsWith("4b82d120a93ad2caffffffffffffffff");
        assertThat(DHStandardGroups.rfc3526_4096.getP().toString(16)).endsWith("4df435c934063199ffffffffffffffff");
    }

    /** RFC 7748 §6.1, with Alice's private key handed out by a source of "random" octets. */
    @Test
    void agreesWithThePublishedVectorForX25519() throws Exception {
        KeyExchange exchange = KeyExchange.generate(
                KeyExchangeMethod.X25519,
                new FixedRandom("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        byte[] bob = HexFormat.of().parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

        assertThat(HexFormat.of().formatHex(exchange.publicValue()))
                .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(HexFormat.of().formatHex(exchange.agree(bob).copy()))
                .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }

    private void refuses(KeyExchangeMethod method, byte[] value) {
        KeyExchange exchange = KeyExchange.generate(method, random);
        assertThatThrownBy(() -> exchange.agree(value)).isInstanceOf(MalformedMessage.class);
    }

    private static byte[] fixed(BigInteger number, int length) {
        byte[] octets = new byte[length];
        byte[] raw = number.toByteArray();
        int copied = Math.min(raw.length, length);
        System.arraycopy(raw, raw.length - copied, octets, length - copied, copied);
        return octets;
    }

    private static final class FixedRandom extends SecureRandom {
        private final byte[] octets;

        FixedRandom(String hex) {
            this.octets = HexFormat.of().parseHex(hex);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(octets, 0, bytes, 0, bytes.length);
        }
    }
}
