package io.opengcks.member.cli;

/** Entry point of the program. */
public final class Main {
    private Main() {}

    /** Exits with 0 (done), 1 (failed; one line on standard error says why) or 2 (wrong arguments). */
    public static void main(String[] args) {
        // By this name, so that a class path with other programs on it has no two logback.xml.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "gm-logback.xml");
        }
        System.exit(Gm.commandLine().execute(args));
    }
}
