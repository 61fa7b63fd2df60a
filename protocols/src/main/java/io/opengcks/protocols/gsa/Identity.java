package io.opengcks.protocols.gsa;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * An identity as ID payloads carry it (RFC 7296 §3.5), and as configuration, logs and the administration write it.
 *
 * <p>Text form: {@code fqdn:rx-1.example.org}, {@code email:ops@example.org}, {@code ip:192.0.2.7}, {@code ip:2001:db8::7},
 * {@code dn:CN=rx-1,O=Example} (RFC 4514) and {@code key-id:text} or, where the octets are not printable ASCII,
 * {@code key-id:0x0a0b}.
 *
 * <p>Names and mail addresses are held in lower case, because their comparison ignores case (RFC 4945 §3.1.2, §3.1.3).
 * Distinguished names keep their octets, because a certificate's subject is compared bit by bit (RFC 4945 §3.1.5), but two
 * are equal as RFC 5280 §7.1 says, so that a name written in a configuration file equals one encoded by somebody's CA.
 *
 * @param type what kind of identity
 * @param data Identification Data, 1 to 1024 octets, valid for the type
 */
public record Identity(Type type, Octets data) {
    /** Longest Identification Data taken. */
    public static final int MAX_OCTETS = 1024;

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*");
    private static final Pattern LOCAL_PART = Pattern.compile("[!#-'*+/-9=?^-~-]+(?:\\.[!#-'*+/-9=?^-~-]+)*");
    private static final int LONGEST_NAME = 253;

    /** ID types (RFC 7296 §3.5); RFC 2407 §4.6.2.1 gives them the same numbers. */
    public enum Type {
        IPV4_ADDR(1, "ip"),
        FQDN(2, "fqdn"),
        RFC822_ADDR(3, "email"),
        IPV6_ADDR(5, "ip"),
        DER_ASN1_DN(9, "dn"),
        KEY_ID(11, "key-id");

        private final int wire;
        private final String prefix;

        Type(int wire, String prefix) {
            this.wire = wire;
            this.prefix = prefix;
        }

        /** Value on the wire. */
        public int wire() {
            return wire;
        }

        /** The type with this value on the wire, where we know it. */
        public static Optional<Type> ofWire(int wire) {
            return Arrays.stream(values()).filter(type -> type.wire == wire).findFirst();
        }
    }

