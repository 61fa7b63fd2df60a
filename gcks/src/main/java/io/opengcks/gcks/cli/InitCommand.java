package io.opengcks.gcks.cli;

import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.HostPort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Writes everything a first group needs. */
@Command(
        name = "init",
        description =
                "Writes a folder with all a first group needs: configuration of the server, keys, the definition of a"
                        + " group, and a configuration for each member.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks init demo --member rx-1 --member rx-2 --sender tx",
            "  gcks init demo --member rx-1 --sender tx --listen 127.0.0.1:10848   # no privilege needed",
            "  gcks init /etc/opengcks --member rx-1.example.org --sender tx.example.org \\",
            "       --listen 192.0.2.1:848 --interface eth0"
        })
final class InitCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "DIR", description = "Folder to make; it must be empty or not there.")
    private Path folder = Path.of(".");

    @Option(
            names = "--member",
            paramLabel = "ID",
            description = "Identity of a receiver; may be given again.",
            converter = Names.Member.class)
    private List<Identity> members = new ArrayList<>();

    @Option(
            names = "--sender",
            paramLabel = "ID",
            description = "Identity of a sender; may be given again.",
            converter = Names.Member.class)
    private List<Identity> senders = new ArrayList<>();

    @Option(
            names = "--identity",
            paramLabel = "ID",
            description = "Identity of the server. Default: ${DEFAULT-VALUE}.",
            defaultValue = "fqdn:gcks.example.org",
            converter = Names.Member.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Identity identity;

    @Option(
            names = "--group",
            paramLabel = "ID",
            description = "Identity of the group. Default: ${DEFAULT-VALUE}.",
            defaultValue = "key-id:tv",
            converter = Names.Group.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Identity group;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            description =
                    "Where members register; rekey messages go to the same port. Ports below 1024 need a privilege."
                            + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "127.0.0.1:848",
            converter = Listen.class)
    private HostPort listen = new HostPort("127.0.0.1", GcksConfig.DEFAULT_PORT);

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "TCP port of the administration. Default: ${DEFAULT-VALUE}.",
            defaultValue = "8848")
    private int adminPort = GcksConfig.DEFAULT_ADMIN_PORT;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description =
                    "Multicast address of the stream; rekey messages go to the next one. Default: ${DEFAULT-VALUE}.",
            defaultValue = "239.255.10.1",
            converter = Multicast.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private InetAddress address;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "UDP port of the stream. Default: ${DEFAULT-VALUE}.",
            defaultValue = "5004")
    private int port = 5004;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Network interface for multicast. Default: the loopback interface, for a try on one machine.")
    private @Nullable String networkInterface;

    @Override
    public Integer call() throws CliException, IOException {
        if (members.isEmpty() && senders.isEmpty()) {
            throw new CliException("give at least one --member or --sender");
        }
        if (port < 1 || port > 65_535 || adminPort < 0 || adminPort > 65_535) {
            throw new CliException("a port is 1 to 65535");
        }
        String nif = networkInterface == null ? loopback() : networkInterface;
        var plan = new InitFiles.Plan(
                identity, group, List.copyOf(members), List.copyOf(senders), listen, adminPort, address, port, nif);
        List<Path> written = InitFiles.write(folder, plan);
        var files = new JsonArray();
        written.forEach(file -> files.add(file.toString()));
        output.print(new JsonObject().put("files", files), () -> text(written));
        return 0;
    }

    private List<List<String>> text(List<Path> written) {
        List<List<String>> rows = new ArrayList<>();
        written.forEach(file -> rows.add(List.of("wrote " + file)));
        Path config = folder.resolve(InitFiles.CONFIG);
        rows.add(List.of(""));
        rows.add(List.of("Next:"));
        rows.add(List.of("  gcks serve --config " + config));
        rows.add(List.of("  gcks group create " + folder.resolve(InitFiles.GROUP) + " --config " + config));
        rows.add(List.of("and, where a member is:"));
        rows.add(List.of("  gm run --config "
                + folder.resolve(InitFiles.memberFile((senders.isEmpty() ? members : senders).getFirst()))));
        return rows;
    }

    private static String loopback() throws SocketException, CliException {
        return NetworkInterface.networkInterfaces()
                .filter(InitCommand::isLoopback)
                .map(NetworkInterface::getName)
                .findFirst()
                .orElseThrow(() -> new CliException("no loopback interface here: give --interface"));
    }

    private static boolean isLoopback(NetworkInterface nif) {
        try {
            return nif.isLoopback();
        } catch (SocketException _) {
            return false;
        }
    }

    /** Reads an address and a port. */
    static final class Listen implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                HostPort place = HostPort.parse(text);
                InetAddress literal = InetAddress.ofLiteral(place.host());
                if (place.port() == 0 || literal.isAnyLocalAddress()) {
                    throw new IllegalArgumentException("members could not reach it");
                }
                return place;
            } catch (IllegalArgumentException _) {
                throw new TypeConversionException(
                        "expected the address and port that members reach, like 192.0.2.1:848");
            }
        }
    }

    /** Reads a multicast address. */
    static final class Multicast implements ITypeConverter<InetAddress> {
        @Override
        public InetAddress convert(String text) {
            try {
                InetAddress address = InetAddress.ofLiteral(text);
                if (address.isMulticastAddress() && address.getAddress()[address.getAddress().length - 1] != -1) {
                    return address;
                }
            } catch (IllegalArgumentException _) {
                // said below
            }
            throw new TypeConversionException("expected a multicast address with a next one, like 239.255.10.1");
        }
    }
}
