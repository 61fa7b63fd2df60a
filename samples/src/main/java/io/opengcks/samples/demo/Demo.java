package io.opengcks.samples.demo;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.esp.io.EventLoops;
import io.opengcks.esp.io.UdpOptions;
import io.opengcks.esp.io.UdpPort;
import io.opengcks.gcks.GcksServer;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.group.EvictionResult;
import io.opengcks.gcks.group.Flow;
import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.MemberRule;
import io.opengcks.gcks.group.RekeyPolicy;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.member.Agent;
import io.opengcks.member.AgentListener;
import io.opengcks.member.AgentSettings;
import io.opengcks.member.Input;
import io.opengcks.member.RetryTimes;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The main job, once through. Everything runs in this process, but talks over sockets only. */
final class Demo implements AutoCloseable {
    static final Duration SHORTEST = Duration.ofSeconds(15);

    private static final Identity SERVER = Identity.parse("fqdn:gcks.example.org");
    private static final Identity GROUP = Identity.parse("key-id:tv-1");
    private static final String MEMBER = "fqdn:%s.example.org";
    private static final Duration EVICT_AFTER = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Timeline timeline;
    private final SecureRandom random = new SecureRandom();
    private final InetAddress address;
    private final InetAddress media;
    private final NetworkInterface nif;
    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Map<String, Secret> presharedKeys = new LinkedHashMap<>();

    /**
     * Not started yet.
     *
     * @param nif  where everything happens
     * @param ipv6 over IPv6 multicast
     */
    Demo(Timeline timeline, NetworkInterface nif, boolean ipv6) throws IOException {
        this.timeline = timeline;
        this.nif = nif;
        this.address = nif.inetAddresses()
                .filter(candidate ->
                        candidate.getAddress().length == (ipv6 ? 16 : 4) && !candidate.isLinkLocalAddress())
                .findFirst()
                .orElseThrow(() -> new IOException("no address of the wanted kind on " + nif.getName()));
        // A group of its own, so that two demos on one machine do not meet.
        this.media = InetAddress.ofLiteral(
                (ipv6 ? "ff15::%x:%x" : "239.255.%d.%d").formatted(random.nextInt(256), 1 + random.nextInt(254)));
        this.folder = Files.createTempDirectory("opengcks-demo");
    }

