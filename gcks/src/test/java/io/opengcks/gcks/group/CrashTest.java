package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.store.Journal;
import io.opengcks.protocols.gsa.Identity;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server process is killed with SIGKILL at random moments, and started again on the same journal. */
class CrashTest {
    private static final int KILLS = 5;

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostAndNothingIsGivenTwice() throws Exception {
        Path file = directory.resolve("journal.db");
        long seed = Long.getLong("sim.seed", System.nanoTime());
        Random random = new Random(seed);
        Set<String> acknowledged = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged.addAll(runAndKill(file, kill, 30 + random.nextInt(200)));
        }
        assertThat(acknowledged).as("seed %d", seed).hasSizeGreaterThan(KILLS * 20);
        check(file, acknowledged, seed);
    }

    /** What the child said it had been told, up to the moment it was killed. */
    private static List<String> runAndKill(Path file, int run, int lines) throws IOException, InterruptedException {
        List<String> heard = new ArrayList<>();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CrashingServer.class.getName(),
                        file.toString(),
                        Integer.toString(run))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && heard.size() < lines) {
                heard.add(line);
                line = out.readLine();
            }
            child.toHandle().destroyForcibly(); // SIGKILL; by its handle, so that the pipe stays readable
            // What was written to the pipe before the kill was said as well.
            while (line != null) {
                if (line.endsWith(".")) {
                    heard.add(line);
                }
                line = out.readLine();
            }
        }
        child.waitFor();
        return heard;
    }

    private static void check(Path file, Set<String> acknowledged, long seed) throws Exception {
        Set<String> once = new HashSet<>();
        Set<String> stored = new HashSet<>();
        try (Journal journal = Harness.journal(file)) {
            for (var row : journal.read(GROUP.text(), 0, Integer.MAX_VALUE)) {
                switch (EventCodec.decode(row.entry())) {
                    case Event.DataSaCreated created ->
                        assertThat(once.add("spi " + created.sa().spi()))
                                .as("seed %d", seed)
                                .isTrue();
                    case Event.RekeySaCreated created ->
                        assertThat(once.add("rekey " + created.sa().spi()))
                                .as("seed %d", seed)
                                .isTrue();
                    case Event.RekeyMessageNumbered numbered -> {
                        String message = "message " + numbered.rekeySpi() + "/" + numbered.messageId();
                        assertThat(once.add(message)).as("seed %d", seed).isTrue();
                        stored.add(message + ".");
                    }
                    case Event.SenderIdsAllocated ids -> {
                        for (long id = ids.first(); id < ids.first() + ids.count(); id++) {
                            assertThat(once.add("sender " + id))
                                    .as("seed %d", seed)
                                    .isTrue();
                        }
                        stored.add("sender " + ids.member().text() + " " + ids.first() + ".");
                    }
                    case Event.MemberAdmitted admitted ->
                        stored.add("in " + admitted.member().text() + ".");
                    case Event.MemberEvicted evicted ->
                        stored.add("out " + evicted.member().text() + ".");
                    case Event.GroupReset _ -> once.removeIf(text -> text.startsWith("sender "));
                    default -> {}
                }
            }
            assertThat(acknowledged.stream().filter(line -> !stored.contains(line)))
                    .as("acknowledged, and not in the journal; seed %d", seed)
                    .isEmpty();
            GroupState state = GroupLoader.load(journal, GROUP);
            Set<Identity> out = acknowledged.stream()
                    .filter(line -> line.startsWith("out "))
                    .map(line -> Identity.parse(line.substring(4, line.length() - 1)))
                    .collect(Collectors.toSet());
            assertThat(out).as("seed %d", seed).isNotEmpty().allMatch(state::barred);
        }
    }
}
