package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.ArrayList;
import java.util.List;

/** A data attribute (RFC 7296 §3.3.5). Which of the two formats a type has is fixed where the type is registered. */
public sealed interface Attribute {
    /** 0 to 32767. */
    int type();

    /** Format bit 1: the value has 16 bits. */
    record Tv(int type, int value) implements Attribute {
        public Tv {
            if (type >>> 15 != 0 || value >>> 16 != 0) {
                throw new IllegalArgumentException("attribute type or value out of range");
            }
        }
    }

    /** Format bit 0: the value has its own length. */
    record Tlv(int type, Octets value) implements Attribute {
        public Tlv {
            if (type >>> 15 != 0 || value.length() > 0xffff) {
                throw new IllegalArgumentException("attribute type or value out of range");
            }
        }
    }

    /** A TLV attribute of 4 octets. */
    static Tlv u32(int type, long value) {
        return new Tlv(type, Octets.of(new WireWriter().u32(value).toByteArray()));
    }

    /** Reads attributes up to the end of {@code in}, at most {@code limit} of them. */
    static List<Attribute> decodeAll(WireReader in, int limit) throws MalformedMessage {
        List<Attribute> attributes = new ArrayList<>();
        while (in.hasMore()) {
            if (attributes.size() == limit) {
                throw new MalformedMessage("more than " + limit + " attributes");
            }
            int head = in.u16("attribute type");
            int type = head & 0x7fff;
            if (head >>> 15 == 1) {
                attributes.add(new Tv(type, in.u16("attribute value")));
            } else {
                attributes.add(new Tlv(type, in.octets(in.u16("attribute length"), "attribute value")));
            }
        }
        return List.copyOf(attributes);
    }

    /** Writes attributes one after the other, without padding. */
    static void encodeAll(List<? extends Attribute> attributes, WireWriter out) {
        for (Attribute attribute : attributes) {
            switch (attribute) {
                case Tv(int type, int value) -> out.u16(0x8000 | type).u16(value);
                case Tlv(int type, Octets value) ->
                    out.u16(type).u16(value.length()).octets(value);
            }
        }
    }
}
