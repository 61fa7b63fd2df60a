package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import java.util.List;
import java.util.Optional;

/** A {@link GroupState} in the form the journal keeps it. */
record GroupSnapshot(
        long latestMillis,
        Optional<GroupPolicy> policy,
        long createdMillis,
        Optional<Signing> signing,
        Optional<CurrentRekeySa> rekeySa,
        List<DataSa> dataSas,
        long lastDataSpi,
        Secret tree,
        long nextMember,
        long nextSenderId,
        boolean senderOnTek,
        long resets,
        List<Member> members,
        List<Identity> barred) {
    record Signing(RekeySignatureAlgorithm algorithm, Secret pkcs8, Octets publicKey) {}
}
