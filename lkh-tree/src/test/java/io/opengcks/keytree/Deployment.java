package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.keytree.MemberKeys.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A group around a tree of any kind, with real key wrap and real one-way functions, a second tree that sees the octets of the deltas
 * alone, and an attacker who keeps every message and all that any member ever held. The attacker works with key IDs: an ID names one
 * value for ever, and whether members compute the right values is seen by the members themselves.
 */
final class Deployment {
    private static final KeyWrap WRAP = AesKeyWrap.KWP;

    /** What there is to test: a tree, and how its joins treat keys. */
    enum Flavour {
        LKH_2_DERIVE(JoinRule.DERIVE_KEYS),
        LKH_4_DERIVE(JoinRule.DERIVE_KEYS),
        LKH_3_REPLACE(JoinRule.REPLACE_KEYS),
        OFC_DERIVE(JoinRule.DERIVE_KEYS),
        OFC_REPLACE(JoinRule.REPLACE_KEYS),
        OFT(JoinRule.DERIVE_KEYS);

        final JoinRule rule;

        Flavour(JoinRule rule) {
            this.rule = rule;
        }

        KeyTree tree() {
            return switch (this) {
                case LKH_2_DERIVE -> new LkhTree(2, 16);
                case LKH_4_DERIVE -> new LkhTree(4, 16);
                case LKH_3_REPLACE -> new LkhTree(3, 16);
                case OFC_DERIVE, OFC_REPLACE -> new OfcTree(16);
                case OFT -> new OftTree(16);
            };
        }
    }

    /** A key or, with OFC, the seed of one, as the attacker names it. Group keys are those of root 0 and count up below 0. */
    private record Fact(long id, boolean seed) {}

    private record Message(long groupKey, List<WrappedKey> wraps, List<Derivation> derivations) {}

    final Flavour flavour;
    final KeyTree tree;
    final KeyTree replayed;
    final Random random;
    final Map<Long, Object> inside = new TreeMap<>();
    private final List<Message> messages = new ArrayList<>();
    private final Set<Derivation> registered = new HashSet<>();
    private final Map<Long, Set<Fact>> everHeld = new HashMap<>();
    /** Who was inside while a group key was in use. */
    private final Map<Long, Set<Long>> entitled = new TreeMap<>();

    private byte[] drawn = new byte[16];
    private long epoch;

    Deployment(Flavour flavour, long seed) {
        this.flavour = flavour;
        this.tree = flavour.tree();
        this.replayed = flavour.tree();
        this.random = new Random(seed);
        if (tree instanceof LkhTree) {
            random.nextBytes(drawn);
        }
    }

    TreeDelta update(Collection<Long> joins, Collection<Long> leaves) {
        byte[] before = tree.snapshot();
        var delta = tree.planUpdate(joins, leaves, flavour.rule, random::nextBytes);
        assertThat(tree.snapshot()).as("planning changes nothing").isEqualTo(before);
        return carryOut(delta);
    }

    TreeDelta refresh() {
        return carryOut(tree.planRefresh(random::nextBytes));
    }

    private TreeDelta carryOut(TreeDelta delta) {
        byte[] octets = delta.encode();
        tree.apply(delta);
        replayed.apply(TreeDelta.decode(octets));
        assertThat(TreeDelta.decode(octets).encode()).isEqualTo(octets);
        var gone = delta.leaves().stream().map(inside::remove).toList();
        epoch--;
        if (delta.needsMessage()) {
            random.nextBytes(drawn);
        }
        if (delta.needsMessage() && tree.size() > 0) {
            tell(delta, gone);
        }
        delta.joins().forEach(this::register);
        entitled.put(epoch, Set.copyOf(inside.keySet()));
        inside.forEach((member, keys) -> remember(member, keys));
        return delta;
    }

    private void tell(TreeDelta delta, List<Object> gone) {
        var wraps = new ArrayList<>(WrappedKey.seal(tree.wraps(delta), drawn, WRAP));
        var derivations = new ArrayList<>(tree.derivations(delta));
        Collections.shuffle(wraps, random);
        Collections.shuffle(derivations, random);
        messages.add(new Message(epoch, wraps, derivations));
        inside.forEach((member, keys) -> assertThat(receive(keys, wraps, derivations))
                .as("member %d", member)
                .isInstanceOfSatisfying(
                        Outcome.Reached.class,
                        reached -> assertThat(reached.groupKey()).isEqualTo(groupKey())));
        gone.forEach(keys -> assertThat(receive(keys, wraps, derivations)).isInstanceOf(Outcome.Unreachable.class));
    }

