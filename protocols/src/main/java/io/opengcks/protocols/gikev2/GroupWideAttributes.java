package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GW policy substructure (RFC 9838 §4.4.3). Attributes of types that we do not know are passed over.
 *
 * @param activationDelaySeconds   GWP_ATD
 * @param deactivationDelaySeconds GWP_DTD
 * @param senderIdBits             GWP_SENDER_ID_BITS
 */
record GroupWideAttributes(
        OptionalInt activationDelaySeconds, OptionalInt deactivationDelaySeconds, OptionalInt senderIdBits) {
    static final GroupWideAttributes NONE =
            new GroupWideAttributes(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static final int ATD = 1;
    private static final int DTD = 2;
    private static final int SENDER_ID_BITS = 3;
    private static final int MAX_ATTRIBUTES = 32;

    /**
     * Delays that are not 0, and the bits of Sender-IDs where they are not 0; empty where all are 0.
     */
    static Optional<GroupWideAttributes> of(GroupWidePolicy policy, int senderIdBits) {
        GroupWideAttributes attributes = new GroupWideAttributes(
                unlessZero(policy.activationDelaySeconds()),
                unlessZero(policy.deactivationDelaySeconds()),
                unlessZero(senderIdBits));
        return attributes.equals(NONE) ? Optional.empty() : Optional.of(attributes);
    }

    /** An attribute that is not there means no delay (RFC 9838 §4.4.3.1.1). */
    GroupWidePolicy delays() {
        return new GroupWidePolicy(activationDelaySeconds.orElse(0), deactivationDelaySeconds.orElse(0));
    }

    private static OptionalInt unlessZero(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** Reads one substructure, whose first octet, 0, is next. */
    static GroupWideAttributes decode(WireReader in) throws MalformedMessage {
        in.skip(2, "GW policy: protocol and reserved");
        WireReader body = in.slice(in.u16("GW policy: length") - 4, "GW policy");
        OptionalInt atd = OptionalInt.empty();
        OptionalInt dtd = OptionalInt.empty();
        OptionalInt bits = OptionalInt.empty();
        for (Attribute attribute : Attribute.decodeAll(body, MAX_ATTRIBUTES)) {
            switch (attribute.type()) {
                case ATD -> atd = Attributes.u16(attribute, atd, "GWP_ATD");
                case DTD -> dtd = Attributes.u16(attribute, dtd, "GWP_DTD");
                case SENDER_ID_BITS -> bits = Attributes.u16(attribute, bits, "GWP_SENDER_ID_BITS");
                default -> {} // unknown: ignored
            }
        }
        return new GroupWideAttributes(atd, dtd, bits);
    }

    void encode(WireWriter out) {
        int start = out.size();
        out.u8(0).u8(0).u16(0);
        List<Attribute> attributes = new ArrayList<>();
        activationDelaySeconds.ifPresent(seconds -> attributes.add(new Attribute.Tv(ATD, seconds)));
        deactivationDelaySeconds.ifPresent(seconds -> attributes.add(new Attribute.Tv(DTD, seconds)));
        senderIdBits.ifPresent(bits -> attributes.add(new Attribute.Tv(SENDER_ID_BITS, bits)));
        Attribute.encodeAll(attributes, out);
        out.patchU16(start + 2, out.size() - start);
    }
}
