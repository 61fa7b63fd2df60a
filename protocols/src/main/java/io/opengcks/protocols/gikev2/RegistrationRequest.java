package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.ikev2.AuthenticatedPeer;
import io.opengcks.protocols.ikev2.Identity;
import java.util.Set;

/**
 * What an authenticated member asked for in GSA_AUTH or GSA_REGISTRATION (RFC 9838 §2.3.1, §2.3.2).
 *
 * @param peer            who asks
 * @param group           IDg
 * @param sender          true: it sent GROUP_SENDER
 * @param senderIdsWanted Sender-IDs it asked for, at least 1 where {@code sender}, else 0
 * @param keyWrap         key wrap algorithm of its IKE SA
 * @param suites          ESP suites its SAg named; empty: it sent no SAg, so nothing is known
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