    /** @throws IllegalArgumentException if {@code data} is not valid for the type */
    public Identity {
        if (data.length() < 1 || data.length() > MAX_OCTETS) {
            throw new IllegalArgumentException("an identity has 1 to " + MAX_OCTETS + " octets, not " + data.length());
        }
        data = switch (type) {
            case IPV4_ADDR -> exactly(4, data);
            case IPV6_ADDR -> IpText.notMapped(exactly(16, data));
            case FQDN -> Octets.of(ascii(name(text(data))));
            case RFC822_ADDR -> Octets.of(ascii(mailbox(text(data))));
            case DER_ASN1_DN -> nameOctets(data);
            case KEY_ID -> data;
        };
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static Identity parse(String text) {
        int colon = text.indexOf(':');
        String prefix = colon < 0 ? "" : text.substring(0, colon);
        String value = text.substring(colon + 1);
        return switch (prefix) {
            case "fqdn" -> new Identity(Type.FQDN, Octets.of(ascii(value)));
            case "email" -> new Identity(Type.RFC822_ADDR, Octets.of(ascii(value)));
            case "ip" -> address(IpText.parse(value));
            case "dn" ->
                new Identity(Type.DER_ASN1_DN, Octets.of(principal(value).getEncoded()));
            case "key-id" -> new Identity(Type.KEY_ID, keyIdOctets(value));
            default ->
                throw new IllegalArgumentException(
                        "expected fqdn:NAME, email:ADDRESS, ip:ADDRESS, dn:NAME or key-id:TEXT, not '" + text + "'");
        };
    }

    /** The subject of a certificate, octet by octet; empty where the certificate has none. */
    public static Optional<Identity> ofSubject(X509Certificate certificate) {
        X500Principal subject = certificate.getSubjectX500Principal();
        byte[] der = subject.getEncoded();
        return subject.getName().isEmpty() || der.length > MAX_OCTETS
                ? Optional.empty()
                : Optional.of(new Identity(Type.DER_ASN1_DN, Octets.of(der)));
    }

    /** The text form; {@link #parse} reads it back. */
    public String text() {
        String value = switch (type) {
            case IPV4_ADDR, IPV6_ADDR -> IpText.format(data.toArray());
            case FQDN, RFC822_ADDR -> text(data);
            case DER_ASN1_DN -> escaped(canonical().getName(X500Principal.RFC2253));
            case KEY_ID -> keyIdText(data);
        };
        return type.prefix + ":" + value;
    }

    @Override
    public String toString() {
        return text();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that
                && type == that.type
                && (data.equals(that.data)
                        || (type == Type.DER_ASN1_DN && canonical().equals(that.canonical())));
    }

    @Override
    public int hashCode() {
        return type == Type.DER_ASN1_DN ? canonical().hashCode() : 31 * type.hashCode() + data.hashCode();
    }

    private X500Principal canonical() {
        return new X500Principal(data.toArray());
    }

    /** Control characters as RFC 4514 §2.4 allows to write every octet: names come from peers, and logs have lines. */
    private static String escaped(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                for (byte octet : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                    text.append('\\').append(HexFormat.of().toHexDigits(octet));
                }
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static Identity address(byte[] octets) {
        return new Identity(octets.length == 4 ? Type.IPV4_ADDR : Type.IPV6_ADDR, Octets.of(octets));
    }

    private static Octets exactly(int length, Octets data) {
        if (data.length() != length) {
            throw new IllegalArgumentException("an address of " + length + " octets, not " + data.length());
        }
        return data;
    }

    private static Octets nameOctets(Octets der) {
        X500Principal name;
        try {
            name = new X500Principal(der.toArray());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a DER distinguished name", e);
        }
        // The parser stops at the end of the name: what follows it would be signed by nobody and compared by nobody.
        if (!Octets.of(name.getEncoded()).equals(der) || name.getName().isEmpty()) {
            throw new IllegalArgumentException("not exactly one non-empty distinguished name");
        }
        return der;
    }

    private static X500Principal principal(String rfc4514) {
        try {
            return new X500Principal(rfc4514);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected a name as in RFC 4514, like CN=rx-1,O=Example, not '" + rfc4514 + "'", e);
        }
    }

    private static String name(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.length() > LONGEST_NAME || !NAME.matcher(lower).matches()) {
            throw new IllegalArgumentException("not a domain name: '" + text + "'");
        }
        return lower;
    }

    private static String mailbox(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf('@');
        if (at < 1 || !LOCAL_PART.matcher(lower.substring(0, at)).matches()) {
            throw new IllegalArgumentException("not a mail address: '" + text + "'");
        }
        return lower.substring(0, at + 1) + name(lower.substring(at + 1));
    }

    private static Octets keyIdOctets(String value) {
        if (!value.startsWith("0x")) {
            return Octets.of(ascii(value));
        }
        try {
            return Octets.ofHex(value.substring(2));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected key-id:0x and pairs of hexadecimal digits, not '" + value + "'", e);
        }
    }

    private static String keyIdText(Octets data) {
        String text = new String(data.toArray(), StandardCharsets.ISO_8859_1);
        boolean printable = text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
                && !text.startsWith("0x")
                && text.equals(text.strip());
        return printable ? text : "0x" + HexFormat.of().formatHex(data.toArray());
    }

    /** Octets as text; those outside ASCII become characters that no pattern here takes. */
    private static String text(Octets data) {
        return new String(data.toArray(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        if (text.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw new IllegalArgumentException("only printable ASCII characters are expected in '" + text + "'");
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
