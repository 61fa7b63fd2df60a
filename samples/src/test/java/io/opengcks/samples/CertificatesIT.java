package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/certificates.md says, then comes with every certificate that must be refused. */
class CertificatesIT {
    @TempDir
    Path folder;

    private Programs programs;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Programs.installed("openssl"), "SKIPPED: openssl is not installed");
        programs = new Programs(folder);
    }

    @AfterEach
    void stop() throws IOException {
        programs.close();
    }

    @Test
    void goodCertificatesAreAdmittedAndAllOthersRefusedWithOneLineThatSaysWhy() throws Exception {
        var page = DocumentedCommands.of(Programs.home().resolve("docs/certificates.md"));
        List<Programs.Running> staying = new ArrayList<>();
        for (DocumentedCommands.Block block : page.blocks()) {
            if (block.stays().isEmpty()) {
                programs.run("set -e\n" + block.script());
            } else {
                Programs.Running started = programs.start(block.script());
                started.awaitOutput(block.stays());
                staying.add(started);
            }
        }
        Programs.Running before = staying.getFirst();
        before.signal("TERM");
        Programs.await("the server's end", () -> !before.process().isAlive());
        Programs.Running server = programs.start("./opengcks gcks serve --config site/gcks.yaml");
        server.awaitOutput("serving");
        programs.run("./opengcks gcks member readmit key-id:tv fqdn:rx-2.example.org --config site/gcks.yaml");

        programs.run("cd site/pki && set -e\n"
                + "sh issue.sh rx-3 -startdate 20200101000000Z -enddate 20210101000000Z\n" // expired
                + "sh issue.sh other\n" // a good certificate whose name no rule admits
                + "cp rx-1.pem rx-4.pem && cp rx-1.key rx-4.key\n" // somebody else's certificate
                + "sh issue.sh rx-5 && openssl req -x509 -key rx-5.key -subj /O=Example/CN=rx-5 -config ca.cnf"
                + " -addext subjectAltName=DNS:rx-5.example.org -out rx-5.pem\n"); // signed by itself
        refused(server, "rx-2", "AUTHENTICATION_FAILED", "revoked");
        refused(server, "rx-3", "AUTHENTICATION_FAILED", "expired");
        refused(server, "rx-4", "AUTHENTICATION_FAILED", "does not name fqdn:rx-4.example.org");
        refused(server, "rx-5", "AUTHENTICATION_FAILED", "no trusted issuer");
        refused(server, "other", "NOT_ADMITTED", "no rule admits it");
    }

    /** The member gets the right notification and no key; one line of the server's log says why. */
    private void refused(Programs.Running server, String name, String notification, String why) throws Exception {
        Files.writeString(
                folder.resolve("site/gm-" + name + ".yaml"),
                Files.readString(folder.resolve("site/gm-rx-1.yaml")).replace("rx-1", name));
        Programs.Running member = programs.start("./opengcks gm run --config site/gm-" + name + ".yaml");
        member.awaitOutput("registration failed");
        assertThat(member.output()).contains("kind=" + notification).doesNotContain("registered group");
        List<String> lines = server.output()
                .lines()
                .filter(line -> line.contains(why) && line.contains(name))
                .toList();
        assertThat(lines).as(why + " in the log of " + server).hasSize(1);
        System.out.println("refused: " + lines.getFirst());
        member.signal("TERM");
    }
}
