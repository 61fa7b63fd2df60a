package io.opengcks.protocols.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published vectors only (RFC 5649 §6): no expected value here was ever printed by the code under test. */
class KeyWrapVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Secret KEK = Secret.adopt(HEX.parseHex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"));

    @ParameterizedTest
    @CsvSource(textBlock = """
        c37b7e6492584340bed12207808941155068f738, 138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a
        466f7250617369, afbeb0f07dfbf5419200f2ccb50bb24f
        """)
    void agreesWithThePublishedVector(String key, String wrapped) throws Exception {
        Secret secret = Secret.adopt(HEX.parseHex(key));
        byte[] octets = HEX.parseHex(wrapped);
        assertThat(KeyWrap.wrap(KEK, secret)).isEqualTo(octets);
        assertThat(KeyWrap.wrappedBytes(secret.length())).isEqualTo(octets.length);
        assertThat(KeyWrap.unwrap(KEK, octets).sameAs(secret)).isTrue();
        for (int bit = 0; bit < octets.length * 8; bit++) {
            byte[] forged = octets.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> KeyWrap.unwrap(KEK, forged)).isInstanceOf(NotAuthentic.class);
        }
    }

    /** RFC 9838 §4.4.2.1.2: an algorithm has to take up to 256 octets. */
    @ParameterizedTest
    @CsvSource({"1", "8", "68", "256"})
    void anyLengthComesBack(int length) throws Exception {
        Secret secret = Secret.adopt(new byte[length]);
        byte[] wrapped = KeyWrap.wrap(KEK, secret);
        assertThat(wrapped).hasSize(KeyWrap.wrappedBytes(length));
        assertThat(KeyWrap.unwrap(KEK, wrapped).sameAs(secret)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "8", "15", "17", "272", "65528"})
    void aLengthThatCannotBeIsRefused(int length) {
        assertThatThrownBy(() -> KeyWrap.unwrap(KEK, new byte[length])).isInstanceOf(NotAuthentic.class);
    }
}
