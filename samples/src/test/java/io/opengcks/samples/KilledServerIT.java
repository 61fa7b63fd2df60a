package io.opengcks.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.member.Agent;
import io.opengcks.member.AgentEvent;
import io.opengcks.member.AgentSettings;
import io.opengcks.member.RetryTimes;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The key server is killed with SIGKILL in the middle of the stream, again and again: the stream never stops, who was evicted stays out, and
 * nothing that must be unique is given twice. A wiretap on the rekey address and the audit log tell.
 */
class KilledServerIT {
    private static final String CONFIG = " --config site/gcks.yaml";
    private static final int PORT = 10858;
    private static final int KILLS = 4;

    @Test
    void theStreamGoesOnAndTheEvictedStaysOut(@TempDir Path folder) throws Exception {
        try (var programs = new Programs(folder);
                var loops = EventLoops.start(1, "wiretap")) {
            programs.run("./opengcks gcks init site --sender tx --member rx-1 --member rx-2 --listen 127.0.0.1:" + PORT
                    + " --admin-port 10859 --address 239.255.58.1 --port 5058");
            Files.writeString(
                    folder.resolve("site/tv.yaml"),
                    "tekLifetime: 40s\natdSeconds: 1\ndtdSeconds: 2\nudpPort: 15058\n",
                    StandardOpenOption.APPEND);
            Programs.Running server = serve(programs);
            programs.run("./opengcks gcks group create site/tv.yaml" + CONFIG);

            var wire = new Wiretap();
            var rekeys = new InetSocketAddress(InetAddress.ofLiteral("239.255.58.2"), PORT);
            UdpPort tap = UdpPort.open(loops, UdpOptions.receiver(rekeys, loopback(), null), wire)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            try (var tx = new Member(folder, "tx");
                    var rx1 = new Member(folder, "rx-1");
                    var rx2 = new Member(folder, "rx-2")) {
                tx.registered();
                rx1.registered();
                rx2.registered();
                var stream = new Stream(tx.agent);

                for (int kill = 0; kill < KILLS; kill++) {
                    if (kill == 1) {
                        programs.run("./opengcks gcks member evict key-id:tv rx-2" + CONFIG);
                    } else {
                        programs.run("./opengcks gcks rekey key-id:tv" + CONFIG);
                    }
                    server.signal("KILL");
                    Programs.await("the server's end", () -> !programs.alive("gcks.yaml"));
                    int before = rx1.got.count();
                    Programs.await("the stream without a server", () -> rx1.got.count() > before + 100);
                    server = serve(programs);
                }
                Programs.await("rx-2 refused", () -> rx2.refused.get() > 0);
                int dark = rx2.got.count();
                int switches = tx.switches.get();
                Programs.await("a scheduled rekey", () -> tx.switches.get() > switches);
                int sent = stream.stop();
                Programs.await("the last packet at rx-1", () -> rx1.got.get(sent - 1));
                BitSet lost = rx1.got.copy();
                lost.flip(0, sent);
                assertThat(lost.toString())
                        .as("lost of " + sent + " at " + rx1.agent.status())
                        .isEqualTo("{}");

                assertThat(rx2.got.count()).as("the evicted member").isEqualTo(dark);
                System.out.println("killed server: kills=" + KILLS + " sent=" + sent + " lost=0 rekeyMessages="
                        + wire.messages.size() + " copies=" + wire.copies.get() + " tekSwitches=" + tx.switches.get());
            } finally {
                tap.close();
            }
            assertThat(wire.reused)
                    .as("rekey message numbers with two contents")
                    .isEmpty();
            assertThat(wire.copies.get()).isGreaterThan(wire.messages.size());
            server.signal("TERM");
            Programs.await("the server's end", () -> !programs.alive("gcks.yaml"));
            nothingTwice(folder.resolve("site/audit.jsonl"));
        }
    }

    /** The audit log follows the journal's events. */
    private static void nothingTwice(Path auditLog) throws IOException {
        Set<String> given = new HashSet<>();
        List<String> twice = new ArrayList<>();
        JsonMapper mapper = JsonMapper.builder().build();
        int lines = 0;
        for (String line : Files.readAllLines(auditLog)) {
            JsonNode entry = mapper.readTree(line);
            lines++;
            switch (entry.get("event").asString()) {
                case "data-sa-created" -> entry.get("dataSpis").forEach(spi -> once("SPI " + spi, given, twice));
                case "rekey-sa-created" -> once("Rekey SPI " + entry.get("rekeySpi"), given, twice);
                case "sender-ids-given" -> entry.get("senderIds").forEach(id -> once("Sender-ID " + id, given, twice));
                case "rekey-message" -> once("message " + entry.get("rekeySpi") + entry.get("detail"), given, twice);
                default -> {}
            }
        }
        assertThat(twice).as("given twice in " + lines + " entries").isEmpty();
        assertThat(given).anyMatch(one -> one.startsWith("SPI")).anyMatch(one -> one.startsWith("Sender-ID"));
        assertThat(given).anyMatch(one -> one.startsWith("message"));
    }

