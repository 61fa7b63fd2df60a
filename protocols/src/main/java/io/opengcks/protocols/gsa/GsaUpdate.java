package io.opengcks.protocols.gsa;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a member's machine tells the data path: the result of a registration or of one rekey message, in no wire format.
 *
 * @param replacesAll  true after a registration: everything known of the group before is void (RFC 9838 §2.3.3)
 * @param dataSas      Data-Security SAs to install, oldest first
 * @param deletedSpis  Data-Security SAs to give up after the deactivation delay
 * @param policy       delays that hold for this update
 * @param senderIds    Sender-IDs of this member, only after a registration
 * @param senderIdBits bits of a Sender-ID, 0 where there is none
 * @param rekeyAddress multicast address and port on which rekey messages come
 * @param rekeySource  the only sender of rekey messages, where the policy names one
 */
public record GsaUpdate(
        boolean replacesAll,
        List<DataSecuritySa> dataSas,
        List<Long> deletedSpis,
        GroupWidePolicy policy,
        List<Long> senderIds,
        int senderIdBits,
        Optional<InetSocketAddress> rekeyAddress,
        Optional<java.net.InetAddress> rekeySource) {
    public GsaUpdate {
        dataSas = List.copyOf(dataSas);
        deletedSpis = List.copyOf(deletedSpis);
        senderIds = List.copyOf(senderIds);
    }
}
