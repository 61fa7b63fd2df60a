package io.opengcks.protocols.ikev2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.protocols.gsa.Octets;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.7", 848);
    private static final Octets NONCE = Octets.ofHex("00112233445566778899aabbccddeeff");

    private final Cookies cookies = new Cookies(new SecureRandom());

    @Test
    void isGoodForWhomItWasMadeAndForNobodyElse() {
        Octets cookie = cookies.make(PEER, 7, NONCE, 0);

        assertThat(cookies.accepts(cookie, PEER, 7, NONCE, 0)).isTrue();
        assertThat(cookies.accepts(cookie, PEER, 8, NONCE, 0)).isFalse();
        assertThat(cookies.accepts(cookie, PEER, 7, Octets.ofHex(NONCE + "00"), 0))
                .isFalse();
        assertThat(cookies.accepts(cookie, new InetSocketAddress("192.0.2.7", 849), 7, NONCE, 0))
                .isFalse();
        assertThat(cookies.accepts(cookie, new InetSocketAddress("192.0.2.8", 848), 7, NONCE, 0))
                .isFalse();
        assertThat(new Cookies(new SecureRandom()).accepts(cookie, PEER, 7, NONCE, 0))
                .isFalse();
    }

    @Test
    void everyCookieIsGoodForOneMoreLifetimeOfTheSecretAndNotForever() {
        List<Long> refused = new ArrayList<>();
        for (long madeAt = 0; madeAt < 200; madeAt++) {
            Cookies fresh = new Cookies(new SecureRandom());
            fresh.make(PEER, 1, NONCE, 0);
            for (long now = 0; now < madeAt; now += 7) {
                fresh.make(PEER, 1, NONCE, now * SECOND); // somebody always asks
            }
            Octets cookie = fresh.make(PEER, 7, NONCE, madeAt * SECOND);
            if (!fresh.accepts(cookie, PEER, 7, NONCE, (madeAt + 59) * SECOND)) {
                refused.add(madeAt);
            }
            fresh.make(PEER, 7, NONCE, (madeAt + 60) * SECOND);
            assertThat(fresh.accepts(cookie, PEER, 7, NONCE, (madeAt + 121) * SECOND))
                    .isFalse();
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void isForgottenAfterALongSilence() {
        Octets cookie = cookies.make(PEER, 7, NONCE, 0);

        assertThat(cookies.accepts(cookie, PEER, 7, NONCE, 121 * SECOND)).isFalse();
    }

    @Test
    void whatIsNoCookieIsRefused() {
        for (int length = 1; length <= 64; length++) {
            assertThat(cookies.accepts(Octets.of(new byte[length]), PEER, 7, NONCE, 0))
                    .isFalse();
        }
    }
}
