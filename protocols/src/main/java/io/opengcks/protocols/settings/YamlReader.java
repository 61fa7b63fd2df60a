package io.opengcks.protocols.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * YAML to {@link Node}s. One document, no aliases (a reader of the file should see the value where it is used), no key
 * twice in one section. JSON is read by the same rules.
 */
final class YamlReader {
    /** Deeper than any file of ours; bounds the recursion. */
    private static final int MAX_DEPTH = 32;

    private final Path file;
    private final YAMLParser parser;

    private YamlReader(Path file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static Node.Mapping read(Path file, String text) throws SettingsException {
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
            return new YamlReader(file, (YAMLParser) parser).document();
        } catch (JacksonException broken) {
            int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
            throw new SettingsException(file, line, "", "expected YAML: " + firstLine(broken.getOriginalMessage()));
        }
    }

    private Node.Mapping document() throws SettingsException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return new Node.Mapping(1, Map.of());
        }
        Node root = node(first, "", 0);
        if (parser.nextToken() != null) {
            throw new SettingsException(file, line(), "", "expected the end of the file: one document only");
        }
        return switch (root) {
            case Node.Mapping mapping -> mapping;
            case Node.Scalar(int line, String _, Node.Plain plain)
            when plain == Node.Plain.NOTHING -> new Node.Mapping(line, Map.of());
            case Node.Scalar _, Node.Sequence _ ->
                throw new SettingsException(file, root.line(), "", "expected keys and values, found " + root.kind());
        };
    }

    private Node node(@Nullable JsonToken token, String key, int depth) throws SettingsException {
        if (parser.isCurrentAlias()) {
            throw new SettingsException(file, line(), key, "expected the value itself: aliases are not read");
        }
        if (depth > MAX_DEPTH) {
            throw new SettingsException(file, line(), key, "expected at most " + MAX_DEPTH + " sections in each other");
        }
        return switch (token) {
            case START_OBJECT -> mapping(key, depth);
            case START_ARRAY -> sequence(key, depth);
            case VALUE_STRING -> scalar(Node.Plain.TEXT);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(Node.Plain.NUMBER);
            case VALUE_TRUE, VALUE_FALSE -> scalar(Node.Plain.BOOLEAN);
            case VALUE_NULL -> new Node.Scalar(line(), "", Node.Plain.NOTHING);
            case null, default -> throw new SettingsException(file, line(), key, "expected a value");
        };
    }

    private Node.Scalar scalar(Node.Plain plain) {
        return new Node.Scalar(line(), parser.getString(), plain);
    }

    private Node.Mapping mapping(String key, int depth) throws SettingsException {
        int start = line();
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            if (token != JsonToken.PROPERTY_NAME) {
                throw new SettingsException(file, line(), key, "expected a key");
            }
            int line = line();
            String name = parser.currentName();
            String path = key.isEmpty() ? name : key + "." + name;
            Node.Entry before = entries.get(name);
            if (before != null) {
                throw new SettingsException(
                        file, line, path, "expected this key once, it is on line " + before.line() + " too");
            }
            entries.put(name, new Node.Entry(line, node(parser.nextToken(), path, depth + 1)));
        }
        return new Node.Mapping(start, entries);
    }

    private Node.Sequence sequence(String key, int depth) throws SettingsException {
        int start = line();
        List<Node> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(token, key + "[" + items.size() + "]", depth + 1));
        }
        return new Node.Sequence(start, items);
    }

    private int line() {
        return Math.max(parser.currentTokenLocation().getLineNr(), 1);
    }

    /** The parser's messages go over several lines and quote the file, which may hold secrets: the first line says what. */
    private static String firstLine(@Nullable String message) {
        String line =
                message == null ? "" : message.lines().findFirst().orElse("").strip();
        return line.isEmpty() ? "it cannot be read" : line.toLowerCase(Locale.ROOT);
    }
}
