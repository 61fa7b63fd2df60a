package io.opengcks.protocols.gsa;

import java.util.List;
import java.util.Optional;

/**
 * All that one registration hands to one member.
 *
 * @param dataSas      Data-Security SAs, oldest first; the last one is the one to send on
 * @param rekeySa      the Rekey SA; empty where the group is not rekeyed by multicast
 * @param keyPath      tree keys of the member in wire order, each wrapped under a later one, the member's own key under
 *                     GSK_w (ID 0); empty without a key tree
 * @param rekeyWrap    under which of {@code keyPath} (or 0, GSK_w) the Rekey SA's keying material is wrapped
 * @param policy       delays
 * @param senderIds    Sender-IDs for this registration alone; empty for a pure receiver
 * @param senderIdBits bits of a Sender-ID in the IV: 8, 12 or 16
 */
public record Registration(
        List<DataSecuritySa> dataSas,
        Optional<RekeySa> rekeySa,
        List<TreeKey> keyPath,
        int rekeyWrap,
        GroupWidePolicy policy,
        List<Long> senderIds,
        int senderIdBits) {
    public Registration {
        dataSas = List.copyOf(dataSas);
        keyPath = List.copyOf(keyPath);
        senderIds = List.copyOf(senderIds);
    }
}
