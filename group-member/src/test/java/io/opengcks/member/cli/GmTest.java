package io.opengcks.member.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GmTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine gm = Gm.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void aWrongFileIsOneLine() throws Exception {
        Path file = Files.writeString(folder.resolve("gm.yaml"), "identity: fqdn:rx.example\nservers: [nowhere]\n");
        assertThat(gm.execute("check", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("gm: " + file + ":2: servers");
        assertThat(gm.execute("run", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aRightFileIsSilent() throws Exception {
        Path file = Files.writeString(folder.resolve("gm.yaml"), """
                identity: fqdn:rx.example
                servers: ["127.0.0.1:848"]
                serverIdentity: fqdn:gcks.example
                presharedKey: {text: a secret of many octets}
                group: key-id:tv
                interface: lo
                role: receiver
                output: {stdout: true}
                """);
        assertThat(gm.execute("check", "--config", file.toString())).isZero();
        assertThat(out + err.toString()).isEmpty();
    }

    @Test
    void wrongArgumentsAreOneLine() {
        assertThat(gm.execute("run", "--confg", "x")).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("--confg")
                .contains("gm run --help");
    }

    @Test
    void everyCommandHasExamples() {
        gm.getSubcommands()
                .values()
                .forEach(command -> assertThat(command.getUsageMessage()).contains("Examples:"));
        assertThat(gm.getUsageMessage()).contains("Examples:");
    }
}