    byte[] groupKey() {
        return tree.groupKey().orElse(drawn);
    }

    private void register(long member) {
        var path = tree.path(member);
        var derivations = tree.derivations(member);
        registered.addAll(derivations);
        inside.put(member, member(path, derivations));
        assertThat(groupKey(inside.get(member))).isEqualTo(groupKey());
    }

    Object member(List<PathKey> path, List<Derivation> derivations) {
        return switch (tree) {
            case LkhTree _ -> new MemberKeys(path);
            case OfcTree _ -> MemberKeys.ofOneWayChain(path);
            case OftTree _ -> new OftMemberKeys(path, derivations);
        };
    }

    private byte[] groupKey(Object member) {
        return switch (member) {
            case OftMemberKeys keys -> keys.groupKey();
            case MemberKeys keys -> keys.groupKey().orElse(drawn);
            default -> throw new AssertionError();
        };
    }

    static Outcome receive(Object member, List<WrappedKey> wraps, List<Derivation> derivations) {
        return switch (member) {
            case OftMemberKeys keys -> keys.receive(wraps, derivations, WRAP);
            case MemberKeys keys -> keys.receive(wraps, derivations, WRAP);
            default -> throw new AssertionError();
        };
    }

    private static Collection<Integer> keyIds(Object member) {
        return switch (member) {
            case OftMemberKeys keys -> keys.keyIds();
            case MemberKeys keys -> keys.keyIds();
            default -> throw new AssertionError();
        };
    }

    private void remember(long member, Object keys) {
        var facts = everHeld.computeIfAbsent(member, _ -> new HashSet<>());
        keyIds(keys).forEach(id -> facts.add(new Fact(id, false)));
        facts.add(new Fact(epoch, false));
    }

    /** Everyone inside holds what a registration now would give, and nothing that the tree does not have. */
    void everyoneInsideHoldsItsPath() {
        inside.forEach((member, keys) -> {
            var expected = keyIds(member(tree.path(member), tree.derivations(member)));
            if (tree instanceof OftTree) {
                assertThat(keyIds(keys)).containsExactlyInAnyOrderElementsOf(expected);
            } else {
                // Where the tree lost a level, a dead key above may stay until a message goes through there.
                assertThat(List.copyOf(keyIds(keys))).endsWith(expected.toArray(Integer[]::new));
            }
        });
        assertThat(replayed.snapshot()).isEqualTo(tree.snapshot());
    }

    /** Group keys of times when none of these members was inside, which together they find nevertheless. */
    Set<Long> wronglyFound(Collection<Long> coalition, boolean bothWays) {
        var known = new HashSet<Fact>();
        coalition.forEach(member -> known.addAll(everHeld.getOrDefault(member, Set.of())));
        close(known, bothWays);
        var wrong = new HashSet<Long>();
        entitled.forEach((at, members) -> {
            if (!members.isEmpty()
                    && known.contains(new Fact(at, false))
                    && coalition.stream().noneMatch(members::contains)) {
                wrong.add(at);
            }
        });
        return wrong;
    }

    private void close(Set<Fact> known, boolean bothWays) {
        boolean more = true;
        while (more) {
            more = false;
            for (var message : messages) {
                for (var wrap : message.wraps()) {
                    if (known.contains(new Fact(wrap.wrapKeyId(), false))) {
                        long id = wrap.keyId() == 0 ? message.groupKey() : wrap.keyId();
                        more |= known.add(new Fact(id, false));
                        more |= known.add(new Fact(id, true));
                    }
                }
                for (var step : message.derivations()) {
                    more |= follow(known, step, message.groupKey(), bothWays);
                }
            }
            for (var step : registered) {
                more |= step.kind() != Derivation.Kind.GROUP && follow(known, step, 0, bothWays);
            }
        }
    }

    private static boolean follow(Set<Fact> known, Derivation step, long groupKey, boolean bothWays) {
        long id = step.keyId() == 0 ? groupKey : step.keyId();
        boolean seed = step.kind() == Derivation.Kind.CHAINED;
        boolean first = known.contains(new Fact(step.from(), seed));
        boolean ready = first && (step.with() == 0 || known.contains(new Fact(step.with(), false)));
        boolean more = ready && known.add(new Fact(id, false));
        more |= ready && seed && known.add(new Fact(id, true));
        if (bothWays && step.kind() == Derivation.Kind.EVOLVED && known.contains(new Fact(id, false))) {
            more |= known.add(new Fact(step.from(), false));
        }
        return more;
    }
}
