package io.opengcks.protocols.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.EspSuite;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of mistake gives file, line, key and expectation in one line. */
class SettingsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "from the environment");

    /** A reader with one key of every kind. */
    record Sample(
            String name,
            int port,
            boolean loud,
            Duration delay,
            InetAddress address,
            Optional<InetAddress> group,
            List<HostPort> servers,
            EspSuite suite,
            Path store,
            Optional<Secret> token,
            List<String> members) {
        static Sample read(Section root) throws SettingsException {
            Section admin = root.section("admin");
            var sample = new Sample(
                    root.string("name").required(),
                    admin.integer("port", 0, 65535).orDefault(8848),
                    admin.bool("loud").orDefault(false),
                    root.duration("wait", Duration.ofSeconds(1), Duration.ofDays(30))
                            .orDefault(Duration.ofSeconds(30)),
                    root.address("address").orDefault(InetAddress.ofLiteral("127.0.0.1")),
                    root.multicastAddress("group").optional(),
                    root.hostPorts("servers", 2).orDefault(List.of()),
                    root.oneOf("suite", EspSuite.class).orDefault(EspSuite.AES_256_GCM_16),
                    root.path("store", "a file").orDefault(Path.of("none")),
                    admin.secret("token").optional(),
                    root.sections("members", 3).stream()
                            .map(member -> member.file().toString())
                            .toList());
            for (Section member : root.sections("members", 3)) {
                member.string("id").required();
            }
            root.end();
            return sample;
        }
    }

    private static Sample read(String text) throws SettingsException {
        return Sample.read(Settings.parse(Path.of("/etc/x.yaml"), text, ENVIRONMENT));
    }

    @Test
    void aFullFileIsRead() throws Exception {
        Sample sample = read("""
                name: 12
                wait: 24h
                address: 2001:db8::1
                group: 239.1.2.3
                servers: ["127.0.0.1:848", "[::1]:848"]
                suite: chacha20-poly1305
                store: data/journal.db
                admin:
                  port: 1
                  loud: true
                  token: {env: TOKEN}
                members:
                - id: a
                """);
        assertThat(sample.name()).isEqualTo("12");
        assertThat(sample.delay()).isEqualTo(Duration.ofHours(24));
        assertThat(sample.address()).isEqualTo(InetAddress.ofLiteral("2001:db8::1"));
        assertThat(sample.servers()).containsExactly(new HostPort("127.0.0.1", 848), new HostPort("::1", 848));
        assertThat(sample.suite()).isEqualTo(EspSuite.CHACHA20_POLY1305);
        assertThat(sample.store()).isEqualTo(Path.of("/etc/data/journal.db"));
        assertThat(sample.port()).isEqualTo(1);
        assertThat(sample.loud()).isTrue();
        assertThat(sample.token().orElseThrow().copy())
                .isEqualTo("from the environment".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void jsonIsReadByTheSameRules() throws Exception {
        assertThat(read("{\"name\": \"x\", \"admin\": {\"port\": 0}}").port()).isZero();
    }

    /** Lines of the file, then behind a bar the error. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "|/etc/x.yaml:1: name: expected text, it is missing",
                "nmae: x|/etc/x.yaml:1: nmae: expected a key of this section, did you mean name?",
                "name: x\nadmin:\n  prot: 1|/etc/x.yaml:3: admin.prot: expected a key of this section, did you mean port?",
                "name: x\nzebra: 1|/etc/x.yaml:2: zebra: expected one of address, admin, group, members, name, servers, store, suite, wait",
                "name: x\nname: y|/etc/x.yaml:2: name: expected this key once, it is on line 1 too",
                "name:|/etc/x.yaml:1: name: expected text, found nothing",
                "name: [x]|/etc/x.yaml:1: name: expected text, found a list",
                "name: x\nadmin: 5|/etc/x.yaml:2: admin: expected a section, found a number",
                "name: x\nadmin: {port: 65536}|/etc/x.yaml:2: admin.port: expected a whole number from 0 to 65535, found \"65536\"",
                "name: x\nadmin: {port: 010}|/etc/x.yaml:2: admin.port: expected a whole number from 0 to 65535, found \"010\"",
                "name: x\nadmin: {port: 1.5}|/etc/x.yaml:2: admin.port: expected a whole number from 0 to 65535, found \"1.5\"",
                "name: x\nadmin: {port: '1'}|/etc/x.yaml:2: admin.port: expected a whole number from 0 to 65535, found \"1\"",
                "name: x\nadmin:\n  loud: yes|/etc/x.yaml:3: admin.loud: expected true or false, found \"yes\"",
                "name: x\nwait: 24|/etc/x.yaml:2: wait: expected a duration from 1s to 30d such as 500ms, 30s, 5m, 24h, found \"24\"",
                "name: x\nwait: 31d|/etc/x.yaml:2: wait: expected a duration from 1s to 30d such as 500ms, 30s, 5m, 24h, found \"31d\"",
                "name: x\naddress: gcks.example|/etc/x.yaml:2: address: expected an IPv4 or IPv6 address, found \"gcks.example\"",
                "name: x\ngroup: 10.0.0.1|/etc/x.yaml:2: group: expected a multicast address, found \"10.0.0.1\"",
                "name: x\nservers:\n- 127.0.0.1:848\n- '::1:848'|/etc/x.yaml:4: servers[1]: expected host:port such as 192.0.2.1:848 or [2001:db8::1]:848, found \"::1:848\"",
                "name: x\nservers: []|/etc/x.yaml:2: servers: expected a list of 1 to 2, each host:port such as 192.0.2.1:848 or [2001:db8::1]:848, found 0",
                "name: x\nservers: a:1|/etc/x.yaml:2: servers: expected a list of 1 to 2, each host:port such as 192.0.2.1:848 or [2001:db8::1]:848, found text",
                "name: x\nsuite: des|/etc/x.yaml:2: suite: expected one of: aes-128-gcm-16, aes-256-gcm-16, chacha20-poly1305, found \"des\"",
                "name: x\nmembers:\n- id: a\n- {}|/etc/x.yaml:4: members[1].id: expected text, it is missing",
                "name: x\nmembers:\n- id: a\n  i_d: b|/etc/x.yaml:4: members[0].i_d: expected a key of this section, did you mean id?",
                "name: x\nadmin: {token: {env: NONE}}|/etc/x.yaml:2: admin.token.env: expected the environment variable NONE to be set",
                "name: x\nadmin:\n  token: {}|/etc/x.yaml:3: admin.token: expected a secret: exactly one of file, env, text, hex",
                "name: x\nadmin:\n  token: {text: a, hex: aa}|/etc/x.yaml:3: admin.token: expected a secret: exactly one of file, env, text, hex",
                "name: x\nadmin:\n  token: {evn: TOKEN}|/etc/x.yaml:3: admin.token.evn: expected a key of this section, did you mean env?",
                "name: x\nadmin:\n  token: {hex: 5ec7e}|/etc/x.yaml:3: admin.token.hex: expected an even number of hexadecimal digits",
                "name: &a x\nstore: *a|/etc/x.yaml:2: store: expected the value itself: aliases are not read",
                "name: x\n---\nname: y|/etc/x.yaml:3: expected the end of the file: one document only",
                "- a|/etc/x.yaml:1: expected keys and values, found a list",
            })
    void aMistakeIsNamedInOneLine(String mistake) {
        int bar = mistake.lastIndexOf('|');
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read(mistake.substring(0, bar)))
                .withMessage(mistake.substring(bar + 1));
    }

    @Test
    void whatIsNoYamlNamesTheLine() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("name: x\nadmin: {port: 1\nwait: [\n"))
                .withMessageStartingWith("/etc/x.yaml:")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void depthIsBounded() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("{a: ".repeat(40) + "1" + "}".repeat(40)))
                .withMessageContaining("at most 32 sections");
    }

    @Test
    void aSecretFileIsReadWithoutItsLineEnd(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("token"), "abc\r\n");
        Path file = Files.writeString(folder.resolve("x.yaml"), "name: x\nadmin:\n  token: {file: token}\n");
        Sample sample = Sample.read(Settings.read(file));
        assertThat(sample.token().orElseThrow().copy()).isEqualTo(new byte[] {'a', 'b', 'c'});
    }

    @Test
    void aMissingFileAndOneThatIsNotUtf8AreNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("x.yaml");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> Settings.read(file))
                .withMessage(file + ": expected this file, it does not exist");
        Files.write(file, new byte[] {'a', ':', (byte) 0xff});
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> Settings.read(file))
                .withMessage(file + ": expected UTF-8");
    }

    @Test
    void knowsWhatWasAskedFor() throws Exception {
        Section root = Settings.parse(Path.of("x"), "name: x\nmembers: [{id: a}]", ENVIRONMENT);
        Sample.read(root);
        assertThat(root.knownKeys())
                .contains("name", "admin", "admin.port", "members", "members[].id")
                .doesNotContain("members[0].id");
    }
}
