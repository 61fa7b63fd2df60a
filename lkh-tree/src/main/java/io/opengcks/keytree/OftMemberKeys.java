package io.opengcks.keytree;

import io.opengcks.keytree.MemberKeys.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Destroyable;

/**
 * The member's side of an {@link OftTree}: the secret of its leaf, the blinded secrets beside its path, and what follows from
 * them. It knows no tree, only IDs: from what it holds it opens and computes all that a message lets it, and keeps what its new
 * group key follows from. Every message changes the root, so who lost one can use none after it until it was given that one
 * or registers again; {@link Outcome.Unreachable} says so. Not thread-safe.
 */
public final class OftMemberKeys implements Destroyable {
    /** Most keys a message may let a member find: far more than it needs, so that a message of nonsense ends soon. */
    static final int MAX_FOUND = 1024;

    private Map<Integer, byte[]> held = new HashMap<>();
    /** For each key held that was computed: what it follows from. */
    private Map<Integer, List<Integer>> origins = new HashMap<>();

    private final OneWay oneWay = new OneWay();

    /**
     * Starts with what a registration gives. Copies the secrets.
     *
     * @param path    {@link OftTree#path}
     * @param derived {@link OftTree#derivations(long)}
     * @throws IllegalArgumentException if no group key follows from them
     */
    public OftMemberKeys(List<PathKey> path, List<Derivation> derived) {
        path.forEach(key -> held.put(key.keyId(), key.secret().clone()));
        var found = new Found(List.of(), derived, AesKeyWrap.KWP);
        if (found.close() != 0 || !found.keys.containsKey(0)) {
            throw new IllegalArgumentException("no group key follows from this path");
        }
        found.keep();
    }

    /** The group key; the caller owns it. */
    public byte[] groupKey() {
        List<Integer> root = Objects.requireNonNull(origins.get(0), "destroyed");
        return oneWay.derive(Derivation.Kind.GROUP, 0, key(root.getFirst()));
    }

    /** IDs of all it holds. */
    public Set<Integer> keyIds() {
        return Set.copyOf(held.keySet());
    }

    /**
     * Takes one message in, whole or not at all.
     *
     * @param message its wrapped keys, in any order
     * @param derived what it says of keys that members compute, in any order
     */
    public Outcome receive(Collection<WrappedKey> message, Collection<Derivation> derived, KeyWrap with) {
        var found = new Found(message, derived, with);
        int damaged = found.close();
        if (damaged != 0) {
            found.forget();
            return new Outcome.Damaged(damaged);
        }
        byte[] groupKey = found.keys.get(0);
        if (groupKey == null) {
            found.forget();
            return new Outcome.Unreachable(found.lacking());
        }
        return new Outcome.Reached(groupKey, found.keep());
    }

    private byte[] key(int id) {
        return Objects.requireNonNull(held.get(id), "not held");
    }

    @Override
    public void destroy() {
        held.values().forEach(key -> Arrays.fill(key, (byte) 0));
        held = new HashMap<>();
        origins = new HashMap<>();
    }

    @Override
    public boolean isDestroyed() {
        return held.isEmpty();
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "OftMemberKeys"
                + held.keySet().stream().map(Integer::toUnsignedString).sorted().toList();
    }

    /** All that follows from what is held and a message. */
    private final class Found {
        private final Map<Integer, List<WrappedKey>> opens = new HashMap<>();
        private final Map<Integer, List<Derivation>> feeds = new HashMap<>();
        private final Map<Integer, byte[]> keys = new HashMap<>();
        private final Map<Integer, List<Integer>> from = new HashMap<>();
        private final Deque<Integer> open = new ArrayDeque<>();
        private final KeyWrap with;

        Found(Collection<WrappedKey> message, Collection<Derivation> derived, KeyWrap with) {
            this.with = with;
            message.forEach(wrapped -> opens.computeIfAbsent(wrapped.wrapKeyId(), _ -> new ArrayList<>())
                    .add(wrapped));
            derived.forEach(step -> {
                feeds.computeIfAbsent(step.from(), _ -> new ArrayList<>()).add(step);
                if (step.with() != 0) {
                    feeds.computeIfAbsent(step.with(), _ -> new ArrayList<>()).add(step);
                }
            });
        }

