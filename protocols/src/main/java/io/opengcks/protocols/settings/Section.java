package io.opengcks.protocols.settings;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One section of a file. Every getter makes its key known, throws if the value is wrong, and gives back a
 * {@link Setting}, which says what happens where the key is missing.
 *
 * <p>A value in an error is shortened; values of secrets are never in one.
 */
public final class Section {
    private static final int MAX_SHOWN = 40;

    /** Turns text into a value; an IllegalArgumentException says that it is none. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String text);
    }

    /** What all sections of one file share. */
    private record Context(Path file, Map<String, String> environment, SequencedSet<String> known) {}

    private final Context context;
    private final String path;
    private final String pattern;
    private final Node.Mapping node;
    private final SequencedSet<String> asked = new LinkedHashSet<>();
    private final Map<String, Section> inner = new LinkedHashMap<>();

    private Section(Context context, String path, String pattern, Node.Mapping node) {
        this.context = context;
        this.path = path;
        this.pattern = pattern;
        this.node = node;
    }

    static Section root(Path file, Node.Mapping node, Map<String, String> environment) {
        return new Section(new Context(file, environment, new LinkedHashSet<>()), "", "", node);
    }

    /** Any text; a number or boolean is taken as it is written. */
    public Setting<String> string(String key) throws SettingsException {
        return value(key, "text", text -> text);
    }

    /** Text that {@code parser} takes; {@code expected} completes "expected …". */
    public <T> Setting<T> value(String key, String expected, Parser<T> parser) throws SettingsException {
        Node.Entry entry = ask(key);
        return new Setting<>(
                this, key, expected, entry == null ? null : parse(entry.value(), path(key), expected, parser));
    }

    /** A whole number in decimal digits, without quotes. */
    public Setting<Integer> integer(String key, int min, int max) throws SettingsException {
        String expected = "a whole number from " + min + " to " + max;
        Node.Entry entry = ask(key);
        if (entry != null && entry.value() instanceof Node.Scalar scalar && scalar.plain() != Node.Plain.NUMBER) {
            throw wrong(scalar, path(key), expected);
        }
        return value(key, expected, text -> Scalars.integer(text, min, max));
    }

    /** {@code true} or {@code false}. */
    public Setting<Boolean> bool(String key) throws SettingsException {
        return value(key, "true or false", Scalars::bool);
    }

    /** A number and a unit: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}. */
    public Setting<Duration> duration(String key, Duration min, Duration max) throws SettingsException {
        String expected =
                "a duration from " + Scalars.text(min) + " to " + Scalars.text(max) + " such as 500ms, 30s, 5m, 24h";
        return value(key, expected, text -> Scalars.duration(text, min, max));
    }

    /** An IPv4 or IPv6 address, not a name. */
    public Setting<InetAddress> address(String key) throws SettingsException {
        return value(key, "an IPv4 or IPv6 address", InetAddress::ofLiteral);
    }

    /** A multicast address. */
    public Setting<InetAddress> multicastAddress(String key) throws SettingsException {
        return value(key, "a multicast address", text -> {
            InetAddress address = InetAddress.ofLiteral(text);
            if (!address.isMulticastAddress()) {
                throw new IllegalArgumentException("unicast");
            }
            return address;
        });
    }

    /** A host and a port. */
    public Setting<HostPort> hostPort(String key) throws SettingsException {
        return value(key, HOST_PORT, HostPort::parse);
    }

    /** A list of hosts and ports, not empty. */
    public Setting<List<HostPort>> hostPorts(String key, int most) throws SettingsException {
        return values(key, most, HOST_PORT, HostPort::parse);
    }

    private static final String HOST_PORT = "host:port such as 192.0.2.1:848 or [2001:db8::1]:848";

    /** An identity in its text form. */
    public Setting<Identity> identity(String key) throws SettingsException {
        return value(key, "an identity: fqdn:NAME, email:ADDRESS, ip:ADDRESS, dn:NAME or key-id:TEXT", Identity::parse);
    }

    /** A constant of {@code type}, written in lower case with hyphens. */
    public <E extends Enum<E>> Setting<E> oneOf(String key, Class<E> type) throws SettingsException {
        E[] all = type.getEnumConstants();
        String expected = Stream.of(all).map(Section::written).collect(Collectors.joining(", ", "one of: ", ""));
        return value(
                key,
                expected,
                text -> Stream.of(all)
                        .filter(constant -> written(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("none of them")));
    }

    /** How a constant is written in a file: {@code AES_256_GCM_16} is {@code aes-256-gcm-16}. */
    public static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A path; a relative one starts at the folder of the file. Nothing is said about whether it exists. */
    public Setting<Path> path(String key, String what) throws SettingsException {
        return value(key, what, this::resolve);
    }

    /** A list of paths, not empty. */
    public Setting<List<Path>> paths(String key, int most, String what) throws SettingsException {
        return values(key, most, what, this::resolve);
    }

    /** A list of values, not empty. */
    public <T> Setting<List<T>> values(String key, int most, String expected, Parser<T> parser)
            throws SettingsException {
        String all = "a list of 1 to " + most + ", each " + expected;
        Node.Entry entry = ask(key);
        if (entry == null) {
            return new Setting<>(this, key, all, null);
        }
        List<T> values = new ArrayList<>();
        for (Node item : items(entry, key, 1, most, all)) {
            values.add(parse(item, path(key) + "[" + values.size() + "]", expected, parser));
        }
        return new Setting<>(this, key, all, List.copyOf(values));
    }

    /** A section; where it is missing an empty one, in which every key is missing. */
    public Section section(String key) throws SettingsException {
        return optionalSection(key).orElseGet(() -> child(key, path(key), new Node.Mapping(node.line(), Map.of())));
    }

    /** A section, where it is there. */
    public Optional<Section> optionalSection(String key) throws SettingsException {
        Node.Entry entry = ask(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof Node.Mapping mapping)) {
            throw new SettingsException(
                    context.file,
                    entry.line(),
                    path(key),
                    "expected a section, found " + entry.value().kind());
        }
        // Errors of missing keys name the line of the section's key, not of its first key.
        return Optional.of(child(key, path(key), new Node.Mapping(entry.line(), mapping.entries())));
    }

