package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.WireReader;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Values of attributes in the format that is registered for them; the other format is refused (RFC 7296 §3.3.5). */
final class Attributes {
    private Attributes() {}

    /** A TV value that may stand once. */
    static OptionalInt u16(Attribute attribute, OptionalInt before, String name) throws MalformedMessage {
        once(before.isPresent(), name);
        if (attribute instanceof Attribute.Tv tv) {
            return OptionalInt.of(tv.value());
        }
        throw new MalformedMessage(name + " has a length of its own");
    }

    /** A TLV value of 4 octets that may stand once. */
    static OptionalLong u32(Attribute attribute, OptionalLong before, String name) throws MalformedMessage {
        once(before.isPresent(), name);
        WireReader value = new WireReader(tlv(attribute, name).toArray());
        long number = value.u32(name);
        value.end(name);
        return OptionalLong.of(number);
    }

    /** A TLV value. */
    static Octets tlv(Attribute attribute, String name) throws MalformedMessage {
        if (attribute instanceof Attribute.Tlv tlv) {
            return tlv.value();
        }
        throw new MalformedMessage(name + " has no length");
    }

    /** Refuses a second one. */
    static void once(boolean seen, String name) throws MalformedMessage {
        if (seen) {
            throw new MalformedMessage(name + " twice");
        }
    }
}
