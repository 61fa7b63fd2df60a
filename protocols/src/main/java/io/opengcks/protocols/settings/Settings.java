package io.opengcks.protocols.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Reads a YAML file strictly. Whoever reads asks the {@link Section} for every key it knows and ends with
 * {@link Section#end()}, which refuses the keys nobody asked for.
 */
public final class Settings {
    /** Bounds what a wrong path can make us read; the YAML parser has a limit of its own at 3 Mi characters. */
    static final int MAX_FILE_BYTES = 3 << 20;

    private Settings() {}

    /**
     * Reads {@code file}; secret sources take environment variables from the process.
     *
     * @throws SettingsException if it cannot be read, is no YAML, or holds a key twice
     */
    public static Section read(Path file) throws SettingsException {
        return read(file, System.getenv());
    }

    /** As {@link #read(Path)}, with these environment variables. */
    public static Section read(Path file, Map<String, String> environment) throws SettingsException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new SettingsException(file, 0, "", "expected a file of at most " + MAX_FILE_BYTES + " octets");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return parse(file, text, environment);
        } catch (NoSuchFileException _) {
            throw new SettingsException(file, 0, "", "expected this file, it does not exist");
        } catch (CharacterCodingException _) {
            throw new SettingsException(file, 0, "", "expected UTF-8");
        } catch (IOException unreadable) {
            throw new SettingsException(file, 0, "", "expected a readable file: " + unreadable.getMessage());
        }
    }

    /**
     * Reads {@code text} as if it were the content of {@code file}; JSON is read too.
     *
     * @param file        what errors name, and against whose folder relative paths are resolved
     * @param environment variables that secret sources may name
     */
    public static Section parse(Path file, String text, Map<String, String> environment) throws SettingsException {
        return Section.root(file, YamlReader.read(file, text), environment);
    }

    /** How a file writes {@code duration}: the shortest text that reads back as it; whole milliseconds. */
    public static String text(Duration duration) {
        return Scalars.text(duration);
    }
}
