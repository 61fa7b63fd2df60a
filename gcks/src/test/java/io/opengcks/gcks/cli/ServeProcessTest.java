package io.opengcks.gcks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.UdpMember;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.HostPort;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gcks serve} as a process of its own: how it stops, and what a SIGKILL leaves behind. */
class ServeProcessTest {
    private static final int COPIES = 3;
    private static final Pattern ADMIN = Pattern.compile("serving .* listen=\\[(\\S+)] .* admin=(http\\S+)");

    @TempDir
    Path temp;

    private Path demo;
    private final List<Process> started = new ArrayList<>();

    /** A process that serves, and what it said so far. */
    private record Serving(Process process, String listen, String url, BufferedReader log, List<String> said) {
        /** Reads on until a line contains {@code text}. */
        void await(String text) throws IOException {
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                said.add(line);
                if (line.contains(text)) {
                    return;
                }
            }
            throw new IOException("it ended without '" + text + "': " + said);
        }
    }

    @BeforeEach
    void init() throws IOException {
        demo = temp.resolve("demo");
        run("init", demo, "--member", "rx-1", "--member", "rx-2");
        Path config = demo.resolve("gcks.yaml");
        // free ports, so that several builds can run on one machine
        Files.writeString(config, Files.readString(config).replaceAll("port: (848|8848)", "port: 0"));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Serving serve() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.opengcks.gcks.cli.Main",
                        "serve",
                        "--config",
                        demo.resolve("gcks.yaml").toString())
                .start();
        started.add(process);
        BufferedReader log = process.errorReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            said.add(line);
            Matcher matcher = ADMIN.matcher(line);
            if (matcher.find()) {
                return new Serving(process, matcher.group(1), matcher.group(2), log, said);
            }
        }
        throw new IOException("it does not serve: " + said);
    }

    private static String run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Gcks.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    private String at(Serving serving, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", serving.url(), "--token-file", demo.resolve("admin.token")));
        return run(all.toArray());
    }

    @Test
    void sigtermClosesTheJournalAndSaysSo() throws Exception {
        Serving serving = serve();
        serving.process().toHandle().destroy(); // Process.destroy would close what it says
        serving.await("stopped");
        assertThat(serving.process().waitFor()).isEqualTo(128 + 15);
        assertThat(serving.said()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        assertThat(demo.resolve("journal.db-wal")).doesNotExist();
    }

    /**
     * A member of the first life follows the second. No Message ID of a Rekey SA carries two contents, no SPI comes twice, and who
     * was evicted stays out.
     */
    @Test
    void sigkillLosesNothingThatWasAcknowledged() throws Exception {
        try (MulticastSocket rekeys = UdpMember.rekeySocket(InetAddress.ofLiteral("239.255.10.2"))) {
            rekeys.setSoTimeout(20_000);
            Path tv = demo.resolve("tv.yaml");
            Files.writeString(
                    tv, Files.readString(tv).replaceAll("(?m)^  port: [0-9]+$", "  port: " + rekeys.getLocalPort()));
            Map<String, String> messages = new HashMap<>();

            Serving first = serve();
            at(first, "group", "create", tv);
            try (UdpMember stays = member(first, "rx-1");
                    UdpMember goes = member(first, "rx-2")) {
                assertThat(stays.register()).isInstanceOf(MemberEffect.Registered.class);
                assertThat(goes.register()).isInstanceOf(MemberEffect.Registered.class);
                take(rekeys, at(first, "member", "evict", "tv", "rx-2", "--output=json"), "rekey", stays, messages);
                take(rekeys, at(first, "rekey", "tv", "--what=tek", "--output=json"), "", stays, messages);
                Set<String> spis = spis(at(first, "group", "show", "tv"));
                first.process().destroyForcibly().waitFor();

                Serving second = serve();
                String after = at(second, "group", "show", "tv");
                assertThat(spis(after)).isEqualTo(spis);
                assertThat(after).contains("barred      fqdn:rx-2").contains("members     1");
                take(rekeys, at(second, "rekey", "tv", "--what=both", "--output=json"), "", stays, messages);
                Set<String> later = spis(at(second, "group", "show", "tv"));
                later.removeAll(spis);
                assertThat(later).isNotEmpty();
                try (UdpMember again = member(second, "rx-2")) {
                    assertThat(again.register()).isInstanceOf(MemberEffect.Failed.class);
                }
                second.process().destroy();
                second.process().waitFor();
            }
        }
    }

    private UdpMember member(Serving serving, String name) throws IOException {
        Secret psk = Secret.adopt(
                Files.readString(demo.resolve("gm-" + name + ".psk")).strip().getBytes(StandardCharsets.US_ASCII));
        return new UdpMember(
                Identity.parse("fqdn:" + name),
                _ -> Optional.of(psk),
                HostPort.parse(serving.listen()).resolve(),
                false,
                false);
    }

    /** Hears every copy of every message of a command: the member follows the first of each. */
    private static void take(
            MulticastSocket rekeys, String result, String inside, UdpMember member, Map<String, String> messages)
            throws IOException {
        JsonObject json = new JsonObject(result);
        int count = (inside.isEmpty() ? json : json.getJsonObject(inside))
                .getJsonArray("messages")
                .size();
        assertThat(count).isPositive();
        int followed = 0;
        for (int copy = 0; copy < COPIES * count; copy++) {
            byte[] datagram = UdpMember.receive(rekeys);
            HexFormat hex = HexFormat.of();
            String id = hex.formatHex(datagram, 0, 16) + "/" + hex.formatHex(datagram, 20, 24);
            String before = messages.put(id, hex.formatHex(datagram));
            assertThat(before).as(id).isIn(null, hex.formatHex(datagram));
            if (member.rekey(datagram) instanceof MemberEffect.Rekeyed) {
                followed++;
            }
        }
        assertThat(followed).isEqualTo(count);
    }

    private static Set<String> spis(String shown) {
        Set<String> spis = new HashSet<>();
        Pattern.compile("0x[0-9a-f]{8}").matcher(shown).results().forEach(found -> spis.add(found.group()));
        return spis;
    }
}
