package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/quickstart.md says, command by command, in processes of their own, with a live FFmpeg stream. */
class QuickstartIT {
    @Test
    void theQuickstartWorksAsItIsWritten(@TempDir Path folder) throws Exception {
        assumeTrue(Programs.installed("ffmpeg"), "SKIPPED: ffmpeg is not installed");
        var page = DocumentedCommands.of(Programs.home().resolve("docs/quickstart.md"));
        assertThat(page.blocks()).hasSizeGreaterThan(8);
        List<Programs.Running> staying = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        try (var programs = new Programs(folder)) {
            for (DocumentedCommands.Block block : page.blocks()) {
                if (block.stays().isEmpty()) {
                    // As typed line by line: each command has to succeed, and FFmpeg has nothing to complain of.
                    String output = programs.run("set -e\n" + block.script());
                    assertThat(output).doesNotContain("Error", "error");
                    outputs.add(output);
                } else {
                    Programs.Running started = programs.start(block.script());
                    staying.add(started);
                    started.awaitOutput(block.stays());
                }
            }
            assertThat(outputs)
                    .as("ffprobe names both streams")
                    .anyMatch(output -> output.contains("h264") && output.contains("mp2"));
            assertThat(outputs)
                    .as("the members are listed")
                    .anyMatch(output ->
                            output.contains("fqdn:rx-1") && output.contains("fqdn:rx-2") && output.contains("fqdn:tx"));
            for (Programs.Running program : staying) {
                assertThat(program.process().isAlive()).as(program.toString()).isTrue();
            }
            for (Programs.Running program : staying.reversed()) {
                program.signal("INT");
            }
            for (Programs.Running program : staying) {
                Programs.await(
                        "end after Ctrl-C of " + program,
                        () -> !program.process().isAlive());
            }
        }
    }
}