    /** A list of sections; empty where the key is missing. */
    public List<Section> sections(String key, int most) throws SettingsException {
        Node.Entry entry = ask(key);
        if (entry == null) {
            return List.of();
        }
        String expected = "a list of at most " + most + " sections";
        List<Section> sections = new ArrayList<>();
        for (Node item : items(entry, key, 0, most, expected)) {
            String name = path(key) + "[" + sections.size() + "]";
            if (!(item instanceof Node.Mapping mapping)) {
                throw new SettingsException(
                        context.file, item.line(), name, "expected a section, found " + item.kind());
            }
            sections.add(child(key + "[]", name, mapping));
        }
        return List.copyOf(sections);
    }

    /**
     * A secret and where it comes from: a section with exactly one of {@code file} (its octets without a line end behind
     * them), {@code env} (a variable), {@code text} (as it stands here) and {@code hex}.
     */
    public Setting<Secret> secret(String key) throws SettingsException {
        Optional<Section> source = optionalSection(key);
        return new Setting<>(
                this,
                key,
                SecretSource.EXPECTED,
                source.isEmpty() ? null : SecretSource.read(source.get(), context.environment));
    }

    /** Whether the key is there. Does not make it known. */
    public boolean has(String key) {
        return node.entries().containsKey(key);
    }

    /** An error about the value of {@code key}, or about this section where {@code key} is empty. */
    public SettingsException error(String key, String expected) {
        Node.Entry entry = node.entries().get(key);
        return new SettingsException(
                context.file, entry == null ? node.line() : entry.line(), key.isEmpty() ? path : path(key), expected);
    }

    /** Refuses, in this section and all within it, every key that was not asked for. */
    public void end() throws SettingsException {
        for (Map.Entry<String, Node.Entry> entry : node.entries().entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw unknown(entry.getKey(), entry.getValue());
            }
        }
        for (Section section : inner.values()) {
            section.end();
        }
    }

    /** Dotted names of all keys asked for in the file so far, {@code []} behind lists of sections. */
    public SequencedSet<String> knownKeys() {
        return context.known;
    }

    /** The file; of a text that was parsed, what stands for it in errors. */
    public Path file() {
        return context.file;
    }

    SettingsException missing(String key, String expected) {
        // "identty" is better named as what it is than as a lack of "identity"
        for (Map.Entry<String, Node.Entry> entry : node.entries().entrySet()) {
            if (!asked.contains(entry.getKey()) && Scalars.near(entry.getKey(), key)) {
                return unknown(entry.getKey(), entry.getValue());
            }
        }
        return new SettingsException(context.file, node.line(), path(key), "expected " + expected + ", it is missing");
    }

    private SettingsException unknown(String key, Node.Entry entry) {
        Optional<String> near =
                asked.stream().filter(known -> Scalars.near(key, known)).findFirst();
        String expected = near.map(known -> "expected a key of this section, did you mean " + known + "?")
                .orElseGet(() -> asked.isEmpty()
                        ? "expected no key here"
                        : "expected one of " + String.join(", ", new TreeSet<>(asked)));
        return new SettingsException(context.file, entry.line(), path(key), expected);
    }

    private Section child(String patternKey, String name, Node.Mapping mapping) {
        // asked twice it is one section, so that end() knows all that was asked of it
        return inner.computeIfAbsent(name, _ -> new Section(context, name, dotted(pattern, patternKey), mapping));
    }

    private Node.@Nullable Entry ask(String key) {
        asked.add(key);
        context.known.add(dotted(pattern, key));
        return node.entries().get(key);
    }

    private List<Node> items(Node.Entry entry, String key, int least, int most, String expected)
            throws SettingsException {
        if (!(entry.value() instanceof Node.Sequence(int _, List<Node> items))) {
            throw new SettingsException(
                    context.file,
                    entry.line(),
                    path(key),
                    "expected " + expected + ", found " + entry.value().kind());
        }
        if (items.size() < least || items.size() > most) {
            throw new SettingsException(
                    context.file, entry.line(), path(key), "expected " + expected + ", found " + items.size());
        }
        return items;
    }

    private <T> T parse(Node value, String name, String expected, Parser<T> parser) throws SettingsException {
        if (!(value instanceof Node.Scalar scalar) || scalar.plain() == Node.Plain.NOTHING) {
            throw new SettingsException(
                    context.file, value.line(), name, "expected " + expected + ", found " + value.kind());
        }
        try {
            return parser.parse(scalar.text());
        } catch (IllegalArgumentException _) {
            throw wrong(scalar, name, expected);
        }
    }

    private SettingsException wrong(Node.Scalar scalar, String name, String expected) {
        return new SettingsException(
                context.file, scalar.line(), name, "expected " + expected + ", found " + shown(scalar));
    }

    private static String shown(Node.Scalar scalar) {
        String text = scalar.text().lines().findFirst().orElse("");
        return "\"" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text) + "\"";
    }

    private Path resolve(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return context.file.toAbsolutePath().resolveSibling(text).normalize();
    }

    private String path(String key) {
        return dotted(path, key);
    }

    private static String dotted(String before, String key) {
        return before.isEmpty() ? key : before + "." + key;
    }
}
