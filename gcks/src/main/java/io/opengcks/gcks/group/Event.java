package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import java.util.List;
import java.util.Optional;

/**
 * What happened to a group. Whatever must never repeat is in one: SPIs, Message IDs, Sender-IDs, IDs of tree keys. Times are
 * wall-clock milliseconds. The journal holds them for good: {@link EventCodec} says how a form is changed.
 */
sealed interface Event {
    /** When it was decided. */
    long at();

    record GroupCreated(GroupPolicy policy, long firstDataSpi, long at) implements Event {}

    /** The group's key for signing rekey messages. */
    record SigningKeyCreated(RekeySignatureAlgorithm algorithm, Secret pkcs8, Octets publicKey, long at)
            implements Event {}

    record PolicyChanged(GroupPolicy policy, long at) implements Event {}

    /**
     * A registration, the first of its identity or another one.
     *
     * @param number   name in the key tree
     * @param dataSpis Data-Security SAs whose keys it was given
     * @param rekeySpi Rekey SA whose keys it was given
     * @param treeKeys IDs of the tree keys it was given, its own last
     */
    record MemberAdmitted(
            long number,
            Identity member,
            Face face,
            Role role,
            Optional<String> certificateSubject,
            boolean openGcks,
            List<Long> dataSpis,
            RekeySpi rekeySpi,
            List<Integer> treeKeys,
            long at)
            implements Event {
        public MemberAdmitted {
            dataSpis = List.copyOf(dataSpis);
            treeKeys = List.copyOf(treeKeys);
        }
    }

    /** Follows an admission: {@code count} Sender-IDs from {@code first} on. */
    record SenderIdsAllocated(Identity member, long first, int count, long at) implements Event {}

    record MemberLeft(Identity member, long at) implements Event {}

    record MemberEvicted(Identity member, long at) implements Event {}

    record MemberBarred(Identity member, long at) implements Event {}

    record MemberReadmitted(Identity member, long at) implements Event {}

    /**
     * Keys of the tree changed.
     *
     * @param delta encoded {@link io.opengcks.keytree.TreeDelta}
     */
    record TreeChanged(Secret delta, long at) implements Event {}

    /** Replaces the Rekey SA before. */
    record RekeySaCreated(RekeySa sa, long at) implements Event {}

    record DataSaCreated(Flow flow, DataSecuritySa sa, long at) implements Event {}

    /** See {@link DataSa} for the times. */
    record DataSaRetired(long spi, long idleMillis, long goneMillis, long at) implements Event {}

    record RekeyMessageNumbered(RekeySpi rekeySpi, long messageId, long at) implements Event {}

    /** Every member is out, every SA void, Sender-IDs begin again (RFC 9838 §2.5.1); key IDs and SPIs go on. */
    record GroupReset(String why, long at) implements Event {}

    record GroupDeleted(long at) implements Event {}
}
