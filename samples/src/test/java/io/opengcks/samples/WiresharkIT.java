package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tshark, given the key log, decrypts and dissects everything from the first registration to an eviction. */
class WiresharkIT {
    private static final String CONFIG = " --config site/gcks.yaml";
    private static final String TSHARK = "WIRESHARK_CONFIG_DIR=keys tshark -r capture.pcap"
            + " -d udp.port==10868,isakmp -d udp.port==15068,udpencap"
            + " -o esp.enable_encryption_decode:TRUE -o esp.enable_authentication_check:TRUE ";

    @Test
    void tsharkReadsEverythingWithTheKeyLog(@TempDir Path folder) throws Exception {
        assumeTrue(Programs.installed("tshark"), "SKIPPED: tshark is not installed");
        try (var programs = new Programs(folder)) {
            Programs.Running capture =
                    programs.start("tshark -i lo -f 'udp port 10868 or udp port 15068' -F pcap -w capture.pcap 2>&1");
            Programs.await(
                    "tshark's start",
                    () -> capture.output().contains("Capturing")
                            || !capture.process().isAlive());
            assumeTrue(capture.process().isAlive(), "SKIPPED: capturing takes a privilege: " + capture.output());

            programs.run("./opengcks gcks init site --sender tx --member rx-1 --member rx-2 --listen 127.0.0.1:10868"
                    + " --admin-port 10869 --address 239.255.68.1 --port 5068");
            Files.writeString(folder.resolve("site/tv.yaml"), "udpPort: 15068\n", StandardOpenOption.APPEND);
            Programs.Running server = programs.start("./opengcks gcks serve --keylog keys" + CONFIG);
            server.awaitOutput("serving");
            programs.run("./opengcks gcks group create site/tv.yaml" + CONFIG);
            Programs.Running receiver = member(programs, "rx-1");
            member(programs, "rx-2");
            Programs.Running sender = member(programs, "tx");
            play(programs);
            programs.run("./opengcks gcks member evict key-id:tv rx-2" + CONFIG);
            play(programs);
            programs.run("./opengcks gcks rekey key-id:tv" + CONFIG);
            sender.signal("TERM");
            receiver.signal("TERM");
            Programs.await("the sender's leave", () -> !sender.process().isAlive());
            Programs.await("the receiver's leave", () -> !receiver.process().isAlive());
            server.signal("TERM");
            Programs.await("the server's end", () -> !server.process().isAlive());
            // What the kernel hands over to the capture a quarter of a second late is lost if that is ended at once.
            Programs.await("the leave in the capture", () -> captured(programs, "isakmp.exchangetype == 40"));
            capture.signal("INT");
            Programs.await("tshark's end", () -> !capture.process().isAlive());

            String all = programs.run(TSHARK + "-V");
            assertThat(list(programs, "isakmp.enc.decrypted"))
                    .as("decrypted IKE messages")
                    .hasSizeGreaterThan(10);
            assertThat(list(programs, "esp.icv_good == 1 && data"))
                    .as("opened ESP packets")
                    .hasSize(40);
            assertThat(list(programs, "_ws.malformed")).as("malformed").isEmpty();
            assertThat(list(programs, "isakmp.enc.iv && !isakmp.enc.decrypted"))
                    .as("not decrypted")
                    .isEmpty();
            assertThat(list(programs, "esp && !(esp.icv_good == 1)"))
                    .as("ESP with a wrong ICV")
                    .isEmpty();
            assertThat(list(programs, "esp && !data"))
                    .as("ESP that does not open")
                    .isEmpty();
            List<String> exchanges = programs.run(
                            TSHARK + "-Y isakmp -T fields -e isakmp.exchangetype 2>/dev/null | sort -n | uniq")
                    .lines()
                    .toList();
            assertThat(exchanges)
                    .as("IKE_SA_INIT, GSA_AUTH, GSA_REGISTRATION, GSA_REKEY")
                    .contains("34", "39", "40", "41");
            assertThat(all).contains("Group Security Association", "Key Download", "[correct]");
            assertThat(all).doesNotContain("[incorrect", "Malformed");
            System.out.println("tshark: packets=" + list(programs, "udp").size() + " isakmp="
                    + list(programs, "isakmp").size() + " esp="
                    + list(programs, "esp").size() + " exchanges=" + exchanges
                    + " malformed=0");
        }
    }

    private static Programs.Running member(Programs programs, String name) throws Exception {
        Programs.Running agent = programs.start("./opengcks gm run --config site/gm-" + name + ".yaml");
        agent.awaitOutput("registered");
        return agent;
    }

    /** Twenty datagrams to the sender's input. */
    private static void play(Programs programs) throws Exception {
        String text = "test card ".repeat(100);
        programs.run("for i in $(seq 20); do printf '" + text.getBytes(StandardCharsets.US_ASCII).length + " octets: "
                + text + "' > /dev/udp/127.0.0.1/6000; done");
    }

    private static boolean captured(Programs programs, String filter) {
        try {
            // The file may end in the middle of a packet while it is written.
            return !programs.run(TSHARK + "-Y '" + filter + "' 2>/dev/null || true")
                    .isEmpty();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> list(Programs programs, String filter) throws Exception {
        return programs.run(TSHARK + "-Y '" + filter + "' 2>/dev/null").lines().toList();
    }
}
