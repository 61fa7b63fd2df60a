package io.opengcks.protocols.settings;

import java.util.List;
import java.util.Map;

/** What a file holds, with the 1-based line on which each thing begins. */
sealed interface Node {
    int line();

    /** How an error names what it found, without its content. */
    String kind();

    /**
     * A single value.
     *
     * @param text  as written, without quotes
     * @param plain what it is where it stands without quotes
     */
    record Scalar(int line, String text, Plain plain) implements Node {
        @Override
        public String kind() {
            return switch (plain) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "a boolean";
                case NOTHING -> "nothing";
            };
        }
    }

    /** What the core schema of YAML takes a scalar for. */
    enum Plain {
        TEXT,
        NUMBER,
        BOOLEAN,
        NOTHING
    }

    /** Keys and values in the order of the file. */
    record Mapping(int line, Map<String, Entry> entries) implements Node {
        @Override
        public String kind() {
            return "a section";
        }
    }

    /** A value and the line of its key. */
    record Entry(int line, Node value) {}

    /** A list. */
    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }
}
