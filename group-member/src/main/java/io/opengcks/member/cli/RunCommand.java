package io.opengcks.member.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opengcks.member.Agent;
import io.opengcks.member.AgentListener;
import io.opengcks.member.AgentSettings;
import io.opengcks.member.config.GmConfig;
import io.opengcks.member.config.GmConfigReader;
import io.opengcks.protocols.settings.SettingsException;
import io.opengcks.protocols.settings.WiresharkKeyLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an agent until it is told to stop. */
@Command(
        name = "run",
        description = "Registers and moves the group's packets until SIGTERM or Ctrl-C, then leaves the group.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  gm run --config /etc/opengcks/gm.yaml",
            "  gm run --config receiver.yaml | ffplay -        # with output: {stdout: true}",
            "  gm run --config gm.yaml --keylog keys           # for Wireshark: whoever reads it reads the traffic"
        })
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--keylog",
            paramLabel = "DIR",
            description = "Writes every key into this folder, for a protocol analyser.")
    private @Nullable Path keylog;

    @Override
    public Integer call() throws SettingsException, IOException, InterruptedException {
        CountDownLatch outputBroke = new CountDownLatch(1);
        // Not System.out: that one swallows errors, and would let us work on for a player that is gone.
        var standardOutput = new StandardOutput(new FileOutputStream(FileDescriptor.out), outputBroke::countDown);
        GmConfig read = GmConfigReader.read(config.file, standardOutput);
        AgentSettings settings = withKeyLog(read);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Agent agent = Agent.start(settings, AgentListener.NONE, registry);
        try {
            Optional<StatusServer> server = read.metrics().isPresent()
                    ? Optional.of(StatusServer.start(read.metrics().get(), registry, agent))
                    : Optional.empty();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                agent.close();
                                server.ifPresent(StatusServer::close);
                            },
                            "gm-stop"));
        } catch (IOException e) {
            agent.close();
            throw new IOException("cannot serve metrics on " + read.metrics().orElseThrow() + ": " + e.getMessage(), e);
        }
        outputBroke.await(); // else the hook runs when the process is told to end, and the process ends after it
        throw new IOException("standard output was closed");
    }

    private AgentSettings withKeyLog(GmConfig read) throws IOException {
        Optional<Path> folder = Optional.ofNullable(keylog).or(read::keylog);
        if (folder.isEmpty()) {
            return read.agent();
        }
        LOG.warn("every key is written to folder={}: whoever reads it reads the traffic", folder.get());
        return read.agent()
                .withKeyLog(WiresharkKeyLog.in(
                        folder.get(), failure -> LOG.error("key log failed why={}", failure.toString())));
    }
}
