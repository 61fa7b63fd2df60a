package io.opengcks.protocols.settings;

import io.opengcks.protocols.crypto.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a secret comes from. No error of this class holds any of its octets. */
final class SecretSource {
    static final String EXPECTED = "a secret: exactly one of file, env, text, hex";
    private static final int MAX_BYTES = 4096;
    private static final List<String> SOURCES = List.of("file", "env", "text", "hex");

    private SecretSource() {}

    static Secret read(Section section, Map<String, String> environment) throws SettingsException {
        Optional<Path> file =
                section.path("file", "a file that holds the secret").optional();
        Optional<String> variable = section.string("env").optional();
        Optional<byte[]> text = secretText(section, "text", t -> t.getBytes(StandardCharsets.UTF_8));
        Optional<byte[]> hex = secretText(section, "hex", HexFormat.of()::parseHex);
        if (SOURCES.stream().filter(section::has).count() != 1) {
            section.end(); // a misspelt source is named as what it is
            throw section.error("", "expected " + EXPECTED);
        }
        byte[] octets;
        if (file.isPresent()) {
            octets = fromFile(section, file.get());
        } else if (variable.isPresent()) {
            String value = environment.get(variable.get());
            if (value == null) {
                throw section.error("env", "expected the environment variable " + variable.get() + " to be set");
            }
            octets = value.getBytes(StandardCharsets.UTF_8);
        } else {
            octets = text.or(() -> hex).orElseThrow();
        }
        if (octets.length == 0 || octets.length > MAX_BYTES) {
            throw section.error("", "expected a secret of 1 to " + MAX_BYTES + " octets, found " + octets.length);
        }
        return Secret.adopt(octets);
    }

    private static Optional<byte[]> secretText(Section section, String key, Section.Parser<byte[]> parser)
            throws SettingsException {
        Optional<String> written = section.string(key).optional();
        try {
            return written.map(parser::parse);
        } catch (IllegalArgumentException _) {
            throw section.error(key, "expected an even number of hexadecimal digits");
        }
    }

    private static byte[] fromFile(Section section, Path file) throws SettingsException {
        try {
            if (Files.size(file) > MAX_BYTES + 2) {
                throw section.error("file", "expected a secret of at most " + MAX_BYTES + " octets in " + file);
            }
            byte[] octets = Files.readAllBytes(file);
            int length = octets.length;
            if (length > 0 && octets[length - 1] == '\n') {
                length--;
                if (length > 0 && octets[length - 1] == '\r') {
                    length--;
                }
            }
            byte[] secret = Arrays.copyOf(octets, length);
            Arrays.fill(octets, (byte) 0);
            return secret;
        } catch (IOException _) {
            throw section.error("file", "expected a readable file: " + file);
        }
    }
}
