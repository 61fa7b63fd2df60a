package io.opengcks.benchmarks;

import java.util.function.Consumer;

/** A benchmark that {@code ./opengcks bench} runs by name. */
interface Bench {
    /** What it is called on the command line. */
    String name();

    /** One line for the list of benchmarks. */
    String title();

    /**
     * Measures, and gives each figure when it has it.
     *
     * @param quick true: under a minute, with wider error
     */
    void run(boolean quick, Consumer<Figure> figures) throws Exception;
}
