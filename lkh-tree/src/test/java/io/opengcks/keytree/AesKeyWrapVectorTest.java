package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published vectors only. */
class AesKeyWrapVectorTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            RFC 3394 §4.1, KW, 000102030405060708090a0b0c0d0e0f, 00112233445566778899aabbccddeeff, 1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5
            RFC 3394 §4.6, KW, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f, 28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21
            RFC 5649 §6 20 octets, KWP, 5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8, c37b7e6492584340bed12207808941155068f738, 138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a
            RFC 5649 §6 7 octets, KWP, 5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8, 466f7250617369, afbeb0f07dfbf5419200f2ccb50bb24f
            """)
    void agreesWithThePublishedVector(String section, AesKeyWrap wrap, String wrapping, String key, String wrapped) {
        byte[] kek = HexFormat.of().parseHex(wrapping);
        byte[] octets = HexFormat.of().parseHex(wrapped);
        assertThat(wrap.wrap(kek, HexFormat.of().parseHex(key))).isEqualTo(octets);
        assertThat(wrap.unwrap(kek, octets)).hasValue(HexFormat.of().parseHex(key));
        for (int bit = 0; bit < octets.length * 8; bit++) {
            byte[] forged = octets.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(wrap.unwrap(kek, forged)).isEmpty();
        }
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        for (AesKeyWrap wrap : AesKeyWrap.values()) {
            for (int length = 0; length < 24; length++) {
                assertThat(wrap.unwrap(new byte[16], new byte[length])).isEmpty();
            }
            assertThatIllegalArgumentException().isThrownBy(() -> wrap.wrap(new byte[5], new byte[16]));
            assertThatIllegalArgumentException().isThrownBy(() -> wrap.unwrap(new byte[5], new byte[24]));
        }
    }
}
