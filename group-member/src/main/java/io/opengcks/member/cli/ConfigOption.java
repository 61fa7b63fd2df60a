package io.opengcks.member.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that every command has. */
final class ConfigOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration. Default: the variable GM_CONFIG, else gm.yaml.",
            defaultValue = "${env:GM_CONFIG:-gm.yaml}")
    Path file = Path.of("gm.yaml");
}
