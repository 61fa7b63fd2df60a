package io.opengcks.tesla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opengcks.tesla.KeyVerifier.Verdict;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Chain and verifier, against vectors that Python's standard library made (vectors/chain.py) and under loss and forgery. */
class KeyChainTest {
    private static final Prf PRF = Prf.HMAC_SHA_256;

    private static byte[] random(long seed) {
        byte[] octets = new byte[PRF.octets()];
        new SplittableRandom(seed).nextBytes(octets);
        return octets;
    }

    @ParameterizedTest(name = "{0}, interval {1}")
    @CsvFileSource(resources = "/vectors/chain.csv")
    void agreesWithPython(String hash, int interval, String key, String macKey) {
        Prf prf = Prf.valueOf(hash.replace("sha", "HMAC_SHA_"));
        byte[] last = new byte[prf.octets()];
        for (int i = 0; i < last.length; i++) {
            last[i] = (byte) i;
        }
        var chain = new KeyChain(prf, last, 10);
        assertThat(chain.key(interval)).isEqualTo(HexFormat.of().parseHex(key));
        assertThat(chain.macKey(interval)).isEqualTo(HexFormat.of().parseHex(macKey));
    }

    @Property(tries = 100)
    void anyOrderOfAskingGivesTheSameChain(
            @ForAll @IntRange(min = 1, max = 300) int last,
            @ForAll @Size(max = 20) List<@IntRange(max = 300) Integer> asked) {
        var chain = new KeyChain(PRF, random(last), last);
        assertThat(chain.key(last)).isEqualTo(random(last));
        for (int interval : asked) {
            if (interval < last) {
                assertThat(PRF.back(chain.key(interval + 1), 1)).isEqualTo(chain.key(interval));
                assertThat(PRF.back(chain.key(interval), interval)).isEqualTo(chain.commitment());
            }
        }
    }

    @Property(tries = 200)
    void whateverIsLostTheKeysThatComeInAreBelieved(
            @ForAll @Size(max = 30) List<@IntRange(max = 200) Integer> arrivals) {
        var chain = new KeyChain(PRF, random(1), 200);
        var verifier = new KeyVerifier(PRF, 0, chain.commitment(), 200);
        int newest = 0;
        for (int interval : arrivals) {
            var verdict = verifier.disclose(interval, chain.key(interval));
            assertThat(verdict).isEqualTo(interval > newest ? Verdict.AUTHENTIC : Verdict.KNOWN);
            newest = Math.max(newest, interval);
            assertThat(verifier.newest()).isEqualTo(newest);
            assertThat(verifier.macKey(interval)).isEqualTo(chain.macKey(interval));
        }
    }

    @Property(tries = 300)
    void aForgedKeyChangesNothing(
            @ForAll @IntRange(max = 50) int interval,
            @ForAll @IntRange(max = 50) int claimed,
            @ForAll @IntRange(max = 255) int bit) {
        var chain = new KeyChain(PRF, random(2), 50);
        var verifier = new KeyVerifier(PRF, 20, chain.key(20), 50);
        byte[] forged = chain.key(interval);
        if (interval == claimed) {
            forged[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(verifier.disclose(claimed, forged)).isEqualTo(Verdict.FORGED);
        assertThat(verifier.newest()).isEqualTo(20);
        assertThat(verifier.macKey(20)).isEqualTo(chain.macKey(20));
    }

    @Test
    void aKeyTooFarAwayIsNotLookedAt() {
        var chain = new KeyChain(PRF, random(3), 100);
        var verifier = new KeyVerifier(PRF, 50, chain.key(50), 10);
        assertThat(verifier.disclose(61, chain.key(61))).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.disclose(39, chain.key(39))).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.disclose(0xFFFF_FFFFL, chain.key(61))).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.newest()).isEqualTo(50);
        assertThat(verifier.disclose(60, chain.key(60))).isEqualTo(Verdict.AUTHENTIC);
        assertThat(verifier.disclose(50, chain.key(50))).isEqualTo(Verdict.KNOWN);
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.macKey(49));
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.macKey(61));
    }

    @Test
    void aKeyOfAnotherLengthIsForged() {
        var chain = new KeyChain(PRF, random(4), 10);
        var verifier = new KeyVerifier(PRF, 0, chain.commitment(), 10);
        assertThat(verifier.disclose(1, new byte[0])).isEqualTo(Verdict.FORGED);
        assertThat(verifier.disclose(1, Arrays.copyOf(chain.key(1), 33))).isEqualTo(Verdict.FORGED);
    }

    @Test
    void wrongArgumentsAreTold() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyChain(PRF, new byte[20], 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyChain(PRF, random(5), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyChain(PRF, random(5), KeyChain.MAX_LENGTH + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(PRF, 0, new byte[31], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(PRF, 0, random(5), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(PRF, -1, random(5), 1));
        var chain = new KeyChain(PRF, random(5), 10);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> chain.key(11));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> chain.key(-1));
    }

    @Test
    void aDestroyedChainGivesNoKey() {
        var chain = new KeyChain(PRF, random(6), 10);
        byte[] copy = chain.key(5);
        chain.destroy();
        assertThat(chain.isDestroyed()).isTrue();
        assertThat(copy).isNotEqualTo(new byte[32]);
        assertThatIllegalStateException().isThrownBy(() -> chain.key(5));
    }
}
