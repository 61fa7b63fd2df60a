package io.opengcks.keytree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a rekey message into packets so that each member needs one of them: the user-oriented key assignment of Zhang, Lam, Lee
 * and Yang ("Protocol Design for Scalable and Reliable Group Rekeying"). What is for everybody below a node stands in each
 * packet that has a member from below there, so the packets together are longer than the message, but a member that loses one
 * of many packets most often has not lost anything.
 *
 * <p>Members are taken in the order of their leaves, and as many go into a packet as their keys have room. Where the keys of
 * one member alone have not, it needs several packets, as few as possible.
 */
public final class RekeyPackets {
    private final KeyTree tree;
    private final TreeDelta applied;
    private final Size size;
    private final Map<Integer, Long> nodes = new HashMap<>();
    private final List<RekeyPacket> packets = new ArrayList<>();
    private final List<Item> filling = new ArrayList<>();
    private int filled;
    private int fillingFrom;

    /**
     * How long things are on the wire.
     *
     * @param packetOctets     room in a packet, without its header
     * @param wrapOctets       what a wrapped key takes besides its own octets: IDs, length
     * @param derivationOctets what a derivation takes
     */
    public record Size(int packetOctets, int wrapOctets, int derivationOctets) {
        public Size {
            if (wrapOctets < 0 || derivationOctets < 0 || packetOctets < 1) {
                throw new IllegalArgumentException("sizes of nothing");
            }
        }
    }

    /** Something to be said to all members below a node. */
    private sealed interface Item {
        int firstLeaf();

        int lastLeaf();

        int octets();

        record Sent(int firstLeaf, int lastLeaf, int octets, WrappedKey wrap) implements Item {}

        record Computed(int firstLeaf, int lastLeaf, int octets, Derivation step) implements Item {}
    }

    private RekeyPackets(KeyTree tree, TreeDelta applied, Size size) {
        this.tree = tree;
        this.applied = applied;
        this.size = size;
    }

    /**
     * The packets of the message that goes with the delta applied last.
     *
     * @param sealed what {@link KeyTree#wraps} said, encrypted, in any order
     * @return none where there is no message; the leaves of the packets ascend
     * @throws IllegalArgumentException if something is longer than a packet has room, or does not belong to the message
     */
    public static List<RekeyPacket> cut(KeyTree tree, TreeDelta applied, List<WrappedKey> sealed, Size size) {
        var derivations = tree.derivations(applied);
        var packets = new RekeyPackets(tree, applied, size);
        packets.placeIds();
        var items = new ArrayList<Item>();
        sealed.forEach(wrap -> items.add(packets.item(wrap)));
        derivations.forEach(step -> items.add(packets.item(step)));
        items.sort(Comparator.comparingInt(Item::firstLeaf).thenComparing(Item::lastLeaf, Comparator.reverseOrder()));
        packets.sweep(items);
        return List.copyOf(packets.packets);
    }

    private PlacedTree placed() {
        return switch (tree) {
            case LkhTree lkh -> lkh;
            case OfcTree ofc -> ofc;
            case OftTree oft -> oft;
        };
    }

    /** Remembers on which nodes the keys are that a message can speak of: those that changed and those right below. */
    private void placeIds() {
        var change = applied.kind == TreeKind.OFT ? new OftChange(applied) : null;
        for (int level = 0; level <= tree.height(); level++) {
            if (change != null) {
                for (int index : change.level(level)) {
                    place(level, index);
                }
            }
        }
        for (long node : applied.nodes) {
            place(TreeDelta.level(node), TreeDelta.index(node));
        }
        place(tree.height(), 0);
    }

    private void place(int level, int index) {
        remember(level, index);
        for (int child = 0; level > 0 && child < tree.degree(); child++) {
            int below = index * tree.degree() + child;
            remember(level - 1, below);
            // Messages go through a node that has no key.
            if (placed().id(level - 1, below) == 0 && placed().count(level - 1, below) > 0) {
                place(level - 1, below);
            }
        }
    }

    private void remember(int level, int index) {
        if (placed().id(level, index) != 0) {
            nodes.put(placed().id(level, index), TreeDelta.node(level, index));
        }
        if (tree instanceof OftTree oft && oft.blinded(level).id(index) != 0) {
            nodes.put(oft.blinded(level).id(index), TreeDelta.node(level, index));
        }
    }

