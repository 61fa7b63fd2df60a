package io.opengcks.member;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.member.Loopback.Net;
import io.opengcks.protocols.gsa.Identity;
import java.io.DataInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program {@code gm} as a process of its own. */
@Timeout(120)
class GmRunTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void writesTheStreamAndNothingElseToStandardOutputAndLeavesWhenToldToStop() throws Exception {
        Net net = new Net();
        int metrics = freeTcpPort();
        try (TestKeyServer server = new TestKeyServer(net)) {
            Path config = Files.writeString(folder.resolve("gm.yaml"), """
                    identity: fqdn:rx-1
                    servers: ["%s"]
                    serverIdentity: %s
                    presharedKey: {text: "the same for everybody, in tests"}
                    group: %s
                    interface: %s
                    role: receiver
                    output: {stdout: true}
                    metrics: {port: %d}
                    """.formatted(
                            server.address(), Loopback.SERVER, Loopback.TV, Loopback.LO.getName(), metrics));
            Process gm = start(
                    "run",
                    "--config",
                    config.toString(),
                    "--keylog",
                    folder.resolve("keys").toString());
            try (Agent sender = Agent.start(
                    Loopback.settings("tx", server.address()).sender().build(),
                    AgentListener.NONE,
                    new SimpleMeterRegistry())) {
                awaitStatus(metrics, "\"state\":\"REGISTERED\"");
                while (sender.status().sendingOn().isEmpty()) {
                    LockSupport.parkNanos(10_000_000);
                }
                sender.send("an octet stream".getBytes(UTF_8));
                DataInputStream out = new DataInputStream(gm.getInputStream());
                assertThat(out.readNBytes(15)).asString(UTF_8).isEqualTo("an octet stream");
                awaitStatus(metrics, "\"deliveredPackets\":1");
                assertThat(get(metrics, "/metrics")).contains("opengcks_esp_received_packets_total{");
                Process status = start("status", "--config", config.toString(), "--output", "json");
                assertThat(status.inputReader(UTF_8).readLine()).startsWith("{\"state\":\"REGISTERED\"");
                assertThat(status.waitFor()).isZero();

                gm.toHandle().destroy(); // SIGTERM; Process.destroy() would close our end of its streams too
                assertThat(server.left.poll(30, TimeUnit.SECONDS)).isEqualTo(Identity.parse("fqdn:rx-1"));
                assertThat(gm.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(out.readAllBytes()).isEmpty();
            } finally {
                gm.destroyForcibly();
            }
        }
        assertThat(folder.resolve("keys").resolve("esp_sa")).isNotEmptyFile();
    }

    @Test
    void aWrongFileIsOneLineAndExitCodeOne() throws Exception {
        Path config = Files.writeString(folder.resolve("gm.yaml"), "identity: nobody\n");
        Process gm = start("run", "--config", config.toString());
        assertThat(gm.errorReader(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("gm: " + config + ":1: identity");
        assertThat(gm.waitFor()).isEqualTo(1);
    }

    private Process start(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.opengcks.member.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        if (!arguments[2].endsWith("gm.yaml") || arguments.length > 3) {
            builder.redirectError(folder.resolve("stderr-" + arguments[0]).toFile());
        }
        return builder.start();
    }

    private static void awaitStatus(int port, String part) throws Exception {
        while (true) {
            try {
                if (get(port, "/status").contains(part)) {
                    return;
                }
            } catch (java.net.ConnectException e) {
                assertThat(e).hasMessageNotContaining("unreachable"); // not up yet
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static int freeTcpPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
