package io.opengcks.tesla.carriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.KeyChain;
import io.opengcks.tesla.Prf;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.Sender;
import io.opengcks.tesla.alc.AlcPacket;
import io.opengcks.tesla.alc.ExtAuth;
import io.opengcks.tesla.alc.ExtAuthCodec;
import io.opengcks.tesla.plain.PlainSender;
import io.opengcks.tesla.srtp.SrtpTesla;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Java sends, read and proved by src/test/python/tesla.py; and the committed vectors are what it writes today. */
class PythonPeerTest {
    private static final Path SCRIPT = Path.of("src/test/python/tesla.py");
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    Path folder;

    private List<String> python(String argument, List<String> input) throws IOException, InterruptedException {
        Path in = Files.write(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Process process;
        try {
            process = new ProcessBuilder("python3", SCRIPT.toString(), argument)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException absent) {
            assumeTrue(false, "python3 is not installed: the second implementation did not run");
            throw absent;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(out, StandardCharsets.US_ASCII);
    }

    @Test
    void theCommittedVectorsAreWhatTheScriptWrites() throws Exception {
        assertThat(python("vectors", List.of()))
                .isEqualTo(Files.readAllLines(Path.of("src/test/resources/vectors/carriers.csv")));
    }

    @Test
    void pythonProvesWhatJavaSends() throws Exception {
        var random = new SplittableRandom(20);
        var lines = new ArrayList<String>();
        for (int n = 0; n < 120; n++) {
            int delay = random.nextInt(2, 5);
            int length = random.nextInt(8, 40);
            var schedule = new Schedule(0, 100_000_000, delay);
            int interval = random.nextInt(length);
            byte[] payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            boolean srtp = n % 4 == 3;
            Scheme scheme = srtp ? Scheme.SRTP : Scheme.DEFAULT;
            byte[] last = new byte[scheme.keyOctets()];
            random.nextBytes(last);
            var keys = KeyChain.generate(scheme, last, length);
            byte[] commitment = keys.commitment().key();
            var sender = new Sender(keys, schedule);
            var stamp = sender.at(schedule.beginNs(interval)).orElseThrow();
            String start = "," + HEX.formatHex(last) + "," + length + "," + delay + ",";
            lines.add(
                    switch (n % 4) {
                        case 0 -> "chain" + start + HEX.formatHex(commitment);
                        case 1 ->
                            "plain" + start
                                    + HEX.formatHex(new PlainSender(sender, n, n, null, null)
                                            .send(payload, schedule.beginNs(interval))
                                            .getFirst());
                        case 2 -> "alc" + start + HEX.formatHex(alc(stamp, length, delay, payload)) + ",8";
                        default -> {
                            byte[] portion = ByteBuffer.allocate(12 + payload.length)
                                    .put(0, (byte) 0x80)
                                    .put(12, payload)
                                    .array();
                            yield "srtp" + start
                                    + HEX.formatHex(new SrtpTesla(scheme, delay).protectRtp(portion, n, stamp)) + ","
                                    + n;
                        }
                    });
        }
        assertThat(python("check", lines)).hasSize(lines.size()).allMatch("good"::equals);
        List<String> damaged = lines.stream()
                .map(line -> line.replaceFirst("(,[0-9]+,[0-9]+,)(..)(..)", "$1$3$2"))
                .toList();
        assertThat(python("check", damaged)).as("the peer can say no").contains("bad");
    }

    private static byte[] alc(Sender.Stamp stamp, int length, int delay, byte[] payload) throws Exception {
        var codec = ExtAuthCodec.of(Scheme.DEFAULT, 64, false);
        byte[] key = stamp.key().map(Disclosure.Key::key).orElseGet(() -> new byte[0]);
        var kind = key.length == 0 ? ExtAuth.Kind.COMPACT : ExtAuth.Kind.STANDARD;
        byte[] tag = codec.encode(new ExtAuth.Tag(3, kind, stamp.interval(), key, new byte[16], null));
        byte[] packet = ByteBuffer.allocate(8 + tag.length + payload.length)
                .put(8, tag)
                .put(8 + tag.length, payload)
                .array();
        new AlcPacket(codec, length, delay).protect(packet, 8, stamp, null);
        assertThat(Prf.ofCode(2)).isEqualTo(Scheme.DEFAULT.mac());
        return packet;
    }
}
