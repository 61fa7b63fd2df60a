package io.opengcks.gcks.config;

import io.opengcks.gcks.group.GroupsSettings;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.PresharedKeys;
import io.opengcks.protocols.settings.CertificateSettings;
import io.opengcks.protocols.settings.PresharedKeySettings;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code gcks.yaml}. Every key stands in {@code docs/configuration/gcks.md}. */
public final class GcksConfigReader {
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    private GcksConfigReader() {}

    /** Reads {@code file} and the files it names. */
    public static GcksConfig read(Path file) throws SettingsException {
        return read(Settings.read(file));
    }

    /** Reads only how the administration is reached: not everybody who administers may read the keys of the server. */
    public static Optional<GcksConfig.Admin> readAdmin(Path file) throws SettingsException {
        return admin(Settings.read(file));
    }

    static GcksConfig read(Path file, Map<String, String> environment) throws SettingsException {
        return read(Settings.read(file, environment));
    }

    static GcksConfig read(Section root) throws SettingsException {
        var config = new GcksConfig(
                credentials(root),
                listen(root),
                store(root.section("store")),
                admin(root),
                multicast(root.section("multicast")),
                registration(root),
                root.section("limits").integer("maxDatagram", 1024, 65_507).orDefault(GcksConfig.DEFAULT_MAX_DATAGRAM),
                groups(root.section("limits")),
                root.path("auditLog", "the file of the audit log").optional(),
                root.path("keylog", "a folder for keys").optional());
        root.end();
        return config;
    }

    private static Credentials credentials(Section root) throws SettingsException {
        Identity identity = root.identity("identity").required();
        Section section = root.section("credentials");
        CertificateSettings certificate = CertificateSettings.read(section.section("certificate"));
        PresharedKeySettings inline = PresharedKeySettings.read(section);
        Optional<Path> file = section.path("presharedKeyFile", "a file with a list presharedKeys")
                .optional();
        if (certificate.trust().isEmpty() && inline.size() == 0 && file.isEmpty()) {
            throw root.error(
                    "credentials",
                    "expected presharedKeys, a presharedKeyFile, or certificate.trust: nobody could register");
        }
        PresharedKeys keys = inline;
        if (file.isPresent()) {
            keys = inline.orElse(PresharedKeyFile.open(file.get()));
        }
        return new Credentials(identity, certificate.signing(), keys, certificate.trust());
    }

    private static List<GcksConfig.Listen> listen(Section root) throws SettingsException {
        List<GcksConfig.Listen> places = new ArrayList<>();
        for (Section place : root.sections("listen", GcksConfig.MAX_LISTEN)) {
            InetAddress address = place.address("address").orDefault(ANY);
            int port = place.integer("port", 0, 65_535).required();
            var listen = GcksConfig.Listen.at(new InetSocketAddress(address, port));
            places.add(new GcksConfig.Listen(
                    listen.address(), place.bool("nonEspMarker").orDefault(listen.nonEspMarker())));
        }
        if (places.isEmpty()) {
            places.add(GcksConfig.Listen.at(new InetSocketAddress(ANY, GcksConfig.DEFAULT_PORT)));
            places.add(GcksConfig.Listen.at(new InetSocketAddress(ANY, GcksConfig.Listen.MARKER_PORT)));
        }
        return places;
    }

    private static GcksConfig.Store store(Section store) throws SettingsException {
        return new GcksConfig.Store(
                store.path("path", "the file of the journal").required(), StoreKeySource.read(store));
    }

    private static Optional<GcksConfig.Admin> admin(Section root) throws SettingsException {
        Optional<Section> section = root.optionalSection("admin");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Section admin = section.get();
        InetAddress address = admin.address("address").orDefault(InetAddress.ofLiteral("127.0.0.1"));
        int port = admin.integer("port", 0, 65_535).orDefault(GcksConfig.DEFAULT_ADMIN_PORT);
        Secret token = admin.secret("token").required();
        if (token.length() < GcksConfig.Admin.MIN_TOKEN) {
            throw admin.error(
                    "token",
                    "expected a token of at least " + GcksConfig.Admin.MIN_TOKEN + " octets, found " + token.length());
        }
        return Optional.of(new GcksConfig.Admin(new InetSocketAddress(address, port), token));
    }

    private static GcksConfig.Multicast multicast(Section section) throws SettingsException {
        var otherwise = GcksConfig.Multicast.DEFAULT;
        return new GcksConfig.Multicast(
                section.string("interface").optional(),
                section.address("source").optional(),
                section.integer("ttl", 0, 255).orDefault(otherwise.ttl()),
                section.bool("loopback").orDefault(otherwise.loopback()));
    }

    private static KeyServer.Settings registration(Section root) throws SettingsException {
        var otherwise = KeyServer.Settings.DEFAULT;
        Section limits = root.section("limits");
        return new KeyServer.Settings(
                root.oneOf("keyWrap", KeyWrapAlgorithm.class)
                        .optional()
                        .map(List::of)
                        .orElse(otherwise.keyWraps()),
                otherwise.keyExchanges(),
                limits.integer("cookieThreshold", 0, 1_000_000).orDefault(otherwise.cookieThreshold()),
                limits.integer("maxHalfOpen", 1, 1_000_000).orDefault(otherwise.maxHalfOpen()),
                limits.integer("maxIkeSas", 1, 10_000_000).orDefault(otherwise.maxIkeSas()),
                nanos(limits, "halfOpenTime", otherwise.halfOpenNs()),
                nanos(limits, "idleTime", otherwise.idleNs()),
                otherwise.retransmission());
    }

    private static long nanos(Section section, String key, long otherwise) throws SettingsException {
        return section.duration(key, Duration.ofMillis(100), MAX_WAIT)
                .optional()
                .map(Duration::toNanos)
                .orElse(otherwise);
    }

    private static GroupsSettings.Limits groups(Section limits) throws SettingsException {
        var otherwise = GroupsSettings.Limits.DEFAULT;
        return new GroupsSettings.Limits(
                limits.integer("maxGroups", 1, 1_000_000).orDefault(otherwise.maxGroups()),
                limits.integer("queuedCommands", 1, 1_000_000).orDefault(otherwise.queuedCommands()),
                limits.integer("batch", 1, 10_000).orDefault(otherwise.batch()),
                limits.integer("snapshotEvents", 1, 1_000_000).orDefault(otherwise.snapshotEvents()));
    }
}
