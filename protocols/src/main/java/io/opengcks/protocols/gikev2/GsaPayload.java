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
import java.util.Optional;
import java.util.Set;

/**
 * Body of the GSA payload (RFC 9838 §4.4): at least one Group SA policy, at most one of them a Rekey SA, no two for the same
 * protocol and SPI.
 *
 * @param policies  Group SA policies in wire order, at most {@value #MAX_POLICIES}
 * @param groupWide the GW policy, where there is one
 */
record GsaPayload(List<GroupSaPolicy> policies, Optional<GroupWideAttributes> groupWide) {
    static final int MAX_POLICIES = 64;

    GsaPayload {
        policies = List.copyOf(policies);
    }

    static GsaPayload decode(Payload.GroupSecurityAssociation payload) throws MalformedMessage {
        WireReader in = new WireReader(payload.body().toArray());
        List<GroupSaPolicy> policies = new ArrayList<>();
        Optional<GroupWideAttributes> groupWide = Optional.empty();
        Set<Octets> spis = new HashSet<>();
        boolean rekeySa = false;
        while (in.hasMore()) {
            if (in.peek("GSA: protocol") == Ikev2.PROTOCOL_NONE) {
                Attributes.once(groupWide.isPresent(), "GW policy");
                groupWide = Optional.of(GroupWideAttributes.decode(in));
                continue;
            }
            if (policies.size() == MAX_POLICIES) {
                throw new MalformedMessage("more than " + MAX_POLICIES + " group SAs");
            }
            GroupSaPolicy policy = GroupSaPolicy.decode(in);
            if (policy.isRekeySa()) {
                Attributes.once(rekeySa, "Rekey SA");
                rekeySa = true;
            }
            if (!spis.add(policy.spi())) {
                throw new MalformedMessage("two group SAs with SPI " + policy.spi());
            }
            policies.add(policy);
        }
        if (policies.isEmpty()) {
            throw new MalformedMessage("GSA without a group SA");
        }
        return new GsaPayload(policies, groupWide);
    }

    Payload.GroupSecurityAssociation encode() {
        WireWriter out = new WireWriter();
        policies.forEach(policy -> policy.encode(out));
        groupWide.ifPresent(policy -> policy.encode(out));
        return new Payload.GroupSecurityAssociation(Octets.of(out.toByteArray()));
    }
}
