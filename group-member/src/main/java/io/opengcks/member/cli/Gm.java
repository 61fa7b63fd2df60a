package io.opengcks.member.cli;

import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command: does nothing itself. */
@Command(
        name = "gm",
        description = "Group member: encrypts plain UDP to a multicast group, or decrypts what the group sends.",
        mixinStandardHelpOptions = true,
        versionProvider = Gm.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {RunCommand.class, StatusCommand.class, CheckCommand.class, CompletionCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  gm check --config gm.yaml",
            "  gm run --config gm.yaml",
            "  gm run --config receiver.yaml | ffplay -        # with output: {stdout: true}",
            "  gm status --config gm.yaml --output json",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong arguments."
        })
final class Gm implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static CommandLine commandLine() {
        return new CommandLine(new Gm())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Gm::wrongArguments)
                .setExecutionExceptionHandler(Gm::failed);
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    private static int wrongArguments(CommandLine.ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        err.println("gm: " + message + " (see: " + command.getCommandSpec().qualifiedName() + " --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(failure instanceof SettingsException
                || failure instanceof IOException
                || failure instanceof UncheckedIOException)) {
            throw failure;
        }
        command.getErr().println("gm: " + failure.getMessage());
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Gm.class.getPackage().getImplementationVersion();
            return new String[] {"gm " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
