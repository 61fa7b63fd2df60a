package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import java.util.List;

/**
 * A member's working key path (RFC 9838 §3.3): the tree keys it holds, from the one nearest to the group's key to its own.
 * Immutable; empty where the group has no key tree.
 *
 * @param keys each was wrapped under the one after it; the last is the member's own
 */
public record KeyPath(List<Entry> keys) {
    /** No tree keys. */
    public static final KeyPath EMPTY = new KeyPath(List.of());

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
}