    Report run(Duration duration) throws Exception {
        Party sender = new Party("sender");
        List<Party> receivers = List.of(new Party("receiver-1"), new Party("receiver-2"), new Party("receiver-3"));
        Party evicted = receivers.getLast();
        List<Party> others = receivers.subList(0, receivers.size() - 1);
        List<Party> all = Stream.concat(Stream.of(sender), receivers.stream()).toList();

        int espPort = freePort();
        GcksServer server = startServer(all);
        GroupPolicy policy = policy(media, espPort);
        server.groups().create(GROUP, policy).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        timeline.say(
                System.nanoTime(),
                "key server ready; group %s plays on %s, keys change every %d s"
                        .formatted(
                                GROUP,
                                media.getHostAddress(),
                                policy.tekLifetime().toSeconds() * 3 / 4));

        Eavesdropper eavesdropper = new Eavesdropper();
        EventLoops loops = keep(EventLoops.start(1, "eavesdropper"));
        keep(UdpPort.open(loops, UdpOptions.receiver(new InetSocketAddress(media, espPort), nif, null), eavesdropper)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        InetSocketAddress serverAddress = server.addresses().getFirst();
        for (Party receiver : receivers) {
            start(
                    receiver,
                    agent(receiver, serverAddress, receiver == evicted ? eavesdropper : KeyLog.OFF)
                            .receiver((octets, offset, length) ->
                                    receiver.recorder.add(octets, offset, length, System.nanoTime()))
                            .build());
        }
        start(
                sender,
                agent(sender, serverAddress, KeyLog.OFF)
                        .sender(Input.udp(new InetSocketAddress(address, 0)))
                        .build());
        for (Party party : all) {
            party.agent().registered().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        TestCardPlayer player =
                keep(new TestCardPlayer(sender.agent().inputAddress().orElseThrow(), sender.recorder));
        long started = System.nanoTime();
        timeline.good(started, "the stream plays: an MPEG transport stream of 0.8 Mbit/s");
        watch(started, EVICT_AFTER, duration, sender, receivers);

        timeline.say(System.nanoTime(), "evicting " + evicted.name + " ...");
        long command = System.nanoTime();
        EvictionResult eviction = server.groups()
                .evict(GROUP, identity(evicted))
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        timeline.say(
                System.nanoTime(),
                "eviction sent: %d messages, %d octets, %d wrapped keys"
                        .formatted(
                                eviction.rekey().messages().size(),
                                eviction.rekey().octets(),
                                eviction.rekey().wraps()));
        watch(started, EVICT_AFTER.plusSeconds(2), duration, sender, receivers);
        timeline.bad(
                System.nanoTime(),
                "%s is dark: last packet %.1f ms after the command"
                        .formatted(evicted.name, darkAfterMs(evicted, eavesdropper, command)));
        watch(started, duration, duration, sender, receivers);

        player.stop();
        drain(sender, others);
        Report report = report(sender, others, evicted, all, eavesdropper, command, eviction);
        tell(report, others);
        return report;
    }

    private Report report(
            Party sender,
            List<Party> others,
            Party evicted,
            List<Party> all,
            Eavesdropper eavesdropper,
            long command,
            EvictionResult eviction) {
        long sent = sender.recorder.packets();
        String digest = sender.recorder.sha256Hex();
        int registered =
                (int) all.stream().filter(party -> party.registered.get()).count();
        boolean identical =
                others.stream().allMatch(party -> party.recorder.sha256Hex().equals(digest));
        long lost = others.stream()
                .mapToLong(party -> sent - party.recorder.packets())
                .sum();
        long afterSwitch = eavesdropper.openedOfUnknown();
        long heard = eavesdropper.heardOfUnknown();
        long scheduled = sender.rekeys.get() - eviction.rekey().messages().size();
        List<String> failed = new ArrayList<>();
        check(failed, registered == all.size(), "not every member registered");
        check(failed, sent > 0, "nothing was sent");
        check(failed, identical, "a remaining receiver got another stream than was sent");
        check(failed, lost == 0, "the others lost " + lost + " packets");
        check(failed, afterSwitch == 0, "the evicted receiver read " + afterSwitch + " packets after the switch");
        check(failed, heard > 0, "nothing was sent under a key made after the eviction");
        check(failed, evicted.refused.get(), "the evicted receiver was not refused when it asked again");
        check(failed, scheduled >= 1, "no scheduled rekey");
        check(failed, sender.tekSwitches.get() >= 2, "the traffic key changed less than twice");
        check(failed, eviction.wasMember() && eviction.rekey().wraps() > 0, "the eviction changed no key");
        return new Report(
                failed.isEmpty(),
                failed,
                registered,
                sent,
                identical,
                darkAfterMs(evicted, eavesdropper, command),
                afterSwitch,
                heard,
                evicted.refused.get(),
                lost,
                sender.rekeys.get(),
                scheduled,
                sender.tekSwitches.get(),
                eviction.rekey().wraps(),
                eviction.rekey().octets());
    }

    private void tell(Report report, List<Party> others) {
        long now = System.nanoTime();
        timeline.say(
                now,
                "%d packets sent under new keys while the evicted receiver tried all it had: %d opened"
                        .formatted(report.evictedHeardAfterSwitch(), report.evictedDecryptedAfterSwitch()));
        String names =
                String.join(" and ", others.stream().map(party -> party.name).toList());
        if (report.othersLost() == 0) {
            timeline.good(now, names + " lost 0 of " + report.packetsSent() + " packets");
        } else {
            timeline.bad(now, names + " lost " + report.othersLost() + " packets");
        }
        report.failed().forEach(failure -> timeline.bad(now, "FAILED: " + failure));
    }

    private static void check(List<String> failed, boolean holds, String otherwise) {
        if (!holds) {
            failed.add(otherwise);
        }
    }

    /** From the command to the last packet the evicted member could read, by its agent or by keys it kept; 0 if none came. */
    private static double darkAfterMs(Party evicted, Eavesdropper eavesdropper, long commandNs) {
        long agent = evicted.recorder.packets() == 0 ? commandNs : evicted.recorder.lastNs();
        long keys = eavesdropper.lastOpenedNs() == Long.MIN_VALUE ? commandNs : eavesdropper.lastOpenedNs();
        return Math.max(0, Math.max(agent - commandNs, keys - commandNs)) / 1e6;
    }

    private void watch(long startedNs, Duration until, Duration total, Party sender, List<Party> receivers)
            throws InterruptedException {
        while (System.nanoTime() - startedNs < until.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(100);
            long elapsed = System.nanoTime() - startedNs;
            StringBuilder counts = new StringBuilder();
            counts.append("%.2f Mbit/s  sent %d"
                    .formatted(sender.recorder.octets() * 8e3 / elapsed, sender.recorder.packets()));
            receivers.forEach(
                    party -> counts.append("  ").append(party.name).append(' ').append(party.recorder.packets()));
            timeline.progress(elapsed, total.toNanos(), counts.toString());
        }
    }

    /** Lets what is on its way arrive. */
    private static void drain(Party sender, List<Party> others) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() - end < 0
                && others.stream().anyMatch(party -> party.recorder.packets() < sender.recorder.packets())) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private GcksServer startServer(List<Party> members) throws Exception {
        for (Party member : members) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            presharedKeys.put(identity(member).toString(), Secret.adopt(key));
        }
        byte[] storeKey = new byte[32];
        random.nextBytes(storeKey);
        Credentials credentials = new Credentials(
                SERVER,
                Optional.empty(),
                peer -> Optional.ofNullable(presharedKeys.get(peer.toString())),
                Optional.empty());
        GcksConfig config = GcksConfig.of(
                        credentials,
                        new GcksConfig.Store(folder.resolve("journal.db"), new StoreKey(Secret.adopt(storeKey))))
                .withMulticast(new GcksConfig.Multicast(Optional.of(nif.getName()), Optional.of(address), 0, true));
        return keep(GcksServer.start(config));
    }

