package io.opengcks.gcks.cli;

import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.config.GcksConfigReader;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command finds the key server: by URL and token file, or by the server's own configuration. */
final class Connection {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "URL of the administration, for instance http://127.0.0.1:8848. Goes with --token-file.")
    private @Nullable URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the bearer token. Default: the one that the configuration names.")
    private @Nullable Path tokenFile;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration of the server, from which address and token are taken. Default: gcks.yaml.",
            defaultValue = "${env:GCKS_CONFIG:-gcks.yaml}")
    private Path config = Path.of("gcks.yaml");

    AdminClient open() throws CliException, SettingsException {
        if (url != null && tokenFile != null) {
            return new AdminClient(url, token(tokenFile));
        }
        if (url != null && !Files.exists(config)) {
            throw new CliException("--url needs --token-file, or a --config that names the token");
        }
        GcksConfig.Admin admin = GcksConfigReader.readAdmin(config)
                .orElseThrow(() -> new CliException(config + ": the server has no administration (section admin)"));
        byte[] octets = admin.token().copy();
        String token = tokenFile == null ? new String(octets, StandardCharsets.UTF_8) : token(tokenFile);
        return new AdminClient(url == null ? uri(admin) : url, token);
    }

    private static URI uri(GcksConfig.Admin admin) {
        InetAddress address = admin.address().getAddress();
        // What listens everywhere is asked on the loopback address.
        String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + admin.address().getPort());
    }

    private static String token(Path file) throws CliException {
        try {
            return Files.readString(file).strip();
        } catch (IOException _) {
            throw new CliException("the token file cannot be read: " + file);
        }
    }
}
