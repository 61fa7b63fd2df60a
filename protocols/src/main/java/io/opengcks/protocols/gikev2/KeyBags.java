package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The SA_KEY attributes of a message by SPI: every policy has its bag and every bag its policy (RFC 9838 §4.5.2). */
final class KeyBags {
    private final Map<Octets, List<WrappedKey>> bySpi;

    private KeyBags(Map<Octets, List<WrappedKey>> bySpi) {
        this.bySpi = bySpi;
    }

    static KeyBags match(GsaPayload gsa, KdPayload kd) throws MalformedMessage {
        Map<Octets, KeyBag.Group> bags = new HashMap<>();
        kd.groups().forEach(bag -> bags.put(bag.spi(), bag));
        Map<Octets, List<WrappedKey>> keys = new HashMap<>();
        for (GroupSaPolicy policy : gsa.policies()) {
            KeyBag.Group bag = bags.remove(policy.spi());
            if (bag == null || bag.protocolId() != policy.protocolId()) {
                throw new MalformedMessage("no keys for SPI " + policy.spi());
            }
            keys.put(policy.spi(), bag.keys());
        }
        if (!bags.isEmpty()) {
            throw new MalformedMessage(
                    "keys for SPI " + bags.keySet().iterator().next() + ", which has no policy");
        }
        return new KeyBags(keys);
    }

    List<WrappedKey> of(GroupSaPolicy policy) {
        return bySpi.getOrDefault(policy.spi(), List.of());
    }
}
