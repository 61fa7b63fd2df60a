package io.opengcks.gcks.cli;

import io.opengcks.protocols.settings.SettingsException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the server says about itself. */
@Command(
        name = "status",
        description = "Says how the key server is.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks status --config gcks.yaml",
            "  gcks status --url http://127.0.0.1:8848 --token-file admin.token --output json"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            JsonObject status = server.get("/v1/status");
            output.print(
                    status,
                    () -> List.of(
                            List.of("identity", status.getString("identity")),
                            List.of(
                                    "listens at",
                                    String.join(
                                            ", ",
                                            status.getJsonArray("listen").stream()
                                                    .map(String::valueOf)
                                                    .toList())),
                            List.of("started", status.getString("started")),
                            List.of("groups", String.valueOf(status.getValue("groups"))),
                            List.of("members", String.valueOf(status.getValue("members")))));
        }
        return 0;
    }
}
