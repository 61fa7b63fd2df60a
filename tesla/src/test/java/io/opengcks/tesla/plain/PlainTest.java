package io.opengcks.tesla.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.tesla.ChainSequence;
import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.KeyChain;
import io.opengcks.tesla.KeySource;
import io.opengcks.tesla.LookAhead;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Outcome;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Prf;
import io.opengcks.tesla.Receiver;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.Sender;
import io.opengcks.tesla.Signatures;
import io.opengcks.tesla.TimeBound;
import io.opengcks.tesla.TimeSync;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The plain framing: Python's octets, whole streams, and everything broken. */
class PlainTest {
    private static final long SOURCE = 0xCAFE_BABEL;
    private static final Schedule SCHEDULE = new Schedule(1_000_000_000L, 100_000_000L, 2, List.of(2));
    private static final KeyPair PAIR = pair();

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static byte[] counting(int from, int to) {
        byte[] octets = new byte[to - from];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (from + i);
        }
        return octets;
    }

    private static KeyChain chain() {
        return KeyChain.generate(Scheme.DEFAULT, counting(0, 32), 20);
    }

    private static GroupMac group() {
        return new GroupMac(Prf.HMAC_SHA_256, counting(100, 132));
    }

    private static byte[] vector(String name) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(PlainTest.class.getResourceAsStream("/vectors/carriers.csv")),
                StandardCharsets.US_ASCII))) {
            return in.lines()
                    .filter(line -> line.startsWith(name + ","))
                    .map(line -> HexFormat.of().parseHex(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static PlainReceiver receiver(Parameters parameters, int instance, @Nullable GroupMac group) {
        var receiver = new PlainReceiver(
                new PlainBootstrap(SOURCE, parameters, -1, group != null),
                instance,
                Receiver.Limits.DEFAULT,
                Receiver.Mode.AFTER_CHECK,
                new SplittableRandom(1),
                group);
        receiver.clock(new TimeBound(0, 0, 0));
        return receiver;
    }

    private static List<String> texts(List<Outcome<PlainReceiver.Payload>> outcomes) {
        return outcomes.stream()
                .map(o -> new String(
                        ((Outcome.Authentic<PlainReceiver.Payload>) o).packet().octets(), StandardCharsets.US_ASCII))
                .toList();
    }

    @Test
    void datagramsAgreeWithPythonBothWays() throws IOException {
        var sender = new PlainSender(
                new Sender(chain(), SCHEDULE), SOURCE, 42, group(), new LookAhead<>(2, 1_000_000_000_000L));
        long now = SCHEDULE.beginNs(7);
        assertThat(sender.send(bytes("payload"), now)).isEmpty();
        assertThat(sender.send(bytes("between"), now)).isEmpty();
        List<byte[]> sent = sender.send(bytes("later"), now);
        assertThat(sent).singleElement().isEqualTo(vector("plain"));
        assertThat(sender.tick(now)).isEmpty();
        assertThat(sender.tick(SCHEDULE.beginNs(9))).singleElement().isEqualTo(vector("plainIdle"));

        for (int instance = 0; instance < 2; instance++) {
            var receiver = receiver(Parameters.of(chain(), SCHEDULE), instance, group());
            assertThat(receiver.receive(vector("plain"), now)).isEmpty();
            assertThat(receiver.counters().core().buffered()).isEqualTo(1);
            var outcomes = receiver.receive(vector("plainIdle"), SCHEDULE.beginNs(9));
            assertThat(texts(outcomes)).isEqualTo(instance == 0 ? List.of("payload") : List.of());
        }
    }

    @Test
    void aBootstrapAgreesWithPythonAndIsCheckedToTheLastBit() throws Exception {
        var bootstrap = new PlainBootstrap(SOURCE, Parameters.of(chain(), SCHEDULE), -1, true);
        byte[] octets = bootstrap.encode(Signatures.ED25519.signer(PAIR.getPrivate()));
        byte[] theirs = vector("plainBootstrap");
        assertThat(Arrays.copyOf(octets, theirs.length)).isEqualTo(theirs);
        assertThat(octets).hasSize(theirs.length + 64 + 2);
        var check = Signatures.ED25519.check(PAIR.getPublic());
        assertThat(PlainBootstrap.decode(octets, check))
                .usingRecursiveComparison()
                .isEqualTo(bootstrap);
        for (int bit = 0; bit < octets.length * 8; bit++) {
            byte[] forged = octets.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> PlainBootstrap.decode(forged, check));
        }
        for (int length = 0; length < octets.length; length++) {
            byte[] cut = Arrays.copyOf(octets, length);
            assertThatExceptionOfType(MalformedTesla.class).isThrownBy(() -> PlainBootstrap.decode(cut, check));
        }
    }

    @Property(tries = 1000)
    void aSignedButImpossibleBootstrapIsRefusedToo(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        byte[] octets = new PlainBootstrap(SOURCE, Parameters.of(chain(), SCHEDULE), -1, true).encode(_ -> new byte[0]);
        for (int i = random.nextInt(4); i >= 0; i--) {
            octets[random.nextInt(octets.length - 2)] = (byte) random.nextInt();
        }
        byte[] cut = random.nextBoolean() ? octets : Arrays.copyOf(octets, random.nextInt(octets.length));
        try {
            PlainBootstrap.decode(cut, (_, _) -> true);
        } catch (MalformedTesla refused) {
            assertThat(refused).hasNoCause();
        }
    }

    @Property(tries = 1500)
    void brokenDatagramsAreNeverDelivered(@ForAll @IntRange(max = 1) int grouped, @ForAll long seed) {
        // one instance: nobody covers another instance's MAC
        var one = new Schedule(SCHEDULE.startNs(), SCHEDULE.intervalNs(), 2);
        var random = new SplittableRandom(seed);
        GroupMac group = grouped == 0 ? null : group();
        var receiver = receiver(Parameters.of(chain(), one), 0, group);
        var sender = new PlainSender(new Sender(chain(), one), SOURCE, 0, group, null);
        for (int i = 3; i < 12; i++) {
            byte[] good = sender.send(bytes("good"), SCHEDULE.beginNs(i)).getFirst();
            byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
            if (bad.length == good.length) {
                int bit = random.nextInt(bad.length * 8);
                bad[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertThat(receiver.receive(bad, SCHEDULE.beginNs(i))).isEmpty();
        }
        assertThat(receiver.counters().core().authenticated()).isZero();
    }

    @Test
    void aLongStreamOverManyChainsWithLossReplayAndSilence() {
        KeySource keys = new ChainSequence(KeyChain.generate(Scheme.DEFAULT, new byte[32], 40), 15, 0);
        var receiver = receiver(Parameters.of(keys, SCHEDULE), 0, group());
        var sender = new PlainSender(new Sender(keys, SCHEDULE), SOURCE, 5, group(), null);
        var random = new SplittableRandom(9);
        var delivered = new ArrayList<String>();
        var heard = new HashSet<String>();
        for (int step = 0; step < 4000; step++) {
            long now = SCHEDULE.startNs() + step * 13_000_000L;
            boolean silent = step % 500 > 450;
            List<byte[]> out = silent ? sender.tick(now) : sender.send(bytes("p" + step), now);
            for (byte[] datagram : out) {
                if (random.nextDouble() < 0.7) {
                    if (!silent) {
                        heard.add("p" + step);
                    }
                    delivered.addAll(texts(receiver.receive(datagram, now)));
                    delivered.addAll(texts(receiver.receive(datagram, now)));
                }
            }
        }
        assertThat(delivered).doesNotHaveDuplicates();
        heard.removeAll(delivered);
        assertThat(heard).hasSizeLessThan(20).allMatch(text -> Integer.parseInt(text.substring(1)) > 3900);
        assertThat(receiver.counters().replayed()).isGreaterThan(2000);
        assertThat(receiver.counters().core().forged()).isZero();
        assertThat(sender.wakeNs()).as("silent long enough").isEmpty();
        byte[] foreign = new PlainSender(new Sender(chain(), SCHEDULE), 1, 0, group(), null)
                .send(bytes("x"), SCHEDULE.beginNs(1))
                .getFirst();
        receiver.receive(foreign, SCHEDULE.beginNs(1));
        assertThat(receiver.counters().otherSources()).isEqualTo(1);
    }

    @Test
    void timeQuestionsAreAnsweredOnceSignedAndNotTooOften() throws Exception {
        var sync = new TimeSync(0);
        sync.ask(counting(0, 16), 500);
        byte[] question = PlainTime.request(counting(0, 16));
        assertThat(question).isEqualTo(vector("timeQuestion"));
        var responder = new PlainTime.Responder(SOURCE, Signatures.ED25519.signer(PAIR.getPrivate()), 2);
        byte[] answer = responder.answer(question, 1_234_567_890).orElseThrow();
        assertThat(Arrays.copyOf(answer, answer.length - 66)).isEqualTo(vector("timeAnswer"));
        assertThat(responder.answer(question, 1_234_567_891)).isPresent();
        assertThat(responder.answer(question, 1_234_567_892)).isEmpty();
        assertThat(responder.answer(question, 2_234_567_892L)).isPresent();
        assertThat(responder.answer(new byte[18], 9_234_567_892L)).isEmpty();
        var check = Signatures.ED25519.check(PAIR.getPublic());
        var unasked = new TimeSync(0);
        assertThat(PlainTime.answer(answer, SOURCE, unasked, check)).isEmpty();
        for (int bit = 0; bit < answer.length * 8; bit++) {
            byte[] forged = answer.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(PlainTime.answer(forged, SOURCE, sync, check)).isEmpty();
            } catch (MalformedTesla refused) {
                assertThat(refused).hasNoCause();
            }
        }
        assertThat(PlainTime.answer(answer, SOURCE, sync, check).orElseThrow().aheadNs())
                .isEqualTo(1_234_567_390L);
    }
}
