package io.opengcks.samples.demo;

import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./opengcks demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "A key server, a sender and three receivers on loopback multicast. A stream plays; one receiver is evicted and goes dark; the others play on."
        },
        footer = {
            "",
            "Examples:",
            "  ./opengcks demo                 watch it",
            "  ./opengcks demo --check         assert everything, one JSON line at the end, exit 0 or 1",
            "  ./opengcks demo --duration 60   watch it longer"
        })
public final class Main implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "how long the stream plays, at least 15 (default: ${DEFAULT-VALUE})")
    int seconds = 16;

    @Option(names = "--check", description = "assert everything, end with one JSON object, exit 0 or 1")
    boolean check;

    @Option(names = "--json", description = "nothing but one JSON object at the end")
    boolean json;

    @Option(names = "--interface", paramLabel = "NAME", description = "where (default: the loopback interface)")
    @Nullable
    String networkInterface;

    @Option(names = "--ipv6", description = "over IPv6; the loopback interface of Linux carries no IPv6 multicast")
    boolean ipv6;

    @Option(names = "--no-color", description = "no colours")
    boolean noColor;

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("logback.configurationFile", "logback-demo.xml");
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (seconds < Demo.SHORTEST.toSeconds() || seconds > 86_400) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--duration is " + Demo.SHORTEST.toSeconds() + " to 86400 seconds, not " + seconds);
        }
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        boolean color = terminal && !noColor && System.getenv("NO_COLOR") == null;
        PrintStream out = json ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
        Report report;
        try (Demo demo = new Demo(new Timeline(out, color, terminal && !json, System.nanoTime()), nif(), ipv6)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(demo), "demo-close"));
            report = demo.run(Duration.ofSeconds(seconds));
        }
        if (check || json) {
            System.out.println(JsonMapper.builder().build().writeValueAsString(report));
        }
        return report.ok() ? 0 : 1;
    }

    private NetworkInterface nif() throws IOException {
        NetworkInterface found = networkInterface == null
                ? NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress())
                : NetworkInterface.getByName(networkInterface);
        if (found == null) {
            throw new ParameterException(spec.commandLine(), "no interface " + networkInterface);
        }
        return found;
    }

    private static void closeQuietly(Demo demo) {
        try {
            demo.close();
        } catch (IOException e) {
            System.err.println("demo: " + e.getMessage());
        }
    }
}
