package io.opengcks.keytree;

import java.nio.ByteBuffer;

/**
 * Octets of a whole tree: format, degree, length of a secret, height (one octet each), next key ID, places that may be in use
 * (4 octets each); then every node of every level from the leaves up, as far as the places reach: key ID (4, 0 for none), and
 * where there is one the occupant (8, leaves only) and the secret. Counts of members follow from the leaves.
 */
final class Snapshots {
    private static final int FORMAT = 1;
    private static final int HEADER = 12;

    private Snapshots() {}

    static byte[] write(LkhTree tree) {
        int places = placesInUse(tree);
        long octets = HEADER;
        for (int level = 0, width = places; level < tree.height(); level++, width = above(tree, width)) {
            for (int node = 0; node < width; node++) {
                octets += 4 + (tree.id(level, node) == 0 ? 0 : tree.secretOctets() + (level == 0 ? 8 : 0));
            }
        }
        if (octets > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("the snapshot does not fit into one array: " + octets + " octets");
        }
        ByteBuffer out = ByteBuffer.allocate((int) octets);
        out.put((byte) FORMAT)
                .put((byte) tree.degree())
                .put((byte) tree.secretOctets())
                .put((byte) tree.height())
                .putInt(tree.nextKeyId())
                .putInt(places);
        for (int level = 0, width = places; level < tree.height(); level++, width = above(tree, width)) {
            for (int node = 0; node < width; node++) {
                put(out, tree, level, node);
            }
        }
        return out.array();
    }

    private static void put(ByteBuffer out, LkhTree tree, int level, int node) {
        int id = tree.id(level, node);
        out.putInt(id);
        if (id != 0) {
            if (level == 0) {
                out.putLong(tree.occupant(node));
            }
            tree.level(level).putSecret(node, out);
        }
    }

    private static int placesInUse(LkhTree tree) {
        int places = tree.width(0);
        while (places > 0 && tree.id(0, places - 1) == 0) {
            places--;
        }
        return places;
    }

    /** Nodes on the level above {@code width} nodes. */
    private static int above(LkhTree tree, int width) {
        return Math.ceilDiv(width, tree.degree());
    }

    static LkhTree read(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        refuse(in.remaining() < HEADER, "too short");
        refuse(in.get() != FORMAT, "unknown format");
        int degree = in.get();
        int secretOctets = in.get();
        int height = in.get();
        refuse(degree < KeyTree.MIN_DEGREE || degree > KeyTree.MAX_DEGREE, "degree");
        refuse(
                secretOctets < LkhTree.MIN_SECRET_OCTETS || secretOctets > LkhTree.MAX_SECRET_OCTETS,
                "length of a secret");
        refuse(height < 1 || height > LkhTree.maxHeight(degree), "height");
        int nextKeyId = in.getInt();
        int places = in.getInt();
        refuse(nextKeyId == 0, "next key ID");
        refuse(places < 0 || places > LkhTree.places(degree, height), "places");
        // Each place takes four octets at least: refused before anything is allocated for it.
        refuse((long) places * 4 > in.remaining(), "too short");
        var tree = new LkhTree(degree, secretOctets);
        int size = readLeaves(in, tree, places, nextKeyId);
        for (int level = 1, width = places; level < height; level++) {
            tree.grow();
            width = above(tree, width);
            for (int node = 0; node < width; node++) {
                readNode(in, tree, level, node, nextKeyId);
            }
        }
        refuse(in.hasRemaining(), "octets after the end");
        tree.restored(size, nextKeyId);
        return tree;
    }

    private static int readLeaves(ByteBuffer in, LkhTree tree, int places, int nextKeyId) {
        int size = 0;
        for (int leaf = 0; leaf < places; leaf++) {
            int id = readId(in, nextKeyId);
            if (id != 0) {
                refuse(in.remaining() < 8, "too short");
                long member = in.getLong();
                refuse(tree.contains(member), "a member twice");
                tree.occupy(leaf, member);
                readSecret(in, tree, 0, leaf, id);
                size++;
            }
        }
        refuse(places > 0 && tree.id(0, places - 1) == 0, "last place empty");
        return size;
    }

    private static void readNode(ByteBuffer in, LkhTree tree, int level, int node, int nextKeyId) {
        int below = 0;
        for (int child = node * tree.degree(); child < (node + 1) * tree.degree(); child++) {
            below += tree.count(level - 1, child);
        }
        tree.count(level, node, below);
        int id = readId(in, nextKeyId);
        if (id != 0) {
            refuse(below == 0, "a key for nobody");
            readSecret(in, tree, level, node, id);
        }
    }

    private static int readId(ByteBuffer in, int nextKeyId) {
        refuse(in.remaining() < 4, "too short");
        int id = in.getInt();
        refuse(Integer.compareUnsigned(id, nextKeyId) >= 0, "a key ID from the future");
        return id;
    }

    private static void readSecret(ByteBuffer in, LkhTree tree, int level, int node, int id) {
        refuse(in.remaining() < tree.secretOctets(), "too short");
        tree.level(level).key(node, id, in);
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException("not a snapshot of a key tree: " + what);
        }
    }
}
