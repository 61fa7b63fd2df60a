package io.opengcks.member.config;

import io.opengcks.member.AgentSettings;
import io.opengcks.member.Input;
import io.opengcks.member.Limits;
import io.opengcks.member.Output;
import io.opengcks.member.RetryTimes;
import io.opengcks.member.Role;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.PresharedKeys;
import io.opengcks.protocols.settings.CertificateSettings;
import io.opengcks.protocols.settings.HostPort;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code gm.yaml}. Every key stands in {@code docs/configuration/gm.md}. */
public final class GmConfigReader {
    /** Servers one member may name. */
    static final int MAX_SERVERS = 32;

    static final int DEFAULT_METRICS_PORT = 9465;

    /** NIST SP 800-107 r1 §5.3.4: a key shorter than this is weaker than what it protects. */
    private static final int MIN_PSK_OCTETS = 16;

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private GmConfigReader() {}

    /**
     * Reads {@code file} and the files it names.
     *
     * @param standardOutput where {@code output: {stdout: true}} writes
     */
    public static GmConfig read(Path file, OutputStream standardOutput) throws SettingsException {
        return read(Settings.read(file), standardOutput);
    }

    static GmConfig read(Section root, OutputStream standardOutput) throws SettingsException {
        Identity identity = root.identity("identity").required();
        List<HostPort> servers = root.hostPorts("servers", MAX_SERVERS).required();
        Identity serverIdentity = root.identity("serverIdentity").required();
        Credentials credentials = credentials(root, identity, serverIdentity);
        Identity group = root.identity("group").required();
        NetworkInterface networkInterface = networkInterface(root).required();
        Role role = root.oneOf("role", Role.class).required();
        AgentSettings.Builder builder = AgentSettings.builder(
                        servers.getFirst(), serverIdentity, credentials, group, networkInterface)
                .servers(servers)
                .natPorts(natPorts(root))
                .ttl(root.integer("ttl", 0, 255).orDefault(1))
                .senderIds(root.integer("senderIds", 1, 255).orDefault(1))
                .limits(limits(root.section("buffers"), root.section("limits")))
                .retry(retry(root.section("retry")))
                .leaveWithin(root.duration("leaveWithin", Duration.ofMillis(100), Duration.ofMinutes(1))
                        .orDefault(Duration.ofSeconds(2)));
        flow(root).ifPresent(builder::flow);
        Optional<Input> input = input(root);
        Optional<Output> output = output(root, standardOutput);
        switch (role) {
            case SENDER -> {
                if (output.isPresent()) {
                    throw root.error("output", "expected no output: a sender receives nothing");
                }
                builder.sender(input.orElseThrow(() -> root.error("input", "expected an input: this is a sender")));
            }
            case RECEIVER -> {
                if (input.isPresent()) {
                    throw root.error("input", "expected no input: a receiver sends nothing");
                }
                builder.receiver(
                        output.orElseThrow(() -> root.error("output", "expected an output: this is a receiver")));
            }
            case BOTH ->
                builder.sender(input.orElseThrow(() -> root.error("input", "expected an input: this is a sender too")))
                        .receiver(output.orElseThrow(
                                () -> root.error("output", "expected an output: this is a receiver too")));
        }
        Optional<InetSocketAddress> metrics = metrics(root);
        Optional<Path> keylog = root.path("keylog", "a folder for keys").optional();
        root.end();
        return new GmConfig(builder.build(), metrics, keylog);
    }

    private static Credentials credentials(Section root, Identity identity, Identity server) throws SettingsException {
        Optional<Secret> key = root.secret("presharedKey").optional();
        CertificateSettings certificate = CertificateSettings.read(root.section("certificate"));
        if (key.isPresent() && key.get().length() < MIN_PSK_OCTETS) {
            throw root.error(
                    "presharedKey",
                    "expected a key of at least " + MIN_PSK_OCTETS + " octets, found "
                            + key.get().length());
        }
        if (key.isEmpty() && certificate.signing().isEmpty()) {
            throw root.error("", "expected presharedKey, or certificate with chain, key and trust");
        }
        if (key.isEmpty() && certificate.trust().isEmpty()) {
            throw root.error("certificate", "expected trust: without it no server can prove who it is");
        }
        PresharedKeys keys = peer -> peer.equals(server) ? key : Optional.empty();
        return new Credentials(identity, certificate.signing(), keys, certificate.trust());
    }

    private static io.opengcks.protocols.settings.Setting<NetworkInterface> networkInterface(Section section)
            throws SettingsException {
        return section.value("interface", "the name or an address of a network interface of this host", text -> {
            try {
                NetworkInterface byName = NetworkInterface.getByName(text);
                NetworkInterface found =
                        byName != null ? byName : NetworkInterface.getByInetAddress(InetAddress.ofLiteral(text));
                if (found == null) {
                    throw new IllegalArgumentException("no such interface");
                }
                return found;
            } catch (SocketException e) {
                throw new IllegalArgumentException("no interfaces", e);
            }
        });
    }

