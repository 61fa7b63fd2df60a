package io.opengcks.gcks.cli;

import io.opengcks.gcks.group.RekeyKind;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.SettingsException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes the keys of a group now. */
@Command(
        name = "rekey",
        description = "Changes the keys of a group now, without losing a packet.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  gcks rekey tv", "  gcks rekey tv --what tek --output json"})
final class RekeyCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "GROUP", converter = Names.Group.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Identity group;

    @Option(
            names = "--what",
            paramLabel = "KEYS",
            description = "tek: the Data-Security SAs; kek: the Rekey SA; both. Default: ${DEFAULT-VALUE}.",
            defaultValue = "both")
    private RekeyKind what = RekeyKind.BOTH;

    @Override
    public Integer call() throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            var body = new JsonObject().put("what", Section.written(what));
            JsonObject result = server.post(GroupCommand.path(group) + "/rekey", body);
            output.print(
                    result,
                    () -> List.of(List.of("rekeyed %s: %s messages, %s wrapped keys, %s octets, new SPIs %s"
                            .formatted(
                                    group,
                                    result.getJsonArray("messages").size(),
                                    result.getValue("wraps"),
                                    result.getValue("octets"),
                                    String.join(
                                            " ",
                                            result.getJsonArray("newSpis").stream()
                                                    .map(String::valueOf)
                                                    .toList())))));
        }
        return 0;
    }
}
