package io.opengcks.keytree;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Octets of a {@link TreeDelta}: format, flags, degree, length of a secret, height before and after (one octet each), first
 * key ID (4), then four lists, each with its length in front: vacated leaves and taken leaves (distance to the leaf before,
 * member in 8 octets), moves (distance of the leaf from, and of the leaf to, to those before), nodes (level in one octet,
 * distance to the node before on the level, secret; where a flag says so the origin, then the key ID it follows from and the
 * secret it replaces, where it has such). Lengths and distances are base-128 numbers, low septets first.
 */
final class DeltaCodec {
    private static final int FORMAT = 1;
    private static final int MESSAGE = 1;
    private static final int ORIGINS = 2;
    private static final int KIND_SHIFT = 2;
    private static final int KIND_MASK = 3 << KIND_SHIFT;
    private static final int HEADER = 10;
    private static final int LONGEST_VARINT = 5;

    private DeltaCodec() {}

    static byte[] encode(TreeDelta delta) {
        long most = HEADER
                + 4L * LONGEST_VARINT
                + 2L * LONGEST_VARINT * delta.movedFrom.length
                + (LONGEST_VARINT + 8L) * (delta.vacated.length + (long) delta.taken.length)
                + (6L + LONGEST_VARINT + delta.secretOctets) * delta.nodes.length
                + delta.replaced.length;
        boolean origins = origins(delta);
        byte[] room = new byte[Math.toIntExact(most)];
        ByteBuffer out = ByteBuffer.wrap(room);
        out.put((byte) FORMAT)
                .put((byte) ((delta.message ? MESSAGE : 0) | (origins ? ORIGINS : 0) | delta.kind.code() << KIND_SHIFT))
                .put((byte) delta.degree)
                .put((byte) delta.secretOctets)
                .put((byte) delta.heightBefore)
                .put((byte) delta.heightAfter)
                .putInt(delta.firstKeyId);
        putLeaves(out, delta.vacated, delta.leavers);
        putLeaves(out, delta.taken, delta.joiners);
        putMoves(out, delta);
        putVarint(out, delta.nodes.length);
        int level = 0;
        int before = -1;
        for (int i = 0; i < delta.nodes.length; i++) {
            long node = delta.nodes[i];
            before = TreeDelta.level(node) == level ? before : -1;
            level = TreeDelta.level(node);
            out.put((byte) level);
            putVarint(out, TreeDelta.index(node) - before - 1);
            before = TreeDelta.index(node);
            out.put(delta.secrets, i * delta.secretOctets, delta.secretOctets);
            if (origins) {
                putOrigin(out, delta, i);
            }
        }
        byte[] octets = Arrays.copyOf(room, out.position());
        Arrays.fill(room, (byte) 0);
        return octets;
    }

    private static boolean origins(TreeDelta delta) {
        for (byte origin : delta.origins) {
            if (origin != TreeDelta.DRAWN) {
                return true;
            }
        }
        return false;
    }

    private static void putOrigin(ByteBuffer out, TreeDelta delta, int i) {
        out.put(delta.origins[i]);
        if (delta.origins[i] != TreeDelta.DRAWN && delta.origins[i] != TreeDelta.SEED) {
            out.putInt(delta.from[i]);
        }
        if (delta.origins[i] == TreeDelta.RENEWED) {
            out.put(delta.replaced, i * delta.secretOctets, delta.secretOctets);
        }
    }

    private static void putLeaves(ByteBuffer out, int[] leaves, long[] members) {
        putVarint(out, leaves.length);
        int before = -1;
        for (int i = 0; i < leaves.length; i++) {
            putVarint(out, leaves[i] - before - 1);
            out.putLong(members[i]);
            before = leaves[i];
        }
    }

    private static void putMoves(ByteBuffer out, TreeDelta delta) {
        putVarint(out, delta.movedFrom.length);
        int from = -1;
        int to = -1;
        for (int i = 0; i < delta.movedFrom.length; i++) {
            putVarint(out, delta.movedFrom[i] - from - 1);
            putVarint(out, delta.movedTo[i] - to - 1);
            from = delta.movedFrom[i];
            to = delta.movedTo[i];
        }
    }