    private static Set<Integer> natPorts(Section root) throws SettingsException {
        return new HashSet<>(root.values("natPorts", 16, "a UDP port", text -> {
                    int port = Integer.parseInt(text);
                    if (port < 1 || port > 65_535) {
                        throw new IllegalArgumentException("no port");
                    }
                    return port;
                })
                .orDefault(List.of(AgentSettings.NAT_TRAVERSAL_PORT)));
    }

    private static Optional<InetSocketAddress> flow(Section root) throws SettingsException {
        return root.value("flow", "the multicast address and port of a flow of the group", text -> {
                    HostPort place = HostPort.parse(text);
                    InetAddress address = InetAddress.ofLiteral(place.host());
                    if (!address.isMulticastAddress()) {
                        throw new IllegalArgumentException("unicast");
                    }
                    return new InetSocketAddress(address, place.port());
                })
                .optional();
    }

    private static Optional<Input> input(Section root) throws SettingsException {
        Optional<Section> section = root.optionalSection("input");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Section input = section.get();
        return Optional.of(new Input(
                resolve(input, "listen"),
                input.multicastAddress("group").optional(),
                networkInterface(input).optional()));
    }

    private static Optional<Output> output(Section root, OutputStream standardOutput) throws SettingsException {
        Optional<Section> section = root.optionalSection("output");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Section output = section.get();
        boolean stdout = output.bool("stdout").orDefault(false);
        Optional<HostPort> to = output.hostPort("to").optional();
        if (stdout == to.isPresent()) {
            output.end(); // a misspelt key is named as what it is
            throw output.error("", "expected either to: \"HOST:PORT\" or stdout: true");
        }
        return Optional.of(stdout ? new Output.Stream(standardOutput) : new Output.Udp(resolve(output, "to")));
    }

    private static InetSocketAddress resolve(Section section, String key) throws SettingsException {
        HostPort place = section.hostPort(key).required();
        try {
            return place.resolve();
        } catch (UnknownHostException _) {
            throw section.error(key, "expected a host that has an address, found \"" + place.host() + "\"");
        }
    }

    private static Limits limits(Section buffers, Section limits) throws SettingsException {
        Limits otherwise = Limits.DEFAULT;
        return new Limits(
                buffers.integer("socket", 4096, 1 << 28).orDefault(otherwise.socketBuffer()),
                limits.integer("maxDatagram", 576, 65_535).orDefault(otherwise.maxDatagram()),
                otherwise.sendQueue(),
                buffers.integer("output", 1 << 16, 1 << 28).orDefault(otherwise.outputBuffer()),
                limits.integer("parkedPackets", 1, 1 << 16).orDefault(otherwise.parkedPackets()),
                limits.duration("parkedFor", SHORTEST, Duration.ofMinutes(1)).orDefault(otherwise.parkedFor()),
                replayWindow(limits),
                limits.integer("maxSenders", 1, 1 << 16).orDefault(otherwise.maxSenders()));
    }

    private static int replayWindow(Section limits) throws SettingsException {
        int window = limits.integer("replayWindow", 64, 4096).orDefault(Limits.DEFAULT.replayWindow());
        if (window % 64 != 0) {
            throw limits.error("replayWindow", "expected a multiple of 64, found " + window);
        }
        return window;
    }

    private static RetryTimes retry(Section retry) throws SettingsException {
        RetryTimes otherwise = RetryTimes.DEFAULT;
        Duration first = retry.duration("first", SHORTEST, LONGEST).orDefault(otherwise.first());
        Duration longest = retry.duration("longest", SHORTEST, LONGEST).orDefault(otherwise.longest());
        Duration firstRefused =
                retry.duration("firstRefused", SHORTEST, LONGEST).orDefault(otherwise.firstRefused());
        Duration longestRefused =
                retry.duration("longestRefused", SHORTEST, LONGEST).orDefault(otherwise.longestRefused());
        Duration jitter = retry.duration("jitter", Duration.ZERO, LONGEST).orDefault(otherwise.jitter());
        if (longest.compareTo(first) < 0) {
            throw retry.error("longest", "expected at least the value of first");
        }
        if (longestRefused.compareTo(firstRefused) < 0) {
            throw retry.error("longestRefused", "expected at least the value of firstRefused");
        }
        return new RetryTimes(first, longest, firstRefused, longestRefused, jitter);
    }

    private static Optional<InetSocketAddress> metrics(Section root) throws SettingsException {
        Optional<Section> section = root.optionalSection("metrics");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        InetAddress address = section.get().address("address").orDefault(InetAddress.ofLiteral("127.0.0.1"));
        int port = section.get().integer("port", 0, 65_535).orDefault(DEFAULT_METRICS_PORT);
        return Optional.of(new InetSocketAddress(address, port));
    }
}
