package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A member's working key path (RFC 9838 §3.3): the tree keys it holds, from the one nearest to the group's key to its own.
 * Immutable; empty where the group has no key tree.
 *
 * @param keys each was wrapped under the one after it; the last is the member's own
 */
public record KeyPath(List<Entry> keys) {
    /** No tree keys. */
    public static final KeyPath EMPTY = new KeyPath(List.of());

    /** A longer path is refused: a binary tree with that many levels has more leaves than there are key IDs. */
    static final int MAX_KEYS = 64;

    public KeyPath {
        keys = List.copyOf(keys);
    }

    /**
     * A tree key that the member holds.
     *
     * @param keyId unsigned 32 bits, not 0
     * @param key   16, 24 or 32 octets: as many as the key wrap algorithm takes of the SA on which it came
     */
    public record Entry(int keyId, Secret key) {}

    /**
     * What a message made of the path.
     *
     * @param keymat keying material of the Rekey SA
     * @param path   the path from now on
     */
    record Advanced(Secret keymat, KeyPath path) {}

    /** A key that is known, and how: {@code under} is the ID of the key that opened it, or the key's own ID if it was held. */
    private record Known(Secret key, int under) {}

    /**
     * Looks for a way from a key of this path, or from GSK_w, to the keying material of a new Rekey SA. Every WRAP_KEY is
     * opened at most once, and only with a key that this member holds, so that the work is bounded by the message and a loop
     * of wrapped keys is never entered.
     *
     * @param saKeys      SA_KEY attributes of the new Rekey SA
     * @param wrapKeys    WRAP_KEY attributes of the same message
     * @param gskW        GSK_w of the SA that carried the message
     * @param keyBytes    octets of a tree key: what the key wrap algorithm of that SA takes
     * @param keymatBytes octets of the keying material
     * @return empty if there is no way: this member is excluded
     * @throws NotAuthentic     if a key on the way does not open
     * @throws MalformedMessage if a key on the way has a wrong length
     */
    Optional<Advanced> advance(
            List<WrappedKey> saKeys, List<WrappedKey> wrapKeys, Secret gskW, int keyBytes, int keymatBytes)
            throws NotAuthentic, MalformedMessage {
        Map<Integer, Known> known = open(wrapKeys, gskW, keyBytes);
        for (WrappedKey saKey : saKeys) {
            Known wrapping = known.get(saKey.wrapKeyId());
            if (wrapping != null) {
                Secret keymat = saKey.unwrap(wrapping.key(), keymatBytes);
                KeyPath path = trace(saKey.wrapKeyId(), known);
                forgetOthers(known, path);
                if (path.keys.size() > MAX_KEYS) {
                    throw new MalformedMessage("a key path of " + path.keys.size() + " keys");
                }
                return Optional.of(new Advanced(keymat, path));
            }
        }
        forgetOthers(known, this);
        return Optional.empty();
    }

    /** Destroys the keys that were opened on the way and lie on no path. */
    private static void forgetOthers(Map<Integer, Known> known, KeyPath path) {
        known.forEach((id, key) -> {
            if (key.under() != id && path.keys.stream().noneMatch(entry -> entry.keyId() == id)) {
                key.key().destroy();
            }
        });
    }

    /** All keys that this member can open, by ID: breadth first, from those it holds. */
    private Map<Integer, Known> open(List<WrappedKey> wrapKeys, Secret gskW, int keyBytes)
            throws NotAuthentic, MalformedMessage {
        Map<Integer, List<WrappedKey>> byWrapping = new HashMap<>();
        for (WrappedKey wrapped : wrapKeys) {
            byWrapping
                    .computeIfAbsent(wrapped.wrapKeyId(), _ -> new ArrayList<>())
                    .add(wrapped);
        }
        Map<Integer, Known> known = new HashMap<>();
        ArrayDeque<Integer> next = new ArrayDeque<>();
        // Keys of the path first, so that a new key hangs on the path rather than on GSK_w where both would open it.
        for (Entry entry : keys) {
            known.put(entry.keyId(), new Known(entry.key(), entry.keyId()));
            next.add(entry.keyId());
        }
        known.put(0, new Known(gskW, 0));
        next.add(0);
        for (Integer id = next.poll(); id != null; id = next.poll()) {
            Known wrapping = known.get(id);
            if (wrapping == null) {
                throw new IllegalStateException("a key was queued before it was known");
            }
            for (WrappedKey wrapped : byWrapping.getOrDefault(id, List.of())) {
                if (!known.containsKey(wrapped.keyId())) {
                    known.put(wrapped.keyId(), new Known(wrapped.unwrap(wrapping.key(), keyBytes), id));
                    next.add(wrapped.keyId());
                }
            }
        }
        return known;
    }

    /** The new path: the new keys from {@code top} down, then what stays of this path below them. */
    private KeyPath trace(int top, Map<Integer, Known> known) {
        List<Entry> path = new ArrayList<>();
        int id = top;
        for (Known step = known.get(id); step != null && step.under() != id; step = known.get(id)) {
            path.add(new Entry(id, step.key()));
            id = step.under();
        }
        if (path.isEmpty()) {
            return this; // the group's key itself was wrapped under a key that was held already
        }
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).keyId() == id) {
                path.addAll(keys.subList(i, keys.size()));
                break;
            }
        }
        return new KeyPath(path);
    }
}