        /** Goes on until nothing follows any more; the ID of a key that did not open, or 0. */
        int close() {
            open.addAll(held.keySet());
            while (!open.isEmpty() && keys.size() <= MAX_FOUND) {
                int id = open.removeFirst();
                for (WrappedKey wrapped : opens.getOrDefault(id, List.of())) {
                    if (!known(wrapped.keyId())) {
                        byte[] wrapping = oneWay.wrapping(id, value(id));
                        Optional<byte[]> key = with.unwrap(wrapping, wrapped.octets());
                        Arrays.fill(wrapping, (byte) 0);
                        if (key.isEmpty()) {
                            return wrapped.keyId();
                        }
                        add(wrapped.keyId(), key.get(), List.of());
                    }
                }
                feeds.getOrDefault(id, List.of()).forEach(this::compute);
            }
            return 0;
        }

        private void compute(Derivation step) {
            boolean ready = known(step.from()) && (step.with() == 0 || known(step.with()));
            if (known(step.keyId())) {
                // Of a key that was given: where it belongs.
                from.putIfAbsent(step.keyId(), inputs(step));
            } else if (ready) {
                byte[] key = step.kind() == Derivation.Kind.COMBINED
                        ? oneWay.combine(step.keyId(), value(step.from()), value(step.with()))
                        : oneWay.derive(step.kind(), step.keyId(), value(step.from()));
                add(step.keyId(), key, inputs(step));
            }
        }

        /** A key that stepped forward stands where the old one stood, which is forgotten. */
        private List<Integer> inputs(Derivation step) {
            return switch (step.kind()) {
                case EVOLVED -> from.getOrDefault(step.from(), origins.getOrDefault(step.from(), List.of()));
                case COMBINED -> List.of(step.from(), step.with());
                case GROWN, CHAINED, BLINDED, LIFTED, GROUP -> List.of(step.from());
            };
        }

        private void add(int id, byte[] key, List<Integer> inputs) {
            keys.put(id, key);
            from.put(id, inputs);
            open.addLast(id);
        }

        private boolean known(int id) {
            return keys.containsKey(id) || held.containsKey(id);
        }

        private byte[] value(int id) {
            byte[] found = keys.get(id);
            return found == null ? key(id) : found;
        }

        /** Keeps what the group key follows from and overwrites the rest; how many keys kept are new. */
        int keep() {
            Map<Integer, byte[]> kept = new HashMap<>();
            Map<Integer, List<Integer>> why = new HashMap<>();
            Deque<Integer> todo = new ArrayDeque<>(List.of(0));
            int newKeys = 0;
            while (!todo.isEmpty()) {
                int id = todo.removeFirst();
                List<Integer> inputs = from.getOrDefault(id, origins.getOrDefault(id, List.of()));
                why.put(id, inputs);
                if (id != 0) {
                    newKeys += held.containsKey(id) ? 0 : 1;
                    kept.put(id, value(id));
                }
                inputs.stream().filter(input -> !why.containsKey(input)).forEach(todo::addLast);
            }
            held.forEach((id, key) -> wipeUnless(kept.containsKey(id), key));
            keys.forEach((id, key) -> wipeUnless(id == 0 || kept.containsKey(id), key));
            held = kept;
            origins = why;
            return newKeys;
        }

        private void wipeUnless(boolean kept, byte[] key) {
            if (!kept) {
                Arrays.fill(key, (byte) 0);
            }
        }

        void forget() {
            keys.values().forEach(key -> Arrays.fill(key, (byte) 0));
        }

        /** What the group key would follow from and nothing gives. */
        Set<Integer> lacking() {
            Map<Integer, Set<Integer>> needs = new HashMap<>();
            opens.values().stream()
                    .flatMap(List::stream)
                    .forEach(wrapped -> needs.computeIfAbsent(wrapped.keyId(), _ -> new HashSet<>())
                            .add(wrapped.wrapKeyId()));
            feeds.values().stream().flatMap(List::stream).forEach(step -> {
                var inputs = needs.computeIfAbsent(step.keyId(), _ -> new HashSet<>());
                inputs.add(step.from());
                if (step.with() != 0) {
                    inputs.add(step.with());
                }
            });
            Set<Integer> seen = new HashSet<>();
            Set<Integer> lacking = new HashSet<>();
            Deque<Integer> todo = new ArrayDeque<>(List.of(0));
            while (!todo.isEmpty()) {
                int id = todo.removeFirst();
                if (seen.add(id) && !known(id)) {
                    Set<Integer> inputs = needs.get(id);
                    if (inputs == null) {
                        lacking.add(id);
                    } else {
                        todo.addAll(inputs);
                    }
                }
            }
            return lacking;
        }
    }
}