    private static GroupPolicy policy(InetAddress media, int espPort) {
        return GroupPolicy.builder(List.of(new Flow(media, 5004, Optional.empty())), RekeyPolicy.of(media, freePort()))
                .udpPort(OptionalInt.of(espPort))
                .tekLifetime(Duration.ofSeconds(12))
                .kekLifetime(Duration.ofHours(1))
                .delays(1, 2)
                .mayJoin(List.of(MemberRule.identity(MEMBER.formatted("receiver-*"))))
                .maySend(List.of(MemberRule.identity(MEMBER.formatted("sender"))))
                .build();
    }

    private AgentSettings.Builder agent(Party party, InetSocketAddress server, KeyLog keyLog) {
        Secret key = presharedKeys.get(identity(party).toString());
        Credentials credentials = new Credentials(
                identity(party),
                Optional.empty(),
                peer -> peer.equals(SERVER) ? Optional.ofNullable(key) : Optional.empty(),
                Optional.empty());
        return AgentSettings.builder(
                        new HostPort(server.getHostString(), server.getPort()), SERVER, credentials, GROUP, nif)
                .ttl(0)
                .keyLog(keyLog)
                .retry(new RetryTimes(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(500)));
    }

    private void start(Party party, AgentSettings settings) {
        AgentListener listener = event -> party.on(event, (kind, line) -> {
            long now = System.nanoTime();
            switch (kind) {
                case PLAIN -> timeline.say(now, line);
                case GOOD -> timeline.good(now, line);
                case BAD -> timeline.bad(now, line);
            }
        });
        party.runs(Agent.start(settings, listener, new SimpleMeterRegistry()));
        keep(party);
    }

    private static Identity identity(Party party) {
        return Identity.parse(MEMBER.formatted(party.name));
    }

    private static int freePort() {
        try (DatagramSocket socket = new DatagramSocket()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        synchronized (open) {
            open.push(part);
        }
        return part;
    }

    /** Ends everything, last started first, and deletes what was written. Does nothing the second time. */
    @Override
    public void close() throws IOException {
        while (true) {
            AutoCloseable next;
            synchronized (open) {
                if (open.isEmpty()) {
                    break;
                }
                next = open.pop();
            }
            try {
                next.close();
            } catch (Exception e) {
                timeline.bad(System.nanoTime(), "while closing: " + e.getMessage());
            }
        }
        timeline.end();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
