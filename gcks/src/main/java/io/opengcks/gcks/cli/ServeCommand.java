package io.opengcks.gcks.cli;

import io.opengcks.gcks.GcksServer;
import io.opengcks.gcks.config.GcksConfig;
import io.opengcks.gcks.config.GcksConfigReader;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a key server until it is told to stop. */
@Command(
        name = "serve",
        description = "Runs the key server until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  gcks serve --config /etc/opengcks/gcks.yaml",
            "  gcks serve --config gcks.yaml --keylog keys    # for Wireshark: whoever reads it reads the traffic",
            "  gcks serve --config gcks.yaml --check          # only reads the configuration"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration. Default: gcks.yaml.",
            defaultValue = "${env:GCKS_CONFIG:-gcks.yaml}")
    private Path config = Path.of("gcks.yaml");

    @Option(
            names = "--keylog",
            paramLabel = "DIR",
            description = "Writes every key into this folder, for a protocol analyser.")
    private @Nullable Path keylog;

    @Option(
            names = "--check",
            description = "Reads the configuration and the files it names, says whether they are right, and ends.")
    private boolean check;

    @Override
    public Integer call() throws SettingsException, IOException, StoreException, InterruptedException {
        GcksConfig read = GcksConfigReader.read(config);
        if (keylog != null) {
            read = read.withKeyLog(keylog);
        }
        if (check) {
            return 0;
        }
        var stopped = new CountDownLatch(1);
        GcksServer server = GcksServer.start(read);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            LOG.info("stopping");
                            server.close();
                            LOG.info("stopped");
                            stopped.countDown();
                        },
                        "gcks-stop"));
        stopped.await(); // the hook runs when the process is told to end, and the process ends after it
        return 0;
    }
}
