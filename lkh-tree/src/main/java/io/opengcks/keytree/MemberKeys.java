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
import java.util.stream.IntStream;
import javax.security.auth.Destroyable;

/**
 * The member's side of a {@link LkhTree} or {@link OfcTree}: the keys from the node nearest the root down to the member's own, and how a message
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
    private final boolean chain;
    private final OneWay oneWay = new OneWay();

    /** Starts with the path of a registration with an {@link LkhTree}, as {@link KeyTree#path} orders it. Copies the secrets. */
    public MemberKeys(List<PathKey> path) {
        this(path, false);
    }

    private MemberKeys(List<PathKey> path, boolean chain) {
        this.path = path.stream()
                .map(key -> new PathKey(key.keyId(), key.secret().clone()))
                .toList();
        this.chain = chain;
    }

    /** As {@link #MemberKeys(List)}, of an {@link OfcTree}. */
    public static MemberKeys ofOneWayChain(List<PathKey> path) {
        return new MemberKeys(path, true);
    }

    /** The group key as it follows from the key of the root, of an {@link OfcTree} only; the caller owns it. */
    public Optional<byte[]> groupKey() {
        return chain && !path.isEmpty()
                ? Optional.of(
                        oneWay.derive(Derivation.Kind.GROUP, 0, path.getFirst().secret()))
                : Optional.empty();
    }

    /** IDs of the keys it holds, from the one nearest the root down to its own. */
    public List<Integer> keyIds() {
        return path.stream().map(PathKey::keyId).toList();
    }

    /** As {@link #receive(Collection, Collection, KeyWrap)}, of a message without derivations. */
    public Outcome receive(Collection<WrappedKey> message, KeyWrap with) {
        return receive(message, List.of(), with);
    }

    /**
     * Takes one message in, whole or not at all.
     *
     * @param message its keys in any order; several with one ID under different others are normal
     * @param derived what the message says of keys that members compute, in any order
     */
    public Outcome receive(Collection<WrappedKey> message, Collection<Derivation> derived, KeyWrap with) {
        List<PathKey> forward = steppedForward(derived);
        var search = new Search(message, derived, forward);
        Deque<Link> links = new ArrayDeque<>();
        Optional<Integer> end = search.descend(0, false, links);
        var outcome = end.isPresent() ? open(links, forward, end.get(), with) : new Outcome.Unreachable(search.lacking);
        if (!(outcome instanceof Outcome.Reached)) {
            IntStream.range(0, path.size())
                    .filter(i -> stepped(forward, i))
                    .forEach(i -> forward.get(i).destroy());
        }
        return outcome;
    }

    private boolean stepped(List<PathKey> forward, int i) {
        return forward.get(i).keyId() != path.get(i).keyId();
    }

    /** The path with each key replaced that a derivation replaces. */
    private List<PathKey> steppedForward(Collection<Derivation> derived) {
        Map<Integer, Integer> next = new HashMap<>();
        derived.stream()
                .filter(step -> step.kind() == Derivation.Kind.EVOLVED)
                .forEach(step -> next.put(step.from(), step.keyId()));
        if (next.isEmpty()) {
            return path;
        }
        return path.stream()
                .map(key -> {
                    Integer id = next.get(key.keyId());
                    return id == null ? key : new PathKey(id, oneWay.derive(Derivation.Kind.EVOLVED, id, key.secret()));
                })
                .toList();
    }

    /** Opens the chain from its end, {@code forward[end]}, up to the group key. */
    private Outcome open(Deque<Link> links, List<PathKey> forward, int end, KeyWrap with) {
        Deque<PathKey> opened = new ArrayDeque<>();
        int id = forward.get(end).keyId();
        byte[] key = forward.get(end).secret();
        byte[] seed = {};
        for (var up = links.descendingIterator(); up.hasNext(); ) {
            Link link = up.next();
            switch (link) {
                case Link.Sent(var wrapped) -> {
                    Optional<byte[]> content = with.unwrap(chain ? oneWay.wrapping(id, key) : key, wrapped.octets());
                    if (content.isEmpty()) {
                        opened.forEach(PathKey::destroy);
                        return new Outcome.Damaged(wrapped.keyId());
                    }
                    seed = chain ? content.get() : seed;
                    key = chain ? oneWay.key(link.keyId(), seed) : content.get();
                }
                case Link.Computed(var step)
                when step.kind() == Derivation.Kind.CHAINED -> {
                    seed = oneWay.derive(step.kind(), step.keyId(), seed);
                    key = oneWay.key(step.keyId(), seed);
                }
                case Link.Computed(var step) -> key = oneWay.derive(step.kind(), step.keyId(), key);
            }
            id = link.keyId();
            if (id != 0) {
                opened.addFirst(new PathKey(id, key));
            }
        }
        int newKeys = opened.size();
        for (int i = 0; i < path.size(); i++) {
            if (i < end || stepped(forward, i)) {
                newKeys += i < end ? 0 : 1;
                path.get(i).destroy();
            }
        }
        var renewed = new ArrayList<>(opened);
        renewed.addAll(forward.subList(end, forward.size()));
        path = List.copyOf(renewed);
        return new Outcome.Reached(key, newKeys);
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

    /** One step from a key to the one above it: sent, or computed. */
    private sealed interface Link {
        int keyId();

        int from();

        record Sent(WrappedKey wrapped) implements Link {
            @Override
            public int keyId() {
                return wrapped.keyId();
            }

            @Override
            public int from() {
                return wrapped.wrapKeyId();
            }
        }

        record Computed(Derivation step) implements Link {
            @Override
            public int keyId() {
                return step.keyId();
            }

            @Override
            public int from() {
                return step.from();
            }

            /** Whether it takes the seed of the key below, which nobody keeps, and not that key. */
            boolean takesSeed() {
                return step.kind() == Derivation.Kind.CHAINED;
            }
        }
    }

    /** Looks for a way down through the IDs alone: nothing is decrypted that does not lie on it. */
    private static final class Search {
        private final Map<Integer, List<Link>> byKey = new HashMap<>();
        private final Map<Integer, Integer> held = new HashMap<>();
        private final Set<Integer> tried = new HashSet<>();
        private final Set<Integer> lacking = new HashSet<>();

        Search(Collection<WrappedKey> message, Collection<Derivation> derived, List<PathKey> path) {
            message.forEach(wrapped -> add(new Link.Sent(wrapped)));
            derived.stream()
                    .filter(step -> switch (step.kind()) {
                        case GROUP, GROWN, CHAINED -> true;
                        case EVOLVED, BLINDED, COMBINED, LIFTED -> false;
                    })
                    .forEach(step -> add(new Link.Computed(step)));
            for (int i = 0; i < path.size(); i++) {
                held.put(path.get(i).keyId(), i);
            }
        }

        private void add(Link link) {
            byKey.computeIfAbsent(link.keyId(), _ -> new ArrayList<>()).add(link);
        }

        /**
         * Leaves the way from {@code keyId} down in {@code chain}, and says at which key of the path it ends.
         *
         * @param seed whether the seed of {@code keyId} is needed, which only a wrap or the seed below it gives
         */
        Optional<Integer> descend(int keyId, boolean seed, Deque<Link> chain) {
            if (chain.size() > MAX_CHAIN || !tried.add(keyId)) {
                return Optional.empty();
            }
            for (Link link : byKey.getOrDefault(keyId, List.of())) {
                boolean seedBelow = link instanceof Link.Computed computed && computed.takesSeed();
                boolean useless = seed && !seedBelow && link instanceof Link.Computed;
                Integer end = seedBelow ? null : held.get(link.from());
                chain.addLast(link);
                Optional<Integer> found = useless
                        ? Optional.empty()
                        : end != null ? Optional.of(end) : descend(link.from(), seedBelow, chain);
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
