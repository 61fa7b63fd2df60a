package io.opengcks.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shell commands of a page of {@code docs/}, to run them as its reader would: fenced blocks that say {@code sh} run to their end and must
 * succeed; {@code sh stays="text"} are left running once they have printed the text.
 */
record DocumentedCommands(List<Block> blocks) {
    private static final Pattern FENCE =
            Pattern.compile("^```sh(?: stays=\"([^\"]+)\")?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /**
     * @param script what the reader types
     * @param stays  what it prints when it is ready, if it stays; else empty
     */
    record Block(String script, String stays) {}

    static DocumentedCommands of(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher fences = FENCE.matcher(Files.readString(page));
        while (fences.find()) {
            blocks.add(new Block(fences.group(2), fences.group(1) == null ? "" : fences.group(1)));
        }
        return new DocumentedCommands(blocks);
    }
}
