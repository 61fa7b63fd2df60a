package io.opengcks.gcks.cli;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.SettingsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Members of a group: listed, evicted, let in again. */
@Command(
        name = "member",
        description = "Lists, evicts and readmits members of a group.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks member list tv",
            "  gcks member evict tv fqdn:rx-2.example.org",
            "  gcks member readmit tv fqdn:rx-2.example.org"
        })
final class MemberCommand implements Runnable {
    private static final int PAGE = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    @Command(name = "list", description = "Lists the members of a group.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group)
            throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            JsonArray members = all(server, group);
            output.print(new JsonObject().put("members", members), () -> {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("MEMBER", "ROLE", "SENDER IDS", "FACE", "REGISTERED"));
                for (Object item : members) {
                    var member = (JsonObject) item;
                    rows.add(List.of(
                            member.getString("identity"),
                            member.getString("role"),
                            String.join(
                                    ",",
                                    member.getJsonArray("senderIds").stream()
                                            .map(String::valueOf)
                                            .toList()),
                            member.getString("face"),
                            member.getString("registered")));
                }
                return rows;
            });
        }
        return 0;
    }

    private static JsonArray all(AdminClient server, Identity group) throws CliException {
        var members = new JsonArray();
        String after = "";
        do {
            JsonObject page = server.get(GroupCommand.path(group) + "/members?limit=" + PAGE
                    + (after.isEmpty() ? "" : "&after=" + AdminClient.segment(after)));
            members.addAll(page.getJsonArray("members"));
            after = page.getString("next", "");
        } while (!after.isEmpty());
        return members;
    }

    @Command(
            name = "evict",
            description = "Takes the keys away from a member, and keeps it out until it is readmitted.",
            mixinStandardHelpOptions = true)
    int evict(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group,
            @Parameters(paramLabel = "MEMBER", converter = Names.Member.class) Identity member)
            throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            JsonObject result = server.delete(path(group, member));
            output.print(result, () -> {
                JsonObject rekey = result.getJsonObject("rekey");
                return List.of(List.of(
                        result.getBoolean("wasMember")
                                ? "evicted %s: %s messages, %s wrapped keys, %s octets"
                                        .formatted(
                                                member,
                                                rekey.getJsonArray("messages").size(),
                                                rekey.getValue("wraps"),
                                                rekey.getValue("octets"))
                                : "barred " + member + ", which was not a member"));
            });
        }
        return 0;
    }

    @Command(
            name = "readmit",
            description = "Lets a member that was evicted register again.",
            mixinStandardHelpOptions = true)
    int readmit(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "GROUP", converter = Names.Group.class) Identity group,
            @Parameters(paramLabel = "MEMBER", converter = Names.Member.class) Identity member)
            throws CliException, SettingsException {
        try (AdminClient server = connection.open()) {
            server.post(path(group, member) + "/readmit", null);
            output.print(
                    new JsonObject().put("readmitted", member.toString()),
                    () -> List.of(List.of("readmitted " + member)));
        }
        return 0;
    }

    private static String path(Identity group, Identity member) {
        return GroupCommand.path(group) + "/members/" + AdminClient.segment(member);
    }
}