    private static void putVarint(ByteBuffer out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static TreeDelta decode(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        need(in, HEADER, 1);
        refuse(in.get() != FORMAT, "unknown format");
        int flags = in.get();
        refuse((flags & ~(MESSAGE | ORIGINS | KIND_MASK)) != 0, "unknown flags");
        int kindNumber = (flags & KIND_MASK) >> KIND_SHIFT;
        refuse(kindNumber >= TreeKind.CODES, "unknown kind of tree");
        TreeKind kind = TreeKind.of(kindNumber);
        int degree = in.get();
        int secretOctets = in.get();
        int heightBefore = in.get();
        int heightAfter = in.get();
        refuse(degree < KeyTree.MIN_DEGREE || degree > KeyTree.MAX_DEGREE, "degree");
        refuse(
                secretOctets < LkhTree.MIN_SECRET_OCTETS || secretOctets > LkhTree.MAX_SECRET_OCTETS,
                "length of a secret");
        refuse(heightBefore < 1 || heightBefore > 30 || heightAfter < 1 || heightAfter > 30, "height");
        int firstKeyId = in.getInt();
        int[] vacated = new int[count(in, 9)];
        long[] leavers = new long[vacated.length];
        getLeaves(in, vacated, leavers);
        int[] taken = new int[count(in, 9)];
        long[] joiners = new long[taken.length];
        getLeaves(in, taken, joiners);
        int[] from = new int[count(in, 2)];
        int[] to = new int[from.length];
        getMoves(in, from, to);
        var keys = NewKeys.room(count(in, 2 + secretOctets), secretOctets, kind == TreeKind.OFT);
        int level = 0;
        int before = -1;
        for (int i = 0; i < keys.nodes().length; i++) {
            need(in, 2 + secretOctets, 1);
            int here = in.get();
            refuse(here < level || here >= heightAfter + kind.storedRoots(), "level");
            before = ascending(here == level ? before : -1, varint(in));
            level = here;
            keys.nodes()[i] = TreeDelta.node(level, before);
            need(in, secretOctets, 1);
            in.get(keys.secrets(), i * secretOctets, secretOctets);
            if ((flags & ORIGINS) != 0) {
                getOrigin(in, keys, i, kind, secretOctets);
            }
        }
        refuse(in.hasRemaining(), "octets after the end");
        return decoded(
                flags,
                new TreeDelta(
                        kind,
                        degree,
                        secretOctets,
                        heightBefore,
                        heightAfter,
                        firstKeyId,
                        (flags & MESSAGE) != 0,
                        vacated,
                        leavers,
                        taken,
                        joiners,
                        from,
                        to,
                        keys));
    }

    private static TreeDelta decoded(int flags, TreeDelta delta) {
        refuse((flags & ORIGINS) != 0 != origins(delta), "origins not in shortest form");
        return delta;
    }

    private static void getLeaves(ByteBuffer in, int[] leaves, long[] members) {
        int before = -1;
        for (int i = 0; i < leaves.length; i++) {
            before = ascending(before, varint(in));
            need(in, 8, 1);
            leaves[i] = before;
            members[i] = in.getLong();
        }
    }

    private static void getMoves(ByteBuffer in, int[] from, int[] to) {
        int fromBefore = -1;
        int toBefore = -1;
        for (int i = 0; i < from.length; i++) {
            fromBefore = ascending(fromBefore, varint(in));
            toBefore = ascending(toBefore, varint(in));
            from[i] = fromBefore;
            to[i] = toBefore;
        }
    }

    /** A list's length, refused before anything is allocated for it where the octets left cannot hold so many. */
    private static void getOrigin(ByteBuffer in, NewKeys keys, int i, TreeKind kind, int secretOctets) {
        need(in, 1, 1);
        byte origin = in.get();
        boolean known = switch (kind) {
            case LKH -> origin == TreeDelta.EVOLVED;
            case OFC ->
                origin == TreeDelta.SEED
                        || origin == TreeDelta.EVOLVED
                        || origin == TreeDelta.GROWN
                        || origin == TreeDelta.CHAINED;
            case OFT -> origin == TreeDelta.RENEWED;
        };
        refuse(!known && origin != TreeDelta.DRAWN, "origin of a key");
        keys.origins()[i] = origin;
        if (origin != TreeDelta.DRAWN && origin != TreeDelta.SEED) {
            need(in, 4, 1);
            keys.from()[i] = in.getInt();
            refuse(keys.from()[i] == 0, "a key that follows from the group key");
        }
        if (origin == TreeDelta.RENEWED) {
            need(in, secretOctets, 1);
            in.get(keys.replaced(), i * secretOctets, secretOctets);
        }
    }

    private static int count(ByteBuffer in, int smallest) {
        int count = varint(in);
        need(in, count, smallest);
        return count;
    }

    private static int ascending(int before, int distance) {
        long next = before + 1L + distance;
        refuse(next >= KeyTree.MAX_MEMBERS, "node number");
        return (int) next;
    }

    private static int varint(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            need(in, 1, 1);
            int septet = in.get();
            refuse(shift == 28 && (septet & 0xF8) != 0, "number too large");
            value |= (septet & 0x7F) << shift;
            if (septet >= 0) {
                refuse(septet == 0 && shift > 0, "number not in shortest form");
                return value;
            }
        }
        throw new IllegalArgumentException("not a tree delta: number too large");
    }

    private static void need(ByteBuffer in, int count, int each) {
        refuse((long) count * each > in.remaining(), "too short");
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException("not a tree delta: " + what);
        }
    }
}
