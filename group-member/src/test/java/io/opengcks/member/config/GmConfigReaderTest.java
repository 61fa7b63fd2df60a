package io.opengcks.member.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opengcks.member.AgentSettings;
import io.opengcks.member.Output;
import io.opengcks.member.Role;
import io.opengcks.protocols.settings.HostPort;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GmConfigReaderTest {
    private static final String RECEIVER = """
            identity: fqdn:rx-1.example.org
            servers: ["127.0.0.1:848", "[::1]:4500"]
            serverIdentity: fqdn:gcks.example.org
            presharedKey: {text: a secret of many octets}
            group: key-id:tv
            interface: lo
            role: receiver
            output: {to: "127.0.0.1:6000"}
            """;

    @Test
    void readsAReceiver() throws Exception {
        GmConfig config = read(RECEIVER);
        AgentSettings agent = config.agent();
        assertThat(agent.role()).isEqualTo(Role.RECEIVER);
        assertThat(agent.servers()).containsExactly(new HostPort("127.0.0.1", 848), new HostPort("::1", 4500));
        assertThat(agent.natPorts()).containsExactly(4500);
        assertThat(agent.output()).isInstanceOf(Output.Udp.class);
        assertThat(agent.credentials().psks().find(agent.serverIdentity())).isPresent();
        assertThat(agent.credentials().psks().find(agent.group())).isEmpty();
        assertThat(config.metrics()).isEmpty();
    }

    @Test
    void readsEveryKeyThatIsDocumentedAndNoOther() throws Exception {
        Section root = Settings.parse(Path.of("gm.yaml"), RECEIVER.replace("role: receiver", """
                role: both
                input: {listen: "127.0.0.1:0", group: 239.1.1.1, interface: lo}
                metrics: {port: 0}
                retry: {first: 2s}"""), Map.of());
        GmConfig config = GmConfigReader.read(root, OutputStream.nullOutputStream());
        assertThat(config.agent().retry().first()).isEqualTo(Duration.ofSeconds(2));

        String documented = Files.readString(Path.of("../docs/configuration/gm.md"));
        TreeSet<String> keys = Pattern.compile("^\\| `([a-zA-Z.]+)` \\|", Pattern.MULTILINE)
                .matcher(documented)
                .results()
                .map(match -> match.group(1))
                .filter(key -> !key.startsWith("opengcks."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(keys).isEqualTo(new TreeSet<>(root.knownKeys()));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = ';', textBlock = """
            role: receiver     ; role: reciever                         ; gm.yaml:7: role: expected one of: sender, receiver, both, found "reciever"
            role: receiver     ; role: sender                           ; gm.yaml:8: output: expected no output: a sender receives nothing
            interface: lo      ; interface: nope0                       ; gm.yaml:6: interface: expected the name or an address of a network interface of this host, found "nope0"
            group: key-id:tv   ; grup: key-id:tv                        ; gm.yaml:5: grup: expected a key of this section, did you mean group?
            output: {to        ; output: {stdout: true, to              ; gm.yaml:8: output: expected either to: "HOST:PORT" or stdout: true
            text: a secret of many octets ; text: short                 ; gm.yaml:4: presharedKey: expected a key of at least 16 octets, found 5
            presharedKey: {text: a secret of many octets} ; ttl: 1      ; gm.yaml:1: expected presharedKey, or certificate with chain, key and trust
            """)
    void saysInOneLineWhatIsWrong(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(RECEIVER.replace(right, wrong)))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theExamplesOfTheDocumentationAreRight() throws Exception {
        String documented = Files.readString(Path.of("../docs/configuration/gm.md"));
        String receiver =
                documented.substring(documented.indexOf("identity: fqdn:rx-1"), documented.indexOf("```\n\nA sender"));
        GmConfig config =
                read(receiver.replace("eth0", "lo").replace("{file: rx-1.psk}", "{text: a secret of many octets}"));
        assertThat(config.agent().servers()).hasSize(2);
    }

    private static GmConfig read(String yaml) throws SettingsException {
        return GmConfigReader.read(Settings.parse(Path.of("gm.yaml"), yaml, Map.of()), OutputStream.nullOutputStream());
    }
}
