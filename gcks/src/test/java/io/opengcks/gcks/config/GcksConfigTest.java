package io.opengcks.gcks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GcksConfigTest {
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String LEAST = """
            identity: fqdn:gcks.example.org
            credentials:
              presharedKeys: [{peer: "fqdn:rx", key: {text: 0123456789abcdef}}]
            store:
              path: journal.db
              keyEncryptionKey: {text: "%s"}
            """.formatted(KEY);

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        Files.writeString(folder.resolve("psk.yaml"), psk("fqdn:rx-9"));
        Files.writeString(folder.resolve("short.key"), "too short");
        KeyStore keystore = KeyStore.getInstance("PKCS12");
        keystore.load(null, null);
        keystore.setEntry(
                "journal",
                new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
                new KeyStore.PasswordProtection("secret".toCharArray()));
        try (OutputStream out = Files.newOutputStream(folder.resolve("keys.p12"))) {
            keystore.store(out, "secret".toCharArray());
        }
    }

    private static String psk(String peer) {
        return "presharedKeys:\n- {peer: '" + peer + "', key: {text: 0123456789abcdef}}\n";
    }

    private Section section(String text) throws SettingsException {
        return Settings.parse(folder.resolve("gcks.yaml"), text, Map.of("TOKEN", "0123456789abcdef"));
    }

    @Test
    void theLeastFileHasDefaultsForTheRest() throws Exception {
        GcksConfig config = GcksConfigReader.read(section(LEAST));
        assertThat(config.listen())
                .extracting(GcksConfig.Listen::address, GcksConfig.Listen::nonEspMarker)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 848), false),
                        org.assertj.core.groups.Tuple.tuple(
                                new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 4500), true));
        assertThat(config.store().path()).isEqualTo(folder.resolve("journal.db"));
        assertThat(config.admin()).isEmpty();
        assertThat(config.keyLog()).isEmpty();
        assertThat(config.credentials().psks().find(Identity.parse("fqdn:rx"))).isPresent();
        assertThat(config.toString()).doesNotContain(KEY).doesNotContain("0123456789abcdef");
    }

    @Test
    void aFullFileIsRead() throws Exception {
        GcksConfig config = GcksConfigReader.read(section(FULL));
        assertThat(config.listen())
                .containsExactly(
                        new GcksConfig.Listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), true));
        assertThat(config.admin().orElseThrow().address())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9000));
        assertThat(config.multicast())
                .isEqualTo(new GcksConfig.Multicast(
                        Optional.of("lo"), Optional.of(InetAddress.ofLiteral("127.0.0.1")), 3, false));
        assertThat(config.registration().keyWraps()).containsExactly(KeyWrapAlgorithm.KW_5649_128);
        assertThat(config.registration().halfOpenNs()).isEqualTo(5_000_000_000L);
        assertThat(config.groups().snapshotEvents()).isEqualTo(10);
        assertThat(config.maxDatagram()).isEqualTo(2000);
        assertThat(config.credentials().psks().find(Identity.parse("fqdn:rx-9")))
                .isPresent();
    }

    private static final String FULL = """
            identity: fqdn:gcks.example.org
            listen: [{address: 127.0.0.1, port: 0, nonEspMarker: true}]
            credentials:
              certificate: {}
              presharedKeys: [{peer: "fqdn:rx", key: {text: 0123456789abcdef}}]
              presharedKeyFile: psk.yaml
            keyWrap: kw-5649-128
            store:
              path: journal.db
              keyEncryptionKey: {keystore: keys.p12, alias: journal, password: {text: secret}}
            admin: {address: 127.0.0.1, port: 9000, token: {env: TOKEN}}
            multicast: {interface: lo, source: 127.0.0.1, ttl: 3, loopback: false}
            limits:
              maxDatagram: 2000
              cookieThreshold: 0
              maxHalfOpen: 1
              maxIkeSas: 2
              halfOpenTime: 5s
              idleTime: 1m
              maxGroups: 3
              queuedCommands: 4
              batch: 5
              snapshotEvents: 10
            auditLog: audit.jsonl
            keylog: keys
            """;

    /** What is wrong behind LEAST, or instead of it, and the error. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listen: [{port: 70000}]                       | gcks.yaml:7: listen[0].port: expected a whole number from 0 to 65535, found "70000"
            listen: [{adress: 127.0.0.1}]                 | gcks.yaml:7: listen[0].port: expected a whole number from 0 to 65535, it is missing
            listen: [{adress: 127.0.0.1, port: 1}]        | gcks.yaml:7: listen[0].adress: expected a key of this section, did you mean address?
            admin: {}                                     | gcks.yaml:7: admin.token: expected a secret: exactly one of file, env, text, hex, it is missing
            admin: {token: {text: short}}                 | gcks.yaml:7: admin.token: expected a token of at least 16 octets, found 5
            admin: {token: {file: none}}                  | gcks.yaml:7: admin.token.file: expected a readable file:
            amdin: {}                                     | gcks.yaml:7: amdin: expected a key of this section, did you mean admin?
            multicast: {ttl: -1}                          | gcks.yaml:7: multicast.ttl: expected a whole number from 0 to 255, found "-1"
            limits: {idleTime: 2h}                        | gcks.yaml:7: limits.idleTime: expected a duration from 100ms to 1h
            keyWrap: aes                                  | gcks.yaml:7: keyWrap: expected one of: kw-5649-128, kw-5649-192, kw-5649-256, found "aes"
            identity: fqdn:b                              | gcks.yaml:7: identity: expected this key once, it is on line 1 too
            """)
    void aMistakeIsNamed(String mistake, String error) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> GcksConfigReader.read(section(LEAST + mistake)))
                .withMessageContaining(error)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {file: short.key}                             | store.keyEncryptionKey: expected a key of 32 octets
            {text: zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff} | store.keyEncryptionKey: expected a key of 32 octets
            {keystore: keys.p12, alias: journal}          | store.keyEncryptionKey.password: expected a secret
            {keystore: keys.p12, alias: no, password: {text: secret}}     | store.keyEncryptionKey.alias: expected a secret key of 32 octets
            {keystore: keys.p12, alias: journal, password: {text: wrong}} | store.keyEncryptionKey.keystore: expected a PKCS #12 keystore that the password opens
            {keystore: none.p12, alias: journal, password: {text: wrong}} | store.keyEncryptionKey.keystore: expected a PKCS #12 keystore
            {keystore: keys.p12, alias: journal, password: {text: secret}, file: short.key} | store.keyEncryptionKey.file: expected one of alias, keystore, password
            {}                                            | store.keyEncryptionKey: expected a secret
            """)
    void aWrongStoreKeyIsNamedAndNotShown(String source, String error) {
        String text = LEAST.replaceAll("keyEncryptionKey: .*", "keyEncryptionKey: " + source);
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> GcksConfigReader.read(section(text)))
                .withMessageContaining(error)
                .withMessageNotContaining("wrong")
                .withMessageNotContaining("zz11");
    }

    @Test
    void aServerThatCouldBelieveNobodyDoesNotStart() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> GcksConfigReader.read(section("""
                        identity: fqdn:gcks
                        store: {path: j.db, keyEncryptionKey: {text: "%s"}}
                        """.formatted(KEY))))
                .withMessageContaining("nobody could register");
    }

    @Test
    void aChangedFileOfKeysIsReadAgainAndAWrongOneIsNot() throws Exception {
        Path file = folder.resolve("psk.yaml");
        PresharedKeyFile keys = PresharedKeyFile.open(file);
        Identity peer = Identity.parse("fqdn:rx-10");
        assertThat(keys.find(peer)).isEmpty();
        rewrite(file, psk("fqdn:rx-10"), 1);
        keys.look();
        assertThat(keys.find(peer)).isPresent();
        rewrite(file, "presharedKeys: wrong", 2);
        keys.look();
        assertThat(keys.find(peer)).isPresent();
    }

    private static void rewrite(Path file, String text, int second) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
    }

    /** What the manual describes is what the readers know, key by key. */
    @Test
    void everyKeyIsDocumented() throws Exception {
        Section full = section(FULL.replace("{env: TOKEN}", "{text: 0123456789abcdef}"));
        GcksConfigReader.read(full);
        Section least = section(LEAST);
        GcksConfigReader.read(least);
        Section group = section(GroupDefinitionTest.FULL);
        GroupDefinition.read(group);
        Set<String> known = new TreeSet<>(full.knownKeys());
        known.addAll(least.knownKeys());
        known.addAll(group.knownKeys());

        String manual = Files.readString(Path.of("../docs/configuration/gcks.md"));
        Set<String> documented = new TreeSet<>();
        Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE)
                .matcher(manual)
                .results()
                .forEach(row -> documented.add(row.group(1)));
        assertThat(documented).isEqualTo(known);
    }
}
