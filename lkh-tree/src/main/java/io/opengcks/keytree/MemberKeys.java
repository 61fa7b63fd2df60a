package io.opengcks.keytree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Destroyable;

/**
 * The member's side of a key tree: the keys from the node nearest the root down to the member's own, and how a message
 * changes them. It knows no tree, only IDs, and follows the rule of RFC 9838 §3.3: look for a chain of wraps from the group
 * key down to a key it has, open it upwards, and put its keys in place of those above.
 *
 * <p>The keys of a message may come in any order. A member that was away takes the messages it missed one after the other;
 * one that lost a message goes on as long as the lost one did not change its path, and else is told which keys it lacks.
 * Not thread-safe.
 */
public final class MemberKeys implements Destroyable {
    /** Longest chain followed: far more than any tree is high, so that a message of nonsense ends soon. */
    static final int MAX_CHAIN = 64;

    /** What became of a message. */
    public sealed interface Outcome {
        /**
         * The group key is there.
         *
         * @param groupKey which the receiver of this record owns and destroys
         * @param newKeys  how many keys of the path are new
         */
        record Reached(byte[] groupKey, int newKeys) implements Outcome {
            @Override
            public String toString() {
                return "Reached[newKeys=" + newKeys + "]";
            }
        }

        /**
         * No chain leads to a key it has: it was left out, or lost an earlier message. Nothing changed.
         *
         * @param lacking IDs of keys any one of which would have been enough; 0 if the message has no group key
         */
        record Unreachable(Set<Integer> lacking) implements Outcome {
            public Unreachable {
                lacking = Set.copyOf(lacking);
            }
        }

        /**
         * A key of the chain did not open. Nothing changed.
         *
         * @param keyId ID of the key inside
         */
        record Damaged(int keyId) implements Outcome {}
    }

    private List<PathKey> path;

    /** Starts with the path of a registration, as {@link KeyTree#path} orders it. Copies the secrets. */
    public MemberKeys(List<PathKey> path) {
        this.path = path.stream()
                .map(key -> new PathKey(key.keyId(), key.secret().clone()))
                .toList();
    }

    /** IDs of the keys it holds, from the one nearest the root down to its own. */
    public List<Integer> keyIds() {
        return path.stream().map(PathKey::keyId).toList();
    }

    /**
     * Takes one message in, whole or not at all.
     *
     * @param message its keys in any order; several with one ID under different others are normal
     */
    public Outcome receive(Collection<WrappedKey> message, KeyWrap with) {
        var search = new Search(message);
        Deque<WrappedKey> chain = new ArrayDeque<>();
        Optional<Integer> end = search.descend(0, chain);
        return end.isPresent() ? open(chain, end.get(), with) : new Outcome.Unreachable(search.lacking);
    }

    /** Opens the chain from its end, {@code path[end]}, up to the group key. */
    private Outcome open(Deque<WrappedKey> chain, int end, KeyWrap with) {
        Deque<PathKey> opened = new ArrayDeque<>();
        byte[] under = path.get(end).secret();
        for (var wraps = chain.descendingIterator(); wraps.hasNext(); ) {
            WrappedKey wrapped = wraps.next();
            Optional<byte[]> key = with.unwrap(under, wrapped.octets());
            if (key.isEmpty()) {
                opened.forEach(PathKey::destroy);
                return new Outcome.Damaged(wrapped.keyId());
            }
            under = key.get();
            if (wrapped.keyId() != 0) {
                opened.addFirst(new PathKey(wrapped.keyId(), under));
            }
        }
        int newKeys = opened.size();
        if (newKeys > 0) {
            path.subList(0, end).forEach(PathKey::destroy);
            var renewed = new ArrayList<>(opened);
            renewed.addAll(path.subList(end, path.size()));
            path = List.copyOf(renewed);
        }
        return new Outcome.Reached(under, newKeys);
    }

    @Override
    public void destroy() {
        path.forEach(PathKey::destroy);
        path = List.of();
    }

    @Override
    public boolean isDestroyed() {
        return path.isEmpty();
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "MemberKeys" + keyIds().stream().map(Integer::toUnsignedString).toList();
    }

    /** Looks for a way down through the IDs alone: nothing is decrypted that does not lie on it. */
    private final class Search {
        private final Map<Integer, List<WrappedKey>> byKey = new HashMap<>();
        private final Map<Integer, Integer> held = new HashMap<>();
        private final Set<Integer> tried = new HashSet<>();
        private final Set<Integer> lacking = new HashSet<>();

        Search(Collection<WrappedKey> message) {
            message.forEach(wrapped -> byKey.computeIfAbsent(wrapped.keyId(), _ -> new ArrayList<>())
                    .add(wrapped));
            for (int i = 0; i < path.size(); i++) {
                held.put(path.get(i).keyId(), i);
            }
        }

        /** Leaves the way from {@code keyId} down in {@code chain}, and says at which key of the path it ends. */
        Optional<Integer> descend(int keyId, Deque<WrappedKey> chain) {
            if (chain.size() > MAX_CHAIN || !tried.add(keyId)) {
                return Optional.empty();
            }
            for (WrappedKey wrapped : byKey.getOrDefault(keyId, List.of())) {
                chain.addLast(wrapped);
                Integer end = held.get(wrapped.wrapKeyId());
                Optional<Integer> found = end != null ? Optional.of(end) : descend(wrapped.wrapKeyId(), chain);
                if (found.isPresent()) {
                    return found;
                }
                chain.removeLast();
            }
            if (!byKey.containsKey(keyId)) {
                lacking.add(keyId);
            }
            return Optional.empty();
        }
    }
}
