package io.opengcks.protocols.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Published vectors (RFC 4231 §4.2, RFC 5869 Appendix A.1), and prf+ against its definition. */
class PrfTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "HMAC_SHA2_256, b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "HMAC_SHA2_384, afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
        "HMAC_SHA2_512, 87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4"
                + "be9d914eeb61f1702e696c203a126854"
    })
    void agreesWithThePublishedVector(Prf prf, String expected) {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);
        byte[] hi = "Hi ".getBytes(StandardCharsets.US_ASCII);
        byte[] there = "There".getBytes(StandardCharsets.US_ASCII);
        assertThat(prf.compute(Secret.adopt(key), hi, there)).isEqualTo(HEX.parseHex(expected));
    }

    /** RFC 7296 §2.13: T1 = prf(K, S | 1), Tn = prf(K, Tn-1 | S | n). */
    @ParameterizedTest
    @EnumSource
    void prfPlusIsWhatItsDefinitionSays(Prf prf) {
        Secret key = Secret.adopt(new byte[] {1, 2, 3});
        byte[] seed = {9, 9};
        byte[] first = prf.compute(key, seed, new byte[] {1});
        byte[] second = prf.compute(key, first, seed, new byte[] {2});
        byte[] third = prf.compute(key, second, seed, new byte[] {3});
        int block = prf.keyBytes();
        byte[] all = prf.expand(key, seed, 2 * block + 5).copy();
        assertThat(Arrays.copyOf(all, block)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(all, block, 2 * block)).isEqualTo(second);
        assertThat(Arrays.copyOfRange(all, 2 * block, all.length)).isEqualTo(Arrays.copyOf(third, 5));
        assertThat(prf.expand(key, seed, 255 * block).length()).isEqualTo(255 * block);
        assertThatThrownBy(() -> prf.expand(key, seed, 255 * block + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hkdfAgreesWithThePublishedVector() {
        byte[] ikm = new byte[22];
        Arrays.fill(ikm, (byte) 0x0b);
        Secret okm = Hkdf.derive(
                Secret.adopt(ikm),
                HEX.parseHex("000102030405060708090a0b0c"),
                HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
                42);
        assertThat(okm.copy())
                .isEqualTo(HEX.parseHex(
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void labelsKeepKeysApart() {
        Secret secret = Secret.adopt(new byte[32]);
        assertThat(Hkdf.derive(secret, "a", 32).sameAs(Hkdf.derive(secret, "b", 32)))
                .isFalse();
    }
}
