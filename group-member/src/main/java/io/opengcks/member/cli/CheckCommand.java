package io.opengcks.member.cli;

import io.opengcks.member.config.GmConfigReader;
import io.opengcks.protocols.settings.SettingsException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads a configuration and does nothing with it. */
@Command(
        name = "check",
        description = "Reads the configuration and the files it names, and says what is wrong, in one line.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = "  gm check --config /etc/opengcks/gm.yaml")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws SettingsException {
        GmConfigReader.read(config.file, OutputStream.nullOutputStream());
        return 0;
    }
}
