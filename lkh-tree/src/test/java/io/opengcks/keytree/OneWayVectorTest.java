package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Values that Python's hmac module computed: a member of another make must find the same keys. */
class OneWayVectorTest {
    private final OneWay oneWay = new OneWay();

    private static byte[] counting(int octets) {
        byte[] secret = new byte[octets];
        for (int i = 0; i < octets; i++) {
            secret[i] = (byte) i;
        }
        return secret;
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    @Test
    void agreesWithPython() {
        assertThat(hex(oneWay.derive(Derivation.Kind.EVOLVED, 7, counting(16))))
                .isEqualTo("fd1f22352ca0c44a9cd730a313487c7d");
        assertThat(hex(oneWay.derive(Derivation.Kind.BLINDED, 0x8000_0001, counting(32))))
                .isEqualTo("44bdcc91024ab2f075a37978e5a68da09c912ed3d3b0f258771c3cb365e2919a");
        byte[] right = counting(32);
        for (int i = 0; i < 32; i++) {
            right[i] = (byte) (31 - i);
        }
        assertThat(hex(oneWay.combine(9, counting(32), right)))
                .isEqualTo("da5c5a6a6373f9d40221db2173d9e0a91420d480d9631a1d4b93956d87972a90");
        assertThat(hex(oneWay.wrapping(5, counting(32))))
                .isEqualTo("17ed41ce72d4ac7ea00235079772d2d9e7d3cc9954eca2ff67a9e704b663b805");
        assertThat(hex(oneWay.key(6, counting(32))))
                .isEqualTo("45cc1fa933aab8b33dca7c3b20e7ffeb52856645ec5e22c380bf701fad1f249c");
        assertThat(hex(oneWay.derive(Derivation.Kind.LIFTED, 3, counting(64))))
                .isEqualTo(
                        "2b1a9c5bada39e50ae2b86de2c4ff2f3574959a07f61a4e79f3a46fcf10058078acf146feebc4fc6f26c2b2c8e16c187e1590b2e14462808021cf2a35ff9808d");
    }
}
