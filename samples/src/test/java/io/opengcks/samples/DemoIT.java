package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job as a user starts it. */
class DemoIT {
    @Test
    void theCheckPassesAndItsLastLineSaysWhatWasSeen(@TempDir Path folder) throws Exception {
        try (var programs = new Programs(folder)) {
            List<String> lines =
                    programs.run("./opengcks demo --check --no-color").lines().toList();
            JsonNode seen = JsonMapper.builder().build().readTree(lines.getLast());
            System.out.println("demo: " + seen);
            assertThat(seen.get("registered").asInt()).isEqualTo(4);
            assertThat(seen.get("streamsIdentical").asBoolean()).isTrue();
            assertThat(seen.get("evictedDecryptedAfterSwitch").asLong()).isZero();
            assertThat(seen.get("evictedHeardAfterSwitch").asLong()).isPositive();
            assertThat(seen.get("othersLost").asLong()).isZero();
            assertThat(seen.get("rekeys").asLong()).isGreaterThanOrEqualTo(2);
            assertThat(seen.get("scheduledRekeys").asLong()).isGreaterThanOrEqualTo(1);
            assertThat(seen.get("tekSwitches").asLong()).isGreaterThanOrEqualTo(2);
            assertThat(seen.get("evictionWraps").asInt()).isPositive();
            assertThat(seen.get("evictionMessageBytes").asInt()).isPositive();
        }
    }

    @Test
    void wrongArgumentsGetOneLineAndNoDemo(@TempDir Path folder) throws Exception {
        try (var programs = new Programs(folder)) {
            var demo = programs.start("./opengcks demo --duration 3");
            assertThat(demo.process().waitFor()).isEqualTo(2);
            assertThat(demo.output()).contains("--duration is 15 to 86400 seconds");
        }
    }
}
