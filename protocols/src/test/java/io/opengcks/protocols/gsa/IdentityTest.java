package io.opengcks.protocols.gsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fqdn:rx-1.example.org   | FQDN        | 72782d312e6578616d706c652e6f7267
                    email:ops@example.org   | RFC822_ADDR | 6f7073406578616d706c652e6f7267
                    ip:192.0.2.7            | IPV4_ADDR   | c0000207
                    ip:2001:db8::7          | IPV6_ADDR   | 20010db8000000000000000000000007
                    ip:2001:db8:0:1::       | IPV6_ADDR   | 20010db8000000010000000000000000
                    ip:2001:0:0:1:0:0:0:7   | IPV6_ADDR   | 20010000000000010000000000000007
                    ip:::1                  | IPV6_ADDR   | 00000000000000000000000000000001
                    ip:1:0:2:3:4:5:6:7      | IPV6_ADDR   | 00010000000200030004000500060007
                    key-id:tv-1             | KEY_ID      | 74762d31
                    key-id:0x0a0b           | KEY_ID      | 0a0b
                    key-id:0x307831         | KEY_ID      | 307831
                    """)
    void readsItsTextFormAndHasTheOctetsOfTheWire(String text, Identity.Type type, String hex) {
        Identity identity = Identity.parse(text);

        assertThat(identity.type()).isEqualTo(type);
        assertThat(identity.data()).isEqualTo(Octets.ofHex(hex));
        assertThat(Identity.parse(identity.text())).isEqualTo(identity);
    }

    @Test
    void writesAddressesInTheirShortForm() {
        assertThat(Identity.parse("ip:2001:0db8:0:0:0:0:0:7")).hasToString("ip:2001:db8::7");
        assertThat(Identity.parse("ip:2001:0:0:1:0:0:0:7")).hasToString("ip:2001:0:0:1::7");
        assertThat(Identity.parse("ip:0:0:0:0:0:0:0:0")).hasToString("ip:::");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rx-1",
                "host:rx-1",
                "fqdn:",
                "fqdn:*.example.org",
                "fqdn:a..b",
                "fqdn:a b",
                "fqdn:-a",
                "fqdn:é.example",
                "email:ops",
                "email:@example.org",
                "email:a b@example.org",
                "ip:rx-1.example.org",
                "ip:1.2.3",
                "ip:1.2.3.256",
                "ip:::ffff:192.0.2.7",
                "ip:fe80::1%eth0",
                "dn:",
                "dn:rx-1",
                "key-id:",
                "key-id:0xabc",
                "key-id:a\nb"
            })
    void refusesWhatIsNoIdentity(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Identity.parse(text));
    }

    @Test
    void ignoresTheCaseOfNamesButNotOfKeyIds() {
        assertThat(Identity.parse("fqdn:RX-1.Example.org")).isEqualTo(Identity.parse("fqdn:rx-1.example.ORG"));
        assertThat(Identity.parse("email:Ops@Example.org")).isEqualTo(Identity.parse("email:ops@example.org"));
        assertThat(Identity.parse("key-id:TV")).isNotEqualTo(Identity.parse("key-id:tv"));
        assertThat(Identity.parse("fqdn:tv")).isNotEqualTo(Identity.parse("key-id:tv"));
    }

    @Test
    void comparesNamesByMeaningAndKeepsTheirOctets() {
        // CN=rx-1,O=Example as PrintableString, and the same as UTF8String
        String printable = "3021310d300b060355040a1304" + "4578616d";
        Identity parsed = Identity.parse("dn:CN=rx-1,O=Example");
        Identity utf8 = new Identity(
                Identity.Type.DER_ASN1_DN,
                Octets.ofHex("30213110300e060355040a0c074578616d706c65310d300b06035504030c0472782d31"));

        assertThat(parsed).hasToString("dn:CN=rx-1,O=Example").isEqualTo(utf8).hasSameHashCodeAs(utf8);
        assertThat(parsed.data()).isNotEqualTo(utf8.data());
        assertThat(parsed).isNotEqualTo(Identity.parse("dn:CN=rx-2,O=Example"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identity(Identity.Type.DER_ASN1_DN, Octets.ofHex(printable)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identity(Identity.Type.DER_ASN1_DN, Octets.ofHex(utf8.data() + "00")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identity(Identity.Type.DER_ASN1_DN, Octets.ofHex("3000")));
    }

    @Test
    void aNameFromAPeerStaysOnOneLine() {
        Identity hostile = Identity.parse("dn:CN=a\\0Ab");

        assertThat(hostile.text()).isEqualTo("dn:CN=a\\0ab").doesNotContain("\n");
        assertThat(Identity.parse(hostile.text())).isEqualTo(hostile);
    }

    @Property(tries = 2000)
    void octetsOfAPeerAreRefusedOrHaveATextThatReadsBack(
            @ForAll Identity.Type type, @ForAll @Size(min = 1, max = 40) byte[] octets) {
        Identity identity;
        try {
            identity = new Identity(type, Octets.of(octets));
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(Identity.parse(identity.text())).isEqualTo(identity);
        assertThat(identity.text().chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void knowsTheNumbersOfItsTypes() {
        assertThat(Identity.Type.ofWire(11)).contains(Identity.Type.KEY_ID);
        assertThat(Identity.Type.ofWire(4)).isEmpty();
        assertThatNoException()
                .isThrownBy(() -> new Identity(
                        Identity.Type.KEY_ID, Octets.of("x".repeat(1024).getBytes(StandardCharsets.US_ASCII))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identity(
                        Identity.Type.KEY_ID, Octets.of("x".repeat(1025).getBytes(StandardCharsets.US_ASCII))));
    }
}
