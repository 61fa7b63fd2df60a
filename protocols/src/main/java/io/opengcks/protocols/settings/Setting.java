package io.opengcks.protocols.settings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value that was read and is right, or a key that is not there. */
public final class Setting<T> {
    private final Section section;
    private final String key;
    private final String expected;
    private final @Nullable T value;

    Setting(Section section, String key, String expected, @Nullable T value) {
        this.section = section;
        this.key = key;
        this.expected = expected;
        this.value = value;
    }

    /**
     * The value of a key that has to be there.
     *
     * @throws SettingsException if the key is missing
     */
    public T required() throws SettingsException {
        if (value == null) {
            throw section.missing(key, expected);
        }
        return value;
    }

    public T orDefault(T otherwise) {
        return value == null ? otherwise : value;
    }

    public Optional<T> optional() {
        return Optional.ofNullable(value);
    }
}
