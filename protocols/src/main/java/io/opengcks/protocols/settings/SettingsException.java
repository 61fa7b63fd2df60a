package io.opengcks.protocols.settings;

import java.nio.file.Path;

/** What is wrong with a configuration file, in one line: {@code gcks.yaml:12: groups.tv.atd: expected ...}. */
public final class SettingsException extends Exception {
    /**
     * @param file     the file
     * @param line     1-based; 0 where the whole file is meant
     * @param key      dotted path of the key, with list indexes in brackets; empty for the whole file
     * @param expected what would be right, without any secret value
     */
    public SettingsException(Path file, int line, String key, String expected) {
        super(file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + expected);
    }
}
