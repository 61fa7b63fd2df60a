package io.opengcks.member.cli;

import io.opengcks.member.config.GmConfig;
import io.opengcks.member.config.GmConfigReader;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a running agent how it is. */
@Command(
        name = "status",
        description = "Asks the agent that runs with this configuration, over the address of its key metrics.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  gm status --config gm.yaml", "  gm status --config gm.yaml --output json"})
final class StatusCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum Format {
        TEXT,
        JSON
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--output", paramLabel = "FORMAT", description = "text or json. Default: text.")
    private Format output = Format.TEXT;

    @Override
    public Integer call() throws SettingsException, IOException, InterruptedException {
        GmConfig read = GmConfigReader.read(config.file, OutputStream.nullOutputStream());
        InetSocketAddress at = read.metrics()
                .orElseThrow(
                        () -> new IOException(config.file + ": metrics: expected, the agent serves its status there"));
        String json = ask(at);
        PrintWriter out = spec.commandLine().getOut();
        switch (output) {
            case JSON -> out.println(json);
            case TEXT -> text(JsonMapper.shared().readTree(json), "", out);
        }
        out.flush();
        return 0;
    }

    private static String ask(InetSocketAddress at) throws IOException, InterruptedException {
        String host = at.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : at.getAddress().getHostAddress();
        URI uri =
                URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + "/status");
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the agent at " + uri + " answered " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw new IOException("no agent answers at " + uri, e);
        }
    }

    private static void text(JsonNode node, String indent, PrintWriter out) {
        for (var property : node.properties()) {
            JsonNode value = property.getValue();
            if (value.isArray()) {
                out.println(indent + property.getKey() + ":");
                for (JsonNode each : value) {
                    text(each, indent + "  ", out);
                    out.println();
                }
            } else if (value.isObject()) {
                if (!value.isEmpty()) {
                    out.println(indent + property.getKey() + ":");
                    text(value, indent + "  ", out);
                }
            } else {
                out.println(indent + property.getKey() + ": " + value.asString());
            }
        }
    }
}