    private static void once(String what, Set<String> given, List<String> twice) {
        if (!given.add(what)) {
            twice.add(what);
        }
    }

    private static Programs.Running serve(Programs programs) throws Exception {
        Programs.Running server = programs.start("./opengcks gcks serve" + CONFIG);
        server.awaitOutput("serving");
        return server;
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
    }

    /** Numbered packets, a hundred a second. */
    private static final class Stream {
        private final AtomicInteger next = new AtomicInteger();
        private final Thread thread;
        private volatile boolean playing = true;

        Stream(Agent sender) {
            thread = Thread.ofVirtual().start(() -> {
                while (playing) {
                    sender.send(ByteBuffer.allocate(1316)
                            .putInt(next.getAndIncrement())
                            .array());
                    try {
                        TimeUnit.MILLISECONDS.sleep(10);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
        }

        int stop() throws InterruptedException {
            playing = false;
            thread.join();
            return next.get();
        }
    }

    /** A receiver or the sender, as its files say, with the stream's packets it got. */
    private static final class Member implements AutoCloseable {
        final Numbers got = new Numbers();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger switches = new AtomicInteger();
        final Agent agent;

        Member(Path folder, String name) throws IOException {
            Secret key = Secret.copyOf(Files.readString(folder.resolve("site/gm-" + name + ".psk"))
                    .strip()
                    .getBytes(StandardCharsets.US_ASCII));
            Identity server = Identity.parse("fqdn:gcks.example.org");
            var credentials = new Credentials(
                    Identity.parse("fqdn:" + name), Optional.empty(), peer -> Optional.of(key), Optional.empty());
            AgentSettings.Builder settings = AgentSettings.builder(
                            new HostPort("127.0.0.1", PORT),
                            server,
                            credentials,
                            Identity.parse("key-id:tv"),
                            loopback())
                    .ttl(0)
                    .retry(new RetryTimes(
                            Duration.ofMillis(300),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(5),
                            Duration.ofMillis(300)));
            settings = name.equals("tx")
                    ? settings.sender()
                    : settings.receiver((octets, offset, length) ->
                            got.add(ByteBuffer.wrap(octets, offset, length).getInt()));
            agent = Agent.start(settings.build(), this::happened, new SimpleMeterRegistry());
        }

        private void happened(AgentEvent event) {
            if (event instanceof AgentEvent.RegistrationFailed failed
                    && failed.kind() == MemberEffect.Kind.NOT_ADMITTED) {
                refused.incrementAndGet();
            } else if (event instanceof AgentEvent.TekSwitched) {
                switches.incrementAndGet();
            }
        }

        void registered() throws Exception {
            agent.registered().get(20, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            agent.close();
        }
    }

    /** Numbers of packets. */
    private static final class Numbers {
        private final BitSet numbers = new BitSet();

        synchronized void add(int number) {
            numbers.set(number);
        }

        synchronized boolean get(int number) {
            return numbers.get(number);
        }

        synchronized int count() {
            return numbers.cardinality();
        }

        synchronized BitSet copy() {
            return (BitSet) numbers.clone();
        }
    }

    /** Every rekey message by its number: SPI pair and Message ID of the IKE header. */
    private static final class Wiretap implements io.opengcks.esp.io.DatagramHandler {
        final Map<String, String> messages = new ConcurrentHashMap<>();
        final Set<String> reused = ConcurrentHashMap.newKeySet();
        final AtomicInteger copies = new AtomicInteger();

        @Override
        public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
            ByteBuffer header = ByteBuffer.wrap(buffer, off, len);
            String number = "%016x%016x/%d".formatted(header.getLong(), header.getLong(), header.getInt(off + 20));
            String octets = HexFormat.of().formatHex(buffer, off, off + len);
            String before = messages.putIfAbsent(number, octets);
            copies.incrementAndGet();
            if (before != null && !before.equals(octets)) {
                reused.add(number);
            }
        }
    }
}
