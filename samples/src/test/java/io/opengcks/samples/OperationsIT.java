package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/operations.md says. */
class OperationsIT {
    @Test
    void everyCommandOfThePageWorks(@TempDir Path folder) throws Exception {
        assumeTrue(Programs.installed("curl"), "SKIPPED: curl is not installed");
        var page = DocumentedCommands.of(Programs.home().resolve("docs/operations.md"));
        assertThat(page.blocks()).hasSizeGreaterThan(6);
        try (var programs = new Programs(folder)) {
            for (DocumentedCommands.Block block : page.blocks()) {
                if (block.stays().isEmpty()) {
                    programs.run("set -e\n" + block.script());
                } else {
                    programs.start(block.script()).awaitOutput(block.stays());
                }
            }
            assertThat(folder.resolve("ops/backup/journal.db")).isNotEmptyFile();
            assertThat(Files.readString(folder.resolve("ops/audit.jsonl"))).contains("evict");
        }
    }
}
