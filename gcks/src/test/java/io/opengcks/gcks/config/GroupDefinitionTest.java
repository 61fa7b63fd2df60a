package io.opengcks.gcks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.MemberRule;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.settings.SettingsException;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupDefinitionTest {
    static final String FULL = """
            group: key-id:tv
            flows:
            - {address: 232.1.1.1, port: 5004, source: 192.0.2.1}
            - {address: 239.1.1.2, port: 5006}
            suite: chacha20-poly1305
            mode: tunnel
            udpPort: none
            multipleSenders: false
            senderIdBits: 12
            senderIdsPerMember: 2
            replayWindow: 0
            tekLifetime: 90s
            kekLifetime: 7d
            atdSeconds: 1
            dtdSeconds: 2
            evictionAtdSeconds: 3
            evictionDtdSeconds: 4
            rekey: {address: "ff3e::1", port: 848, source: "2001:db8::1", encryptionBits: 128, keyWrap: kw-5649-128,
                    signature: ecdsa-p256, treeDegree: 2, copies: 1, spacing: 100ms}
            mayJoin:
            - {identity: "fqdn:*.example.org"}
            - {subject: "CN=rx-*,O=Example", san: "fqdn:rx-*", issuer: "CN=CA"}
            maySend: [{identity: "fqdn:tx"}]
            maxMembers: 7
            """;
    private static final String LEAST = """
            flows: [{address: 239.1.1.1, port: 5004}]
            rekey: {address: 239.1.1.2, port: 848}
            """;

    @Test
    void everyKeyHasItsEffect() throws Exception {
        GroupDefinition definition = GroupDefinition.parse("tv.yaml", FULL);
        assertThat(definition.group()).contains(Identity.parse("key-id:tv"));
        GroupPolicy policy = definition.policy();
        assertThat(policy.flows()).hasSize(2);
        assertThat(policy.suite()).isEqualTo(EspSuite.CHACHA20_POLY1305);
        assertThat(policy.udpPort()).isEqualTo(OptionalInt.empty());
        assertThat(policy.tekLifetime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(policy.evictionDtdSeconds()).isEqualTo(4);
        assertThat(policy.mayJoin()).hasSize(2);
        assertThat(policy.maySend()).containsExactly(MemberRule.identity("fqdn:tx"));
        GroupPolicy otherwise = GroupDefinition.parse("tv.yaml", LEAST).policy();
        // a key that had no effect would leave its default
        assertThat(policy).usingRecursiveComparison().isNotEqualTo(otherwise);
        assertThat(GroupJson.policy(policy).fieldNames())
                .allSatisfy(key -> assertThat(GroupJson.policy(policy).getValue(key))
                        .as(key)
                        .isNotEqualTo(GroupJson.policy(otherwise).getValue(key)));
    }

    @Test
    void whatIsShownReadsBackAsTheSamePolicy() throws Exception {
        for (String text : new String[] {FULL, LEAST}) {
            GroupPolicy policy = GroupDefinition.parse("tv.yaml", text).policy();
            String json = GroupJson.policy(policy).encodePrettily();
            assertThat(GroupDefinition.parse("body", json).policy()).isEqualTo(policy);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            atdSeconds: 11                       | tv.yaml:1: dtdSeconds: expected at least atdSeconds (11), not 10
            {atdSeconds: 1}                      | tv.yaml:2: expected YAML:
            tekLifetime: 20s                     | tv.yaml:3: tekLifetime: expected more than four times dtdSeconds (10), not 20
            senderIdBits: 9                      | tv.yaml:3: senderIdBits: expected 8, 12 or 16, not 9
            replayWindow: 3                      | tv.yaml:3: replayWindow: expected 0 or a multiple of 64 up to 4096, not 3
            udpPort: 0                           | tv.yaml:3: udpPort: expected a whole number from 1 to 65535, or none, found "0"
            mayJoin: [{}]                        | tv.yaml:3: mayJoin[0]: expected at least one of identity, subject, san, issuer
            mayJoin: [{identty: "*"}]            | tv.yaml:3: mayJoin[0].identty: expected a key of this section, did you mean identity?
            mayJoin: ["*"]                       | tv.yaml:3: mayJoin[0]: expected a section, found text
            lifetime: 1h                         | tv.yaml:3: lifetime: expected one of
            """)
    void aMistakeIsNamed(String mistake, String error) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> GroupDefinition.parse("tv.yaml", LEAST + mistake + "\n"))
                .withMessageContaining(error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            flows: [{address: 10.0.0.1, port: 1}]                       | tv.yaml:1: flows[0].address: expected a multicast address
            flows: [{address: 239.1.1.1}]                               | tv.yaml:1: flows[0].port: expected a whole number from 1 to 65535, it is missing
            flows: [{address: 239.1.1.1, port: 1, source: "::1"}]       | tv.yaml:1: flows[0].source: expected a unicast source of the same address family
            flows: []                                                   | tv.yaml:1: flows: expected a list of 1 to 16 flows
            x: 1                                                        | tv.yaml:1: flows: expected a list of 1 to 16 flows
            """)
    void aWrongFlowIsNamed(String text, String error) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> GroupDefinition.parse("tv.yaml", text))
                .withMessageContaining(error);
    }

    @Test
    void aWrongRekeyPolicyIsNamed() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() ->
                        GroupDefinition.parse("tv.yaml", LEAST.replace("port: 848", "port: 848, encryptionBits: 192")))
                .withMessage("tv.yaml:2: rekey.encryptionBits: expected 128 or 256, not 192");
    }
}
