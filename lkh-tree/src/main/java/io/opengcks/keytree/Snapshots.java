package io.opengcks.keytree;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Octets of a whole tree: format (which says the kind of tree), degree, length of a secret, height (one octet each), next key ID,
 * places that may be in use (4 octets each); then every node of every level from the leaves up, as far as the places reach: key ID
 * (4, 0 for none), and where there is one the occupant (8, leaves only) and the secret; with OFT then the same for the blinded
 * secret. Counts of members follow from the leaves.
 */
final class Snapshots {
    private static final int FIRST_FORMAT = 1;
    private static final int HEADER = 12;
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_NODE = 4 + 8 + PlacedTree.MAX_SECRET_OCTETS;

    private Snapshots() {}

    /** How an empty tree of one kind is made, to be filled from a snapshot. */
    interface Maker<T extends PlacedTree> {
        T make(TreeKind kind, int degree, int secretOctets);
    }

    static LkhTree lkh(TreeKind kind, int degree, int secretOctets) {
        refuse(kind != TreeKind.LKH, "another kind of tree");
        return new LkhTree(degree, secretOctets);
    }

    static OfcTree ofc(TreeKind kind, int degree, int secretOctets) {
        refuse(kind != TreeKind.OFC || degree != 2, "another kind of tree");
        return new OfcTree(secretOctets);
    }

    static OftTree oft(TreeKind kind, int degree, int secretOctets) {
        refuse(kind != TreeKind.OFT || degree != 2, "another kind of tree");
        return new OftTree(secretOctets);
    }

    static byte[] write(PlacedTree tree) {
        long octets = HEADER;
        int width = placesInUse(tree);
        for (int level = 0; level < tree.levels(); level++) {
            for (int node = 0; node < width; node++) {
                octets += 4 + (tree.id(level, node) == 0 ? 0 : tree.secretOctets() + (level == 0 ? 8 : 0));
                if (tree instanceof OftTree oft) {
                    octets += 4 + (oft.blinded(level).id(node) == 0 ? 0 : tree.secretOctets());
                }
            }
            width = above(tree, width);
        }
        if (octets > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("the snapshot does not fit into one array: " + octets + " octets");
        }
        ByteBuffer out = ByteBuffer.allocate((int) octets);
        try {
            write(tree, new OutputStream() {
                @Override
                public void write(int octet) {
                    out.put((byte) octet);
                }

                @Override
                public void write(byte[] from, int offset, int length) {
                    out.put(from, offset, length);
                }
            });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.array();
    }

    static void write(PlacedTree tree, OutputStream out) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        int width = placesInUse(tree);
        chunk.put((byte) (FIRST_FORMAT + tree.kind().code()))
                .put((byte) tree.degree())
                .put((byte) tree.secretOctets())
                .put((byte) tree.height())
                .putInt(tree.nextKeyId())
                .putInt(width);
        for (int level = 0; level < tree.levels(); level++) {
            for (int node = 0; node < width; node++) {
                if (chunk.remaining() < 2 * LONGEST_NODE) {
                    flush(chunk, out);
                }
                put(chunk, tree, level, node);
            }
            width = above(tree, width);
        }
        flush(chunk, out);
        out.flush();
    }

    private static void flush(ByteBuffer chunk, OutputStream out) throws IOException {
        byte[] octets = new byte[chunk.flip().remaining()];
        chunk.get(octets);
        out.write(octets);
        Arrays.fill(octets, (byte) 0);
        chunk.clear().put(octets).clear();
    }

    private static void put(ByteBuffer out, PlacedTree tree, int level, int node) {
        int id = tree.id(level, node);
        out.putInt(id);
        if (id != 0) {
            if (level == 0) {
                out.putLong(tree.occupant(node));
            }
            tree.level(level).putSecret(node, out);
        }
        if (tree instanceof OftTree oft) {
            int blindedId = oft.blinded(level).id(node);
            out.putInt(blindedId);
            if (blindedId != 0) {
                oft.blinded(level).putSecret(node, out);
            }
        }
    }

    private static int placesInUse(PlacedTree tree) {
        int places = tree.width(0);
        while (places > 0 && tree.id(0, places - 1) == 0) {
            places--;
        }
        return places;
    }

    /** Nodes on the level above {@code width} nodes. */
    private static int above(PlacedTree tree, int width) {
        return Math.ceilDiv(width, tree.degree());
    }

