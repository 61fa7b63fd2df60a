package io.opengcks.protocols.gsa;

import java.util.List;
import java.util.Optional;

/**
 * The content of one rekey message, before a face puts it on the wire (RFC 9838 §2.4.1).
 *
 * @param newRekeySa  replacement of the Rekey SA that carries the message
 * @param treeKeys    wrapped tree keys and, with key ID 0, wrapped keying material of {@code newRekeySa}
 * @param dataSas     new Data-Security SAs
 * @param deletedSpis Data-Security SAs to give up; after the deactivation delay where a new one comes with it
 * @param excludesAll true: every member is excluded and has to register again
 * @param policy      delays that hold for this message
 */
public record Rekey(
        Optional<RekeySa> newRekeySa,
        List<TreeKey> treeKeys,
        List<DataSecuritySa> dataSas,
        List<Long> deletedSpis,
        boolean excludesAll,
        GroupWidePolicy policy) {
    public Rekey {
        treeKeys = List.copyOf(treeKeys);
        dataSas = List.copyOf(dataSas);
        deletedSpis = List.copyOf(deletedSpis);
    }
}
