package io.opengcks.gcks.config;

import io.opengcks.gcks.group.GroupsSettings;
import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.ikev2.Credentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything one key server is told. {@link GcksConfigReader} reads it from {@code gcks.yaml}; who embeds a server starts with
 * {@link #of}.
 *
 * @param credentials  who the server is, how it proves that and whom it believes
 * @param listen       where members register, 1 to {@value #MAX_LISTEN}
 * @param store        the journal
 * @param admin        the administration; empty: none but the Java API
 * @param multicast    how rekey messages leave
 * @param registration limits and algorithms of registrations
 * @param maxDatagram  longest datagram taken from a member, octets, 1024 to 65507
 * @param groups       limits of the group core
 * @param auditLog     file of the audit log; empty: none
 * @param keyLog       folder to which every key is written for a protocol analyser; empty: none
 */
public record GcksConfig(
        Credentials credentials,
        List<Listen> listen,
        Store store,
        Optional<Admin> admin,
        Multicast multicast,
        KeyServer.Settings registration,
        int maxDatagram,
        GroupsSettings.Limits groups,
        Optional<Path> auditLog,
        Optional<Path> keyLog) {
    public static final int MAX_LISTEN = 32;
    public static final int DEFAULT_PORT = 848;
    public static final int DEFAULT_ADMIN_PORT = 8848;
    /** Certificate chains fit; what is longer is nobody's registration. */
    public static final int DEFAULT_MAX_DATAGRAM = 16_384;

    public GcksConfig {
        listen = List.copyOf(listen);
        if (listen.isEmpty() || listen.size() > MAX_LISTEN) {
            throw new IllegalArgumentException("a key server listens at 1 to " + MAX_LISTEN + " places");
        }
        if (maxDatagram < 1024 || maxDatagram > 65_507) {
            throw new IllegalArgumentException("the longest datagram has 1024 to 65507 octets");
        }
    }

    /** A server on a free port of the loopback address, without administration, audit log and key log. */
    public static GcksConfig of(Credentials credentials, Store store) {
        return new GcksConfig(
                credentials,
                List.of(Listen.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))),
                store,
                Optional.empty(),
                Multicast.DEFAULT,
                KeyServer.Settings.DEFAULT,
                DEFAULT_MAX_DATAGRAM,
                GroupsSettings.Limits.DEFAULT,
                Optional.empty(),
                Optional.empty());
    }

    /** The same with other places to listen at. */
    public GcksConfig withListen(List<Listen> others) {
        return new GcksConfig(
                credentials, others, store, admin, multicast, registration, maxDatagram, groups, auditLog, keyLog);
    }

    /** The same with an administration. */
    public GcksConfig withAdmin(Admin other) {
        return new GcksConfig(
                credentials,
                listen,
                store,
                Optional.of(other),
                multicast,
                registration,
                maxDatagram,
                groups,
                auditLog,
                keyLog);
    }

    /** The same with another way for rekey messages. */
    public GcksConfig withMulticast(Multicast other) {
        return new GcksConfig(
                credentials, listen, store, admin, other, registration, maxDatagram, groups, auditLog, keyLog);
    }

    /** The same with an audit log. */
    public GcksConfig withAuditLog(Path file) {
        return new GcksConfig(
                credentials,
                listen,
                store,
                admin,
                multicast,
                registration,
                maxDatagram,
                groups,
                Optional.of(file),
                keyLog);
    }

    /** The same with a key log. */
    public GcksConfig withKeyLog(Path folder) {
        return new GcksConfig(
                credentials,
                listen,
                store,
                admin,
                multicast,
                registration,
                maxDatagram,
                groups,
                auditLog,
                Optional.of(folder));
    }

    /**
     * A UDP socket for registrations.
     *
     * @param address      port 0 is a free one
     * @param nonEspMarker true: four zero octets stand in front of every IKE message (RFC 3948 §2.2)
     */
    public record Listen(InetSocketAddress address, boolean nonEspMarker) {
        /** Port of IKE and ESP behind NAT. */
        static final int MARKER_PORT = 4500;

        /** With the marker exactly on port 4500. */
        public static Listen at(InetSocketAddress address) {
            return new Listen(address, address.getPort() == MARKER_PORT);
        }
    }

    /**
     * The journal.
     *
     * @param path its file
     * @param key  under which it is encrypted
     */
    public record Store(Path path, StoreKey key) {}

    /**
     * The administration.
     *
     * @param address where it listens; port 0 is a free one
     * @param token   bearer token of every request, at least {@value #MIN_TOKEN} octets
     */
    public record Admin(InetSocketAddress address, Secret token) {
        public static final int MIN_TOKEN = 16;

        public Admin {
            if (token.length() < MIN_TOKEN) {
                throw new IllegalArgumentException("a token has at least " + MIN_TOKEN + " octets");
            }
        }
    }

    /**
     * How rekey messages leave.
     *
     * @param networkInterface name of the interface; empty: as the system routes
     * @param source           local address they come from; empty: as the system chooses
     * @param ttl              time to live or hop limit, 0 to 255
     * @param loopback         whether members on this host hear them too
     */
    public record Multicast(
            Optional<String> networkInterface, Optional<InetAddress> source, int ttl, boolean loopback) {
        public static final Multicast DEFAULT = new Multicast(Optional.empty(), Optional.empty(), 16, true);

        public Multicast {
            if (ttl < 0 || ttl > 255) {
                throw new IllegalArgumentException("a time to live is 0 to 255");
            }
        }
    }
}
