package io.opengcks.gcks.cli;

import io.opengcks.gcks.store.StoreKey;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code gcks init} writes. Files with secrets are readable for their owner only; nothing is overwritten. */
final class InitFiles {
    static final String CONFIG = "gcks.yaml";
    static final String GROUP = "tv.yaml";
    private static final int PSK_BYTES = 32;
    private static final int TOKEN_BYTES = 32;
    /** Where senders take their plain stream, and behind it where receivers put theirs. */
    private static final int FIRST_PLAIN_PORT = 6000;

    /** What the operator wants. */
    record Plan(
            Identity identity,
            Identity group,
            List<Identity> receivers,
            List<Identity> senders,
            HostPort listen,
            int adminPort,
            InetAddress address,
            int port,
            String networkInterface) {}

    private final Path folder;
    private final Plan plan;
    private final SecureRandom random = new SecureRandom();
    private final List<Path> written = new ArrayList<>();

    private InitFiles(Path folder, Plan plan) {
        this.folder = folder;
        this.plan = plan;
    }

    static List<Path> write(Path folder, Plan plan) throws CliException, IOException {
        Set<Identity> all = new LinkedHashSet<>(plan.senders());
        all.addAll(plan.receivers());
        if (all.stream().map(InitFiles::memberFile).distinct().count() != all.size()) {
            throw new CliException("two members would have the same file name");
        }
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new CliException(folder + " is not empty: nothing is overwritten");
                }
            }
        }
        Files.createDirectories(folder);
        var files = new InitFiles(folder, plan);
        files.server(all);
        files.group();
        int index = 0;
        for (Identity member : all) {
            files.member(member, index++);
        }
        return files.written;
    }

    private void server(Set<Identity> all) throws IOException {
        secret("store.key", randomHex(StoreKey.BYTES) + "\n");
        secret("admin.token", randomHex(TOKEN_BYTES) + "\n");
        var keys = new StringBuilder(
                "# One key for each member; looked at again when this file changes.\npresharedKeys:\n");
        for (Identity member : all) {
            String key = randomHex(PSK_BYTES);
            secret(keyFile(member), key + "\n");
            keys.append("- peer: ")
                    .append(quoted(member))
                    .append("\n  key: {text: \"")
                    .append(key)
                    .append("\"}\n");
        }
        secret("psk.yaml", keys.toString());
        open(CONFIG, """
                # Key server. Every key is described in docs/configuration/gcks.md
                identity: %s
                listen:
                - {address: "%s", port: %d}
                credentials:
                  presharedKeyFile: psk.yaml
                store:
                  path: journal.db
                  keyEncryptionKey: {file: store.key}
                admin:
                  port: %d
                  token: {file: admin.token}
                multicast:
                  interface: %s
                auditLog: audit.jsonl
                """.formatted(
                        quoted(plan.identity()),
                        plan.listen().host(),
                        plan.listen().port(),
                        plan.adminPort(),
                        plan.networkInterface()));
    }

    private void group() throws IOException {
        open(GROUP, """
                # A group: gcks group create %s
                group: %s
                flows:
                - {address: "%s", port: %d}
                rekey:
                  address: "%s"
                  port: %d
                mayJoin:%s
                maySend:%s
                """.formatted(
                        GROUP,
                        quoted(plan.group()),
                        plan.address().getHostAddress(),
                        plan.port(),
                        next(plan.address()).getHostAddress(),
                        plan.listen().port(),
                        rules(plan.receivers()),
                        rules(plan.senders())));
    }

    private void member(Identity member, int index) throws IOException {
        boolean sends = plan.senders().contains(member);
        boolean receives = plan.receivers().contains(member);
        var text = new StringBuilder("# Group member. Every key is described in docs/configuration/gm.md\n");
        text.append("identity: ").append(quoted(member)).append('\n');
        text.append("servers: [\"").append(plan.listen()).append("\"]\n");
        text.append("serverIdentity: ").append(quoted(plan.identity())).append('\n');
        text.append("presharedKey: {file: ").append(keyFile(member)).append("}\n");
        text.append("group: ").append(quoted(plan.group())).append('\n');
        text.append("interface: ").append(plan.networkInterface()).append('\n');
        text.append("role: ")
                .append(sends && receives ? "both" : sends ? "sender" : "receiver")
                .append('\n');
        if (sends) {
            text.append("# Plain UDP that comes in here goes encrypted to the group.\n");
            text.append("input: {listen: \"127.0.0.1:")
                    .append(FIRST_PLAIN_PORT + index)
                    .append("\"}\n");
        }
        if (receives) {
            text.append("# What is decrypted goes there as plain UDP.\n");
            text.append("output: {to: \"127.0.0.1:")
                    .append(FIRST_PLAIN_PORT + 100 + index)
                    .append("\"}\n");
        }
        open(memberFile(member), text.toString());
    }

    static String memberFile(Identity member) {
        return "gm-" + fileName(member) + ".yaml";
    }

    private static String keyFile(Identity member) {
        return "gm-" + fileName(member) + ".psk";
    }

    private static String fileName(Identity identity) {
        String text = identity.toString();
        return text.substring(text.indexOf(':') + 1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "_");
    }

    private static String rules(List<Identity> identities) {
        return identities.isEmpty()
                ? " []"
                : identities.stream()
                        .map(identity -> "\n- {identity: " + quoted(identity) + "}")
                        .collect(Collectors.joining());
    }

    /** In double quotes of YAML. */
    private static String quoted(Identity identity) {
        return '"' + identity.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static InetAddress next(InetAddress address) throws UnknownHostException {
        byte[] octets = address.getAddress();
        octets[octets.length - 1]++;
        return InetAddress.getByAddress(octets);
    }

    private String randomHex(int bytes) {
        byte[] octets = new byte[bytes];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    private void open(String name, String text) throws IOException {
        create(name, text);
    }

    private void secret(String name, String text) throws IOException {
        create(name, text, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private void create(String name, String text, FileAttribute<?>... attributes) throws IOException {
        Path file = folder.resolve(name);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createFile(file, posix ? attributes : new FileAttribute<?>[0]);
        Files.writeString(file, text, StandardOpenOption.WRITE);
        written.add(file);
    }
}
