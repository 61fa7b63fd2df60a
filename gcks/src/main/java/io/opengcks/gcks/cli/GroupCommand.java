package io.opengcks.gcks.cli;

import io.opengcks.gcks.config.GroupDefinition;
import io.opengcks.gcks.config.GroupJson;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.SettingsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Groups: made, shown, changed, deleted. */
@Command(
        name = "group",
        description = "Makes, shows, changes and deletes groups.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks group create tv.yaml",
            "  gcks group show tv",
            "  gcks group show tv --policy > tv.json    # edit it, then:",
            "  gcks group set-policy tv tv.json",
            "  gcks group list --output json"
        })
final class GroupCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    @Command(name = "create", description = "Makes a group from a definition.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "FILE", description = "Definition of the group, YAML or JSON.") Path file)
            throws CliException, SettingsException {
        GroupDefinition definition = GroupDefinition.read(file);
        Identity group = definition
                .group()
                .orElseThrow(
                        () -> new CliException(file + ": group: expected the identity of the group, it is missing"));
        JsonObject body = GroupJson.policy(definition.policy()).put("group", group.toString());
        try (AdminClient server = connection.open()) {
            show(output, server.post("/v1/groups", body));
        }
        return 0;
    }

    @Command(name = "list", description = "Lists all groups.", mixinStandardHelpOptions = true)
    int list(@Mixin Connection connection, @Mixin Output output) throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            JsonObject all = server.get("/v1/groups");
            output.print(all, () -> {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("GROUP", "MEMBERS", "BARRED", "CREATED"));
                for (Object item : all.getJsonArray("groups")) {
                    var group = (JsonObject) item;
                    rows.add(List.of(
                            group.getString("group"),
                            String.valueOf(group.getValue("members")),
                            String.valueOf(group.getValue("barred")),
                            group.getString("created")));
                }
                return rows;
            });
        }
        return 0;
    }

    @Command(name = "show", description = "Shows one group.", mixinStandardHelpOptions = true)
    int show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group,
            @Option(names = "--policy", description = "Only its policy, as set-policy reads it.") boolean policy)
            throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            JsonObject found = server.get(path(group));
            if (policy) {
                JsonObject only = found.getJsonObject("policy");
                output.print(only, () -> List.of(List.of(only.encodePrettily())));
            } else {
                show(output, found);
            }
        }
        return 0;
    }

    @Command(name = "set-policy", description = "Changes the policy of a group.", mixinStandardHelpOptions = true)
    int setPolicy(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group,
            @Parameters(paramLabel = "FILE", description = "Definition of the group, YAML or JSON.") Path file)
            throws CliException, SettingsException {
        GroupDefinition definition = GroupDefinition.read(file);
        if (definition.group().filter(named -> !named.equals(group)).isPresent()) {
            throw new CliException(file + ": group: expected " + group + ", as on the command line, or nothing");
        }
        try (AdminClient server = connection.open()) {
            show(output, server.put(path(group), GroupJson.policy(definition.policy())));
        }
        return 0;
    }

    @Command(
            name = "delete",
            description = "Excludes every member and forgets the group.",
            mixinStandardHelpOptions = true)
    int delete(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group)
            throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            server.delete(path(group));
            output.print(new JsonObject().put("deleted", group.toString()), () -> List.of(List.of("deleted " + group)));
        }
        return 0;
    }

    static String path(Identity group) {
        return "/v1/groups/" + AdminClient.segment(group);
    }

    private static void show(Output output, JsonObject group) {
        output.print(group, () -> {
            JsonObject rekeySa = group.getJsonObject("rekeySa");
            JsonObject senderIds = group.getJsonObject("senderIds");
            JsonObject policy = group.getJsonObject("policy");
            JsonArray barred = group.getJsonArray("barred");
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("group", group.getString("group")));
            rows.add(List.of("members", String.valueOf(group.getValue("members"))));
            rows.add(List.of(
                    "barred",
                    barred.isEmpty()
                            ? "none"
                            : String.join(
                                    ", ", barred.stream().map(String::valueOf).toList())));
            rows.add(List.of(
                    "sender IDs", senderIds.getValue("given") + " of " + senderIds.getValue("total") + " given"));
            rows.add(List.of(
                    "rekey SA",
                    rekeySa.getString("spi") + ", next message " + rekeySa.getValue("nextMessageId") + ", expires "
                            + rekeySa.getString("expires")));
            for (Object item : group.getJsonArray("dataSas")) {
                var sa = (JsonObject) item;
                JsonObject flow = sa.getJsonObject("flow");
                rows.add(List.of(
                        "data SA",
                        sa.getString("spi") + " for " + flow.getString("address") + ":" + flow.getValue("port")
                                + (sa.containsKey("retired") ? ", retired" : ", current") + ", expires "
                                + sa.getString("expires")));
            }
            rows.add(List.of("suite", policy.getString("suite") + ", " + policy.getString("mode")));
            return rows;
        });
    }
}