    static <T extends PlacedTree> T read(byte[] octets, Maker<T> maker) {
        var in = new ByteArrayInputStream(octets);
        try {
            T tree = read(in, maker);
            refuse(in.read() >= 0, "octets after the end");
            return tree;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static <T extends PlacedTree> T read(InputStream in, Maker<T> maker) throws IOException {
        try {
            return new Reader(in).tree(maker);
        } catch (EOFException _) {
            throw new IllegalArgumentException("not a snapshot of a key tree: too short");
        }
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException("not a snapshot of a key tree: " + what);
        }
    }

    /** Takes a tree from a stream; room is made as nodes arrive, never for a number alone. */
    private static final class Reader {
        private final InputStream in;
        private final byte[] octets = new byte[LONGEST_NODE];
        private final ByteBuffer buffer = ByteBuffer.wrap(octets);
        private int nextKeyId;

        Reader(InputStream in) {
            this.in = in;
        }

        <T extends PlacedTree> T tree(Maker<T> maker) throws IOException {
            fill(HEADER);
            int format = buffer.get();
            int degree = buffer.get();
            int secretOctets = buffer.get();
            int height = buffer.get();
            nextKeyId = buffer.getInt();
            int places = buffer.getInt();
            refuse(format < FIRST_FORMAT || format >= FIRST_FORMAT + TreeKind.CODES, "unknown format");
            refuse(degree < KeyTree.MIN_DEGREE || degree > KeyTree.MAX_DEGREE, "degree");
            refuse(
                    secretOctets < PlacedTree.MIN_SECRET_OCTETS || secretOctets > PlacedTree.MAX_SECRET_OCTETS,
                    "length of a secret");
            refuse(height < 1 || height > PlacedTree.maxHeight(degree), "height");
            refuse(nextKeyId == 0, "next key ID");
            refuse(places < 0 || places > PlacedTree.places(degree, height), "places");
            T tree = maker.make(TreeKind.of(format - FIRST_FORMAT), degree, secretOctets);
            int size = leaves(tree, places);
            while (tree.height() < height) {
                tree.grow();
            }
            for (int level = 1, width = above(tree, places); level < tree.levels(); level++) {
                for (int node = 0; node < width; node++) {
                    node(tree, level, node);
                }
                width = above(tree, width);
            }
            tree.restored(size, nextKeyId);
            if (tree instanceof OftTree oft) {
                siblings(oft, places);
            }
            return tree;
        }

        private int leaves(PlacedTree tree, int places) throws IOException {
            int size = 0;
            for (int leaf = 0; leaf < places; leaf++) {
                int id = id();
                if (id != 0) {
                    fill(8);
                    long member = buffer.getLong();
                    refuse(tree.contains(member), "a member twice");
                    tree.occupy(leaf, member);
                    fill(tree.secretOctets());
                    tree.level(0).key(leaf, id, buffer);
                    size++;
                }
                blinded(tree, 0, leaf);
            }
            refuse(places > 0 && tree.id(0, places - 1) == 0, "last place empty");
            return size;
        }

        private void node(PlacedTree tree, int level, int node) throws IOException {
            int below = 0;
            for (int child = node * tree.degree(); child < (node + 1) * tree.degree(); child++) {
                below += tree.count(level - 1, child);
            }
            tree.count(level, node, below);
            int id = id();
            refuse(id == 0 && below > 0 && tree.kind() != TreeKind.LKH, "members without a key");
            if (id != 0) {
                refuse(below == 0, "a key for nobody");
                fill(tree.secretOctets());
                tree.level(level).key(node, id, buffer);
            }
            blinded(tree, level, node);
        }

        private void blinded(PlacedTree tree, int level, int node) throws IOException {
            if (tree instanceof OftTree oft) {
                int id = id();
                if (id != 0) {
                    fill(tree.secretOctets());
                    oft.blinded(level).ensure(node + 1);
                    oft.blinded(level).key(node, id, buffer);
                }
            }
        }

        /** A blinded secret stands where both of two siblings have members, and nowhere else. */
        private static void siblings(OftTree tree, int places) {
            int width = places;
            for (int level = 0; level <= tree.height(); level++) {
                for (int node = 0; node < width + 1; node++) {
                    boolean both = tree.count(level, node) > 0 && tree.count(level, node ^ 1) > 0;
                    refuse((tree.blinded(level).id(node) != 0) != both, "a blinded secret out of place");
                }
                width = above(tree, width);
            }
        }

        private int id() throws IOException {
            fill(4);
            int id = buffer.getInt();
            refuse(Integer.compareUnsigned(id, nextKeyId) >= 0, "a key ID from the future");
            return id;
        }

        /** Reads exactly that many octets; the buffer stands before them. */
        private void fill(int count) throws IOException {
            if (in.readNBytes(octets, 0, count) < count) {
                throw new EOFException();
            }
            buffer.clear();
        }
    }
}
