package io.opengcks.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Starts programs as a user would, and ends them all. Output goes to a file each, which a failure quotes. */
final class Programs implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final List<Running> running = new ArrayList<>();
    private int count;

    /** @param folder working directory of every program; the launcher is found in it as {@code ./opengcks} */
    Programs(Path folder) throws IOException {
        this.folder = folder;
        Files.createSymbolicLink(folder.resolve("opengcks"), home().resolve("opengcks"));
    }

    /** The root of the checkout. */
    static Path home() {
        return Path.of(System.getProperty("opengcks.home", ".."))
                .toAbsolutePath()
                .normalize();
    }

    /** Whether a program is installed; a test that needs one that is not is skipped by name. */
    static boolean installed(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Starts a shell script in a process group of its own. */
    Running start(String script) throws IOException {
        Path output = folder.resolve("output-" + count++ + ".txt");
        Process process = new ProcessBuilder("setsid", "bash", "-c", script)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Running started = new Running(script, process, output);
        running.add(started);
        return started;
    }

    /** Whether a program whose script names {@code word} is running. */
    boolean alive(String word) {
        return running.stream()
                .anyMatch(program ->
                        program.script().contains(word) && program.process().isAlive());
    }

    /** Runs a shell script to its end, which must be success, and returns what it printed. */
    String run(String script) throws IOException, InterruptedException {
        Running program = start(script);
        if (!program.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT + ": " + program);
        }
        if (program.process().exitValue() != 0) {
            throw new AssertionError("exit " + program.process().exitValue() + ": " + program);
        }
        return program.output();
    }

    /** Waits until {@code condition} holds, as a person would look again and again. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen within " + LIMIT + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (Running program : running.reversed()) {
                program.signal("TERM");
            }
            for (Running program : running.reversed()) {
                if (!program.process().waitFor(20, TimeUnit.SECONDS)) {
                    program.signal("KILL");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while ending " + running);
        }
        Files.delete(folder.resolve("opengcks")); // it points out of the folder
    }

    /** A program that was started. */
    record Running(String script, Process process, Path file) {
        String output() {
            try {
                return Files.readString(file, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits until the program has printed {@code text}. */
        void awaitOutput(String text) throws InterruptedException {
            Programs.await("'" + text + "' from " + this, () -> output().contains(text) || !process.isAlive());
            if (!output().contains(text)) {
                throw new AssertionError("ended without saying '" + text + "': " + this);
            }
        }

        /** Sends a signal to the whole process group. */
        void signal(String name) throws IOException, InterruptedException {
            if (process.isAlive()) {
                new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
        }

        @Override
        public String toString() {
            return script + "\n" + output();
        }
    }
}
