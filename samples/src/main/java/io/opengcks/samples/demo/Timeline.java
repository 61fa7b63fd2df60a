package io.opengcks.samples.demo;

import java.io.PrintStream;
import java.util.Locale;

/** The live view: one line an event, and below it one line of progress that is drawn over where the terminal can. */
final class Timeline {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String DIM = "\u001b[2m";
    private static final String RESET = "\u001b[0m";
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final int BAR = 24;

    private final PrintStream out;
    private final boolean color;
    private final boolean overwrite;
    private final long startNs;
    private boolean progressShown;

    /**
     * @param color     use colours
     * @param overwrite the terminal understands cursor movements; otherwise progress is not drawn
     */
    Timeline(PrintStream out, boolean color, boolean overwrite, long startNs) {
        this.out = out;
        this.color = color;
        this.overwrite = overwrite;
        this.startNs = startNs;
    }

    void say(long nowNs, String line) {
        print(nowNs, line, "");
    }

    void good(long nowNs, String line) {
        print(nowNs, line, GREEN);
    }

    void bad(long nowNs, String line) {
        print(nowNs, line, RED);
    }

    /** Redraws the line of progress: {@code done} of {@code total} in any unit, and what to say beside the bar. */
    synchronized void progress(long done, long total, String text) {
        if (!overwrite) {
            return;
        }
        int filled = (int) Math.min(BAR, total <= 0 ? BAR : done * BAR / total);
        out.print(CLEAR_LINE + paint(DIM, "  [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + text));
        out.flush();
        progressShown = true;
    }

    /** Leaves the cursor at the start of a clean line. */
    synchronized void end() {
        if (progressShown) {
            out.print(CLEAR_LINE);
            out.flush();
            progressShown = false;
        }
    }

    private synchronized void print(long nowNs, String line, String colour) {
        end();
        String time = String.format(Locale.ROOT, "%7.3f s", (nowNs - startNs) / 1e9);
        out.println(paint(DIM, time) + "  " + (colour.isEmpty() ? line : paint(colour, line)));
        out.flush();
    }

    private String paint(String colour, String text) {
        return color ? colour + text + RESET : text;
    }
}