    private Item item(WrappedKey wrap) {
        // A leaf's new secret goes under its old one, which the tree has no more.
        Long at = nodes.getOrDefault(wrap.wrapKeyId(), nodes.get(wrap.keyId()));
        if (at == null) {
            throw new IllegalArgumentException(wrap + " is no part of this message");
        }
        int octets = Math.addExact(size.wrapOctets(), wrap.octets().length);
        return new Item.Sent(first(at), last(at), fits(octets), wrap);
    }

    private Item item(Derivation step) {
        long node = switch (step.kind()) {
            case GROUP -> TreeDelta.node(tree.height(), 0);
            case CHAINED -> placeOf(step.from());
            case GROWN, COMBINED, LIFTED, BLINDED -> placeOf(step.keyId());
            case EVOLVED -> tree instanceof OftTree ? above(placeOf(step.keyId())) : placeOf(step.keyId());
        };
        return new Item.Computed(first(node), last(node), fits(size.derivationOctets()), step);
    }

    private long placeOf(int keyId) {
        Long at = nodes.get(keyId);
        if (at == null) {
            throw new IllegalArgumentException(
                    "key " + Integer.toUnsignedString(keyId) + " is no part of this message");
        }
        return at;
    }

    private long above(long node) {
        return TreeDelta.node(TreeDelta.level(node) + 1, TreeDelta.index(node) / tree.degree());
    }

    private int fits(int octets) {
        if (octets > size.packetOctets()) {
            throw new IllegalArgumentException(octets + " octets do not fit into a packet of " + size.packetOctets());
        }
        return octets;
    }

    private int first(long node) {
        return (int) Math.min((long) TreeDelta.index(node) * span(node), KeyTree.MAX_MEMBERS);
    }

    private int last(long node) {
        return (int) Math.min((TreeDelta.index(node) + 1L) * span(node), KeyTree.MAX_MEMBERS) - 1;
    }

    private int span(long node) {
        return PlacedTree.places(tree.degree(), TreeDelta.level(node));
    }

    /**
     * From the first leaf to the last. Nodes lie inside each other or apart, so what is said to one leaf is a stack, and what a
     * further leaf adds to a packet is what begins there.
     */
    private void sweep(List<Item> items) {
        Deque<Item> open = new ArrayDeque<>();
        int next = 0;
        int leaf = 0;
        while (next < items.size() || !open.isEmpty()) {
            while (!open.isEmpty() && open.peekLast().lastLeaf() < leaf) {
                open.removeLast();
            }
            int begun = next;
            while (next < items.size() && items.get(next).firstLeaf() == leaf) {
                open.addLast(items.get(next++));
            }
            if (!open.isEmpty()) {
                add(leaf, List.copyOf(open), items.subList(begun, next));
            }
            int end = open.isEmpty() ? Integer.MAX_VALUE : open.peekLast().lastLeaf() + 1;
            leaf = Math.min(end, next < items.size() ? items.get(next).firstLeaf() : Integer.MAX_VALUE);
        }
        close(placed().lastOccupiedLeaf(PlacedTree.places(tree.degree(), tree.height()) - 1));
    }

    /** Takes the members in from {@code leaf} on, who need all that is {@code open}, of which they are the first to need {@code begun}. */
    private void add(int leaf, List<Item> open, List<Item> begun) {
        int more = octets(begun);
        if (!filling.isEmpty() && (long) filled + more <= size.packetOctets()) {
            filling.addAll(begun);
            filled += more;
        } else {
            close(leaf - 1);
            fillingFrom = leaf;
            filling.addAll(open);
            filled = octets(open);
        }
    }

    private static int octets(List<Item> items) {
        return items.stream().mapToInt(Item::octets).reduce(0, Math::addExact);
    }

    private void close(int lastLeaf) {
        int part = 0;
        int from = 0;
        while (from < filling.size()) {
            int room = size.packetOctets();
            int to = from;
            while (to < filling.size() && filling.get(to).octets() <= room) {
                room -= filling.get(to++).octets();
            }
            packets.add(packet(lastLeaf, part++, filling.subList(from, to)));
            from = to;
        }
        filling.clear();
        filled = 0;
    }

    private RekeyPacket packet(int lastLeaf, int part, List<Item> items) {
        var wraps = new ArrayList<WrappedKey>();
        var steps = new ArrayList<Derivation>();
        for (Item item : items) {
            switch (item) {
                case Item.Sent sent -> wraps.add(sent.wrap());
                case Item.Computed computed -> steps.add(computed.step());
            }
        }
        return new RekeyPacket(fillingFrom, lastLeaf, part, List.copyOf(wraps), List.copyOf(steps));
    }
}
