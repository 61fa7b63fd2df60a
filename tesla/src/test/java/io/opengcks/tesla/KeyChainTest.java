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

    private static KeyChain chain(long seed, long length) {
        return KeyChain.generate(Scheme.DEFAULT, random(seed), length);
    }

    private static byte[] key(KeyChain chain, long interval) {
        chain.advanceTo(interval);
        return chain.key();
    }

    /** All keys of a chain the slow way, [0] being the commitment and [i + 1] the key of interval i. */
    private static byte[][] slowly(Scheme scheme, byte[] last, int length) {
        var oneWay = new OneWay(scheme);
        var keys = new byte[length + 1][];
        keys[length] = last;
        for (int i = length - 1; i >= 0; i--) {
            keys[i] = oneWay.back(keys[i + 1]);
        }
        return keys;
    }

    private static byte[] last(Scheme scheme) {
        byte[] last = new byte[scheme.keyOctets()];
        for (int i = 0; i < last.length; i++) {
            last[i] = (byte) i;
        }
        return last;
    }

    @ParameterizedTest(name = "{0}, interval {1}")
    @CsvFileSource(resources = "/vectors/chain.csv")
    void agreesWithPython(String hash, int interval, String key, String macKey) {
        Scheme scheme = Scheme.rfc5776(Prf.valueOf(hash.replace("sha", "HMAC_SHA_")));
        var chain = KeyChain.generate(scheme, last(scheme), 11);
        assertThat(key(chain, interval)).isEqualTo(HexFormat.of().parseHex(key));
        assertThat(new OneWay(scheme).macKey(chain.key(), 0))
                .isEqualTo(HexFormat.of().parseHex(macKey));
    }

    @Test
    void aCutKeyIsTheBeginningOfTheWholeOne() {
        var scheme = new Scheme(Prf.HMAC_SHA_256, 20, 24, Prf.HMAC_SHA_256, 16);
        byte[] key = new byte[20];
        assertThat(new OneWay(scheme).back(key)).isEqualTo(Arrays.copyOf(new OneWay(Scheme.DEFAULT).back(key), 20));
        assertThat(new OneWay(scheme).macKey(key, 0))
                .isEqualTo(Arrays.copyOf(new OneWay(Scheme.DEFAULT).macKey(key, 0), 24));
        assertThat(new OneWay(scheme).macKey(key, 1)).isNotEqualTo(new OneWay(scheme).macKey(key, 0));
    }

    @Test
    void registryNumbersAreThoseOfTheRegistry() throws MalformedTesla {
        assertThat(Prf.ofCode(0)).isEqualTo(Prf.HMAC_SHA_1);
        assertThat(Prf.ofCode(2)).isEqualTo(Prf.HMAC_SHA_256);
        assertThat(Prf.ofCode(4)).isEqualTo(Prf.HMAC_SHA_512);
        assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> Prf.ofCode(5));
    }

    @Property(tries = 100)
    void anyLengthIsWalkedWithLogarithmicMemoryAndSteps(@ForAll @IntRange(min = 1, max = 700) int length) {
        byte[][] keys = slowly(Scheme.DEFAULT, random(length), length);
        var chain = chain(length, length);
        int log = Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
        assertThat(chain.applied()).isEqualTo(length);
        assertThat(chain.commitment().key()).isEqualTo(keys[0]);
        for (int interval = 0; interval < length; interval++) {
            long before = chain.applied();
            chain.advanceTo(interval);
            assertThat(chain.key()).isEqualTo(keys[interval + 1]);
            assertThat(chain.applied() - before).isLessThanOrEqualTo((log + 1) / 2);
            assertThat(chain.held()).isLessThanOrEqualTo(log + 1);
        }
    }

    @Property(tries = 200)
    void jumpsAndRestartsLeadToTheSameKeys(
            @ForAll @IntRange(min = 1, max = 2000) int length,
            @ForAll @Size(max = 8) List<@IntRange(max = 1999) Integer> jumps)
            throws MalformedTesla {
        byte[][] keys = slowly(Scheme.DEFAULT, random(length), length);
        var chain = chain(length, length);
        for (int at : jumps.stream().sorted().filter(i -> i < length).toList()) {
            chain.advanceTo(at);
            assertThat(chain.key()).isEqualTo(keys[at + 1]);
            byte[] checkpoint = chain.checkpoint();
            chain.destroy();
            chain = KeyChain.restore(checkpoint);
            assertThat(chain.applied()).isZero();
            assertThat(chain.key()).isEqualTo(keys[at + 1]);
            assertThat(chain.checkpoint()).isEqualTo(checkpoint);
        }
        for (long at = chain.interval() + 1; at < length; at++) {
            assertThat(key(chain, at)).isEqualTo(keys[(int) at + 1]);
        }
    }

    @Test
    void aLongChainStaysSmallAndItsStepsShort() throws MalformedTesla {
        var chain = chain(9, 1 << 20);
        byte[] before = chain.commitment().key();
        var oneWay = new OneWay(Scheme.DEFAULT);
        for (int interval = 0; interval < 50_000; interval++) {
            long hashes = chain.applied();
            chain.advanceTo(interval);
            assertThat(chain.applied() - hashes).isLessThanOrEqualTo(10);
            if (interval % 1000 == 0) {
                assertThat(chain.checkpoint().length).isLessThan(1024);
                chain = KeyChain.restore(chain.checkpoint());
            }
            byte[] key = chain.key();
            assertThat(oneWay.back(key)).isEqualTo(before);
            before = key;
        }
    }

    /** The schedule alone, for lengths nobody would wait for: work a step and keys held, without computing a key. */
    @Test
    void theScheduleHoldsUpToTwoToTheForty() {
        for (int level = 1; level <= 12; level++) {
            long sum = 0;
            for (long round = 1; round < 1L << level; round++) {
                sum += Pebbles.hashes(level, round);
                assertThat(Pebbles.hashesUpTo(level, round)).isEqualTo(sum);
            }
            assertThat(sum).isEqualTo((1L << level) - 1);
        }
        var random = new SplittableRandom(40);
        for (int tries = 0; tries < 20_000; tries++) {
            long length = 1L << random.nextInt(20, 41);
            long at = random.nextLong(length - 1);
            int log = Long.numberOfTrailingZeros(length);
            assertThat(Pebbles.count(length, at)).isLessThanOrEqualTo(log + 1);
            assertThat(Pebbles.hashesOfStep(length, at)).isLessThanOrEqualTo((log + 1) / 2);
        }
    }

    @Property(tries = 300)
    void aDamagedCheckpointIsRefused(
            @ForAll @IntRange(min = 1, max = 100) int length, @ForAll @IntRange(max = 9999) int where) {
        byte[] checkpoint = chain(1, length).checkpoint();
        byte[] flipped = checkpoint.clone();
        flipped[where / 8 % flipped.length] ^= (byte) (1 << where % 8);
        assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> KeyChain.restore(flipped));
        byte[] cut = Arrays.copyOf(checkpoint, where % checkpoint.length);
        assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> KeyChain.restore(cut));
    }

    @Property(tries = 200)
    void whateverIsLostTheKeysThatComeInAreBelieved(
            @ForAll @Size(max = 30) List<@IntRange(max = 200) Integer> arrivals) {
        byte[][] keys = slowly(Scheme.DEFAULT, random(1), 201);
        var oneWay = new OneWay(Scheme.DEFAULT);
        var verifier = new KeyVerifier(Scheme.DEFAULT, -1, keys[0], 201);
        int newest = -1;
        for (int interval : arrivals) {
            var verdict = verifier.disclose(interval, keys[interval + 1]);
            assertThat(verdict).isEqualTo(interval > newest ? Verdict.AUTHENTIC : Verdict.KNOWN);
            newest = Math.max(newest, interval);
            assertThat(verifier.newest()).isEqualTo(newest);
            assertThat(verifier.macKey(interval, 0)).isEqualTo(oneWay.macKey(keys[interval + 1], 0));
        }
    }

    @Property(tries = 300)
    void aForgedKeyChangesNothing(
            @ForAll @IntRange(max = 50) int interval,
            @ForAll @IntRange(max = 50) int claimed,
            @ForAll @IntRange(max = 255) int bit) {
        byte[][] keys = slowly(Scheme.DEFAULT, random(2), 51);
        var verifier = new KeyVerifier(Scheme.DEFAULT, 20, keys[21], 50);
        byte[] forged = keys[interval + 1].clone();
        if (interval == claimed) {
            forged[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(verifier.disclose(claimed, forged)).isEqualTo(Verdict.FORGED);
        assertThat(verifier.newest()).isEqualTo(20);
        assertThat(verifier.macKey(20, 0)).isEqualTo(new OneWay(Scheme.DEFAULT).macKey(keys[21], 0));
    }

    @Test
    void aKeyTooFarAwayIsNotLookedAt() {
        byte[][] keys = slowly(Scheme.DEFAULT, random(3), 101);
        var verifier = new KeyVerifier(Scheme.DEFAULT, 50, keys[51], 10);
        assertThat(verifier.disclose(61, keys[62])).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.disclose(39, keys[40])).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.disclose(0xFFFF_FFFFL, keys[62])).isEqualTo(Verdict.TOO_FAR);
        assertThat(verifier.newest()).isEqualTo(50);
        assertThat(verifier.disclose(60, keys[61])).isEqualTo(Verdict.AUTHENTIC);
        assertThat(verifier.disclose(50, keys[51])).isEqualTo(Verdict.KNOWN);
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.macKey(49, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.macKey(61, 0));
    }

    @Test
    void aKeyOfAnotherLengthIsForged() {
        byte[] key = random(4);
        var verifier = new KeyVerifier(Scheme.DEFAULT, 0, new OneWay(Scheme.DEFAULT).back(key), 10);
        assertThat(verifier.disclose(1, new byte[0])).isEqualTo(Verdict.FORGED);
        assertThat(verifier.disclose(1, Arrays.copyOf(key, 33))).isEqualTo(Verdict.FORGED);
    }

    @Test
    void wrongArgumentsAreTold() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyChain.generate(Scheme.DEFAULT, new byte[20], 10));
        assertThatIllegalArgumentException().isThrownBy(() -> chain(5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> chain(5, KeyChain.MAX_LENGTH + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(Scheme.DEFAULT, 0, new byte[31], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(Scheme.DEFAULT, 0, random(5), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyVerifier(Scheme.DEFAULT, -2, random(5), 1));
        var chain = chain(5, 10);
        chain.advanceTo(5);
        assertThatIllegalArgumentException().isThrownBy(() -> chain.advanceTo(10));
        assertThatIllegalArgumentException().isThrownBy(() -> chain.advanceTo(4));
    }

    @Test
    void aDestroyedChainGivesNoKey() {
        var chain = chain(6, 10);
        byte[] copy = chain.key();
        chain.destroy();
        assertThat(chain.isDestroyed()).isTrue();
        assertThat(copy).isNotEqualTo(new byte[32]);
        assertThatIllegalStateException().isThrownBy(chain::key);
    }
}
