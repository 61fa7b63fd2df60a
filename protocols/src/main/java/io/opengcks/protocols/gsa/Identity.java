package io.opengcks.protocols.gsa;

/**
 * An identity as ID payloads carry it (RFC 7296 §3.5), and as configuration, logs and the administration write it.
 *
 * <p>Text form: {@code fqdn:rx-1.example.org}, {@code email:ops@example.org}, {@code ip:192.0.2.7}, {@code ip:2001:db8::7},
 * {@code dn:CN=rx-1,O=Example} (RFC 4514) and {@code key-id:text} or, where the octets are not printable ASCII,
 * {@code key-id:0x0a0b}.
 *
 * @param type what kind of identity
 * @param data Identification Data, 1 to 1024 octets, valid for the type
 */
public record Identity(Type type, Octets data) {
    /** ID types (RFC 7296 §3.5); RFC 2407 §4.6.2.1 gives them the same numbers. */
    public enum Type {
        IPV4_ADDR(1),
        FQDN(2),
        RFC822_ADDR(3),
        IPV6_ADDR(5),
        DER_ASN1_DN(9),
        KEY_ID(11);

        private final int wire;

        Type(int wire) {
            this.wire = wire;
        }

        /** Value on the wire. */
        public int wire() {
            return wire;
        }
    }
}
