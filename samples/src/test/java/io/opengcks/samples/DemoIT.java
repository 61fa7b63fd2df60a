package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

    /** In a network namespace of its own, on a pair of virtual interfaces. */
    @Test
    void theCheckPassesOverIpv6(@TempDir Path folder) throws Exception {
        assumeTrue(Programs.installed("ip") && Programs.installed("unshare"), "SKIPPED: iproute2 is not installed");
        try (var programs = new Programs(folder)) {
            var namespace = programs.start("unshare -rn true");
            assumeTrue(namespace.process().waitFor() == 0, "SKIPPED: no network namespaces here: " + namespace);
            List<String> lines = programs.run("unshare -rn sh -ec 'ip link add d0 type veth peer name d1;"
                            + " ip link set lo up; ip link set d0 up; ip link set d1 up;"
                            + " ip addr add fd00::1/64 dev d0 nodad; ./opengcks demo --ipv6 --interface d0 --check'")
                    .lines()
                    .toList();
            System.out.println("demo over IPv6: " + lines.getLast());
            assertThat(lines.getLast()).contains("\"ok\":true", "\"othersLost\":0");
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
