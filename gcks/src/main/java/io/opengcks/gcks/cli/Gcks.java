package io.opengcks.gcks.cli;

import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command: does nothing itself. */
@Command(
        name = "gcks",
        description = "Group controller/key server: hands out and changes the keys of multicast groups.",
        mixinStandardHelpOptions = true,
        versionProvider = Gcks.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            InitCommand.class,
            GroupCommand.class,
            MemberCommand.class,
            RekeyCommand.class,
            StatusCommand.class,
            CryptoCommand.class,
            CompletionCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks init demo --member rx-1 --member rx-2 --sender tx",
            "  gcks serve --config demo/gcks.yaml",
            "  gcks group create demo/tv.yaml --config demo/gcks.yaml",
            "  gcks member evict tv rx-2 --config demo/gcks.yaml",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong arguments."
        })
final class Gcks implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static CommandLine commandLine() {
        return new CommandLine(new Gcks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Gcks::wrongArguments)
                .setExecutionExceptionHandler(Gcks::failed);
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    private static int wrongArguments(CommandLine.ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        err.println("gcks: " + message + " (see: " + command.getCommandSpec().qualifiedName() + " --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        boolean expected = failure instanceof CliException
                || failure instanceof SettingsException
                || failure instanceof StoreException
                || failure instanceof IOException;
        if (!expected) {
            throw failure; // a mistake of ours: its stack is wanted
        }
        command.getErr().println("gcks: " + failure.getMessage());
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Gcks.class.getPackage().getImplementationVersion();
            return new String[] {"gcks " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
