package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.keytree.KeyTree;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The sample with the key tree's jar or classes alone on the class path: no other room, no library. */
class KeyTreeAloneTest {
    @Test
    void runsWithTheKeyTreeAlone() throws IOException, InterruptedException {
        String path = List.of(KeyTreeAlone.class, KeyTree.class).stream()
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        Path out = Files.createTempFile("keytree", ".txt");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        path,
                        KeyTreeAlone.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        Files.delete(out);
        assertThat(java.exitValue()).as(said).isZero();
        assertThat(said).contains("10 wrapped keys sent", "has the group key: true", "who left: Unreachable");
        assertThat(Files.readAllLines(Path.of("src/main/java/io/opengcks/samples/KeyTreeAlone.java")))
                .hasSizeLessThanOrEqualTo(40);
    }
}
