package io.opengcks.gcks.config;

import io.opengcks.gcks.group.Flow;
import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.MemberRule;
import io.opengcks.gcks.group.PolicyException;
import io.opengcks.gcks.group.RekeyPolicy;
import io.opengcks.gcks.group.RekeySignatureAlgorithm;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A group as an operator writes it, in a YAML file for the command line or in JSON for the administration, with the same names.
 *
 * @param group  its identity; empty where something else says which group is meant
 * @param policy its policy
 */
public record GroupDefinition(Optional<Identity> group, GroupPolicy policy) {
    /** How a definition says that ESP goes out as IP protocol 50. */
    static final String NO_PORT = "none";

    private static final Duration LONGEST = Duration.ofSeconds(GroupPolicy.MAX_LIFETIME_SECONDS);
    private static final Duration SHORTEST = Duration.ofSeconds(GroupPolicy.MIN_LIFETIME_SECONDS);

    /** Read for its defaults only. */
    private static final GroupPolicy DEFAULTS = GroupPolicy.builder(
                    List.of(new Flow(InetAddress.ofLiteral("239.0.0.1"), 1, Optional.empty())),
                    RekeyPolicy.of(InetAddress.ofLiteral("239.0.0.2"), 1))
            .build();

    /** Reads a file. */
    public static GroupDefinition read(Path file) throws SettingsException {
        return read(Settings.read(file));
    }

    /**
     * Reads a text that is in no file.
     *
     * @param name what errors call it
     */
    public static GroupDefinition parse(String name, String text) throws SettingsException {
        return read(Settings.parse(Path.of(name), text, Map.of()));
    }

    static GroupDefinition read(Section root) throws SettingsException {
        Optional<Identity> group = root.identity("group").optional();
        GroupPolicy.Builder builder = GroupPolicy.builder(flows(root), rekey(root.section("rekey")));
        root.oneOf("suite", EspSuite.class).optional().ifPresent(builder::suite);
        root.oneOf("mode", DataSecuritySa.Mode.class).optional().ifPresent(builder::mode);
        root.value("udpPort", "a whole number from 1 to 65535, or none", GroupDefinition::port)
                .optional()
                .ifPresent(builder::udpPort);
        root.bool("multipleSenders").optional().ifPresent(builder::multipleSenders);
        root.integer("senderIdBits", 8, 16).optional().ifPresent(builder::senderIdBits);
        root.integer("senderIdsPerMember", 1, 64).optional().ifPresent(builder::senderIdsPerMember);
        root.integer("replayWindow", 0, 4096).optional().ifPresent(builder::replayWindow);
        root.duration("tekLifetime", SHORTEST, LONGEST).optional().ifPresent(builder::tekLifetime);
        root.duration("kekLifetime", SHORTEST, LONGEST).optional().ifPresent(builder::kekLifetime);
        delays(root, builder);
        builder.mayJoin(rules(root, "mayJoin"));
        builder.maySend(rules(root, "maySend"));
        root.integer("maxMembers", 1, GroupPolicy.MAX_MEMBERS).optional().ifPresent(builder::maxMembers);
        root.end();
        try {
            return new GroupDefinition(group, builder.build());
        } catch (PolicyException wrong) {
            throw error(root, wrong);
        }
    }

    private static void delays(Section root, GroupPolicy.Builder builder) throws SettingsException {
        GroupPolicy otherwise = DEFAULTS;
        builder.delays(
                root.integer("atdSeconds", 0, 65_535).orDefault(otherwise.atdSeconds()),
                root.integer("dtdSeconds", 0, 65_535).orDefault(otherwise.dtdSeconds()));
        builder.evictionDelays(
                root.integer("evictionAtdSeconds", 0, 65_535).orDefault(otherwise.evictionAtdSeconds()),
                root.integer("evictionDtdSeconds", 0, 65_535).orDefault(otherwise.evictionDtdSeconds()));
    }

    private static List<Flow> flows(Section root) throws SettingsException {
        List<Flow> flows = new ArrayList<>();
        for (Section flow : root.sections("flows", GroupPolicy.MAX_FLOWS)) {
            InetAddress address = flow.multicastAddress("address").required();
            int port = flow.integer("port", 1, 65_535).required();
            Optional<InetAddress> source = flow.address("source").optional();
            try {
                flows.add(new Flow(address, port, source));
            } catch (PolicyException wrong) {
                throw flow.error("source", expectation(wrong));
            }
        }
        if (flows.isEmpty()) {
            throw root.error("flows", "expected a list of 1 to " + GroupPolicy.MAX_FLOWS + " flows, it is missing");
        }
        return flows;
    }

    private static RekeyPolicy rekey(Section section) throws SettingsException {
        RekeyPolicy otherwise = DEFAULTS.rekey();
        InetAddress address = section.multicastAddress("address").required();
        int port = section.integer("port", 1, 65_535).required();
        try {
            return new RekeyPolicy(
                    address,
                    port,
                    section.address("source").optional(),
                    section.integer("encryptionBits", 128, 256).orDefault(otherwise.encryptionBits()),
                    section.oneOf("keyWrap", KeyWrapAlgorithm.class).orDefault(otherwise.keyWrap()),
                    section.oneOf("signature", RekeySignatureAlgorithm.class).orDefault(otherwise.signature()),
                    section.integer("treeDegree", RekeyPolicy.MIN_DEGREE, RekeyPolicy.MAX_DEGREE)
                            .orDefault(otherwise.treeDegree()),
                    section.integer("copies", 1, RekeyPolicy.MAX_COPIES).orDefault(otherwise.copies()),
                    section.duration("spacing", Duration.ZERO, RekeyPolicy.MAX_SPACING)
                            .orDefault(otherwise.spacing()));
        } catch (PolicyException wrong) {
            throw section.error(wrong.field().substring("rekey.".length()), expectation(wrong));
        }
    }

    private static List<MemberRule> rules(Section root, String key) throws SettingsException {
        List<MemberRule> rules = new ArrayList<>();
        for (Section rule : root.sections(key, GroupPolicy.MAX_RULES)) {
            Optional<String> identity = rule.string("identity").optional();
            Optional<String> subject = rule.string("subject").optional();
            Optional<String> san = rule.string("san").optional();
            Optional<String> issuer = rule.string("issuer").optional();
            try {
                rules.add(new MemberRule(identity, subject, san, issuer));
            } catch (PolicyException wrong) {
                rule.end(); // a misspelt name is the likelier mistake
                throw rule.error("", expectation(wrong));
            }
        }
        return rules;
    }

    private static OptionalInt port(String text) {
        if (text.equals(NO_PORT)) {
            return OptionalInt.empty();
        }
        int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port");
        }
        return OptionalInt.of(port);
    }

    /** What fields forbid each other is known only when all are there. */
    private static SettingsException error(Section root, PolicyException wrong) {
        return root.error(wrong.field(), expectation(wrong));
    }

    private static String expectation(PolicyException wrong) {
        return "expected "
                + String.valueOf(wrong.getMessage()).substring(wrong.field().length() + 2);
    }
}
