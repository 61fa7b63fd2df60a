package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Body of the KD payload (RFC 9838 §4.5): one Group Key Bag a group SA, at most one Member Key Bag.
 *
 * @param groups at most {@value GsaPayload#MAX_POLICIES}, no two for the same SPI
 * @param member empty where the message has none
 */
record KdPayload(List<KeyBag.Group> groups, KeyBag.Member member) {
    KdPayload {
        groups = List.copyOf(groups);
    }

    static KdPayload decode(Payload.KeyDownload payload) throws MalformedMessage {
        WireReader in = new WireReader(payload.body().toArray());
        List<KeyBag.Group> groups = new ArrayList<>();
        KeyBag.Member member = KeyBag.Member.EMPTY;
        boolean memberSeen = false;
        Set<Octets> spis = new HashSet<>();
        while (in.hasMore()) {
            if (in.peek("KD: protocol") == Ikev2.PROTOCOL_NONE) {
                Attributes.once(memberSeen, "member key bag");
                memberSeen = true;
                member = KeyBag.Member.decode(in);
                continue;
            }
            if (groups.size() == GsaPayload.MAX_POLICIES) {
                throw new MalformedMessage("more than " + GsaPayload.MAX_POLICIES + " group key bags");
            }
            KeyBag.Group group = KeyBag.Group.decode(in);
            if (!spis.add(group.spi())) {
                throw new MalformedMessage("two key bags for SPI " + group.spi());
            }
            groups.add(group);
        }
        return new KdPayload(groups, member);
    }

    Payload.KeyDownload encode() {
        WireWriter out = new WireWriter();
        groups.forEach(group -> group.encode(out));
        if (!member.isEmpty()) {
            member.encode(out);
        }
        return new Payload.KeyDownload(Octets.of(out.toByteArray()));
    }
}
