package io.opengcks.protocols.gsa;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import java.util.Set;

/**
 * What an authenticated member asks for, whatever face it came in by (in G-IKEv2: RFC 9838 §2.3.1, §2.3.2).
 *
 * @param peer            who asks
 * @param group           the group it names
 * @param sender          true: it wants to send, not only to receive
 * @param senderIdsWanted Sender-IDs it asked for, at least 1 where {@code sender}, else 0
 * @param keyWrap         key wrap algorithm of the SA on which the answer travels
 * @param suites          ESP suites it named; empty: it named none, so nothing is known
 * @param openGcks        true: it announced our vendor ID, so private-use attributes may be sent
 */
public record RegistrationRequest(
        AuthenticatedPeer peer,
        Identity group,
        boolean sender,
        int senderIdsWanted,
        KeyWrapAlgorithm keyWrap,
        Set<EspSuite> suites,
        boolean openGcks) {
    public RegistrationRequest {
        suites = Set.copyOf(suites);
    }
}
