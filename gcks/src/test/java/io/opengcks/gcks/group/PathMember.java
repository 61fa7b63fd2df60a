package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A member that does exactly what RFC 9838 §3.3 tells it to and keeps nothing else: its working key path, its Rekey SA, its
 * Data-Security SAs. A key opens only if ID and octets of the wrapping key are what the member holds.
 */
final class PathMember {
    private record Key(int id, Secret octets) {}

    private List<Key> path = List.of();
    private Optional<RekeySa> rekeySa = Optional.empty();
    private final Map<Long, Secret> teks = new HashMap<>();
    private long leastMessageId;

    static PathMember registered(Registration registration) {
        PathMember member = new PathMember();
        RekeySa sa = registration.rekeySa().orElseThrow();
        List<Key> chain = new ArrayList<>();
        int wanted = registration.rekeyWrap();
        for (TreeKey key : registration.keyPath()) {
            if (key.keyId() != wanted) {
                throw new AssertionError("the path is not one chain in order");
            }
            chain.add(new Key(key.keyId(), key.key()));
            wanted = key.wrapKeyId();
        }
        if (wanted != 0) {
            throw new AssertionError("the path does not end under GSK_w");
        }
        member.path = chain;
        member.rekeySa = Optional.of(sa);
        member.leastMessageId = sa.initialMessageId();
        registration.dataSas().forEach(data -> member.teks.put(data.spi(), data.keymat()));
        return member;
    }

    void hear(Decision.Outgoing message) {
        if (rekeySa.isEmpty()
                || !rekeySa.get().spi().equals(message.carrier().spi())
                || message.messageId() < leastMessageId) {
            return;
        }
        leastMessageId = message.messageId() + 1;
        Rekey rekey = message.rekey();
        if (rekey.excludesAll()) {
            exclude();
            return;
        }
        for (DataSecuritySa sa : rekey.dataSas()) {
            teks.put(sa.spi(), sa.keymat());
        }
        rekey.deletedSpis().forEach(teks::remove);
        rekey.newRekeySa().ifPresent(next -> replace(next, rekey.treeKeys()));
    }

    private void replace(RekeySa next, List<TreeKey> keys) {
        for (TreeKey first : keys) {
            if (first.keyId() == 0) {
                List<Key> chain = new ArrayList<>();
                int end = open(first, keys, chain);
                if (end >= 0) {
                    if (!first.key().sameAs(next.keymat())) {
                        throw new AssertionError("not the keys of the Rekey SA");
                    }
                    if (!chain.isEmpty()) {
                        List<Key> renewed = new ArrayList<>(chain);
                        renewed.addAll(path.subList(end, path.size()));
                        path = renewed;
                    }
                    rekeySa = Optional.of(next);
                    leastMessageId = 0;
                    return;
                }
            }
        }
        exclude();
    }

    /** Where in the path the chain of {@code wrapped} ends, its new keys added to {@code chain}; -1 where none does. */
    private int open(TreeKey wrapped, List<TreeKey> keys, List<Key> chain) {
        if (wrapped.wrapKeyId() == 0) {
            return path.size();
        }
        for (int i = 0; i < path.size(); i++) {
            if (path.get(i).id() == wrapped.wrapKeyId()) {
                if (!path.get(i).octets().sameAs(Objects.requireNonNull(wrapped.wrapKey()))) {
                    throw new AssertionError("key " + wrapped.wrapKeyId() + " is not the one the member has");
                }
                return i;
            }
        }
        for (TreeKey below : keys) {
            if (below.keyId() == wrapped.wrapKeyId() && below.keyId() != 0) {
                int before = chain.size();
                chain.add(new Key(below.keyId(), below.key()));
                int end = open(below, keys, chain);
                if (end >= 0) {
                    return end;
                }
                chain.subList(before, chain.size()).clear();
            }
        }
        return -1;
    }

    private void exclude() {
        rekeySa = Optional.empty();
        path = List.of();
        teks.clear();
    }

    boolean excluded() {
        return rekeySa.isEmpty();
    }

    Optional<RekeySa> rekeySa() {
        return rekeySa;
    }

    Map<Long, Secret> teks() {
        return teks;
    }
}
