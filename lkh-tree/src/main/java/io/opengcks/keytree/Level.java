package io.opengcks.keytree;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The nodes of one level as flat pages: no object per node, no array that outgrows the heap's regions, and no copy of a
 * full page when the level grows. Key ID 0 marks a node without a key, whose secret is all zero.
 */
final class Level {
    private static final int PAGE_BITS = 10;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int FIRST = 16;

    private final int secretOctets;
    private final boolean leaves;
    private final boolean counted;
    private byte[][] secrets = new byte[0][];
    private int[][] ids = new int[0][];
    private int[][] counts = new int[0][];
    private long[][] occupants = new long[0][];

    /** @param leaves true for level 0, whose nodes have an occupant in place of a count of members below */
    Level(int secretOctets, boolean leaves) {
        this(secretOctets, leaves, !leaves);
    }

    private Level(int secretOctets, boolean leaves, boolean counted) {
        this.secretOctets = secretOctets;
        this.leaves = leaves;
        this.counted = counted;
    }

    /** A level of second keys beside the first, which say how many members there are. */
    static Level beside(int secretOctets) {
        return new Level(secretOctets, false, false);
    }

    /** Makes room for nodes 0 to {@code nodes - 1}. */
    void ensure(int nodes) {
        int pages = (nodes + PAGE - 1) >>> PAGE_BITS;
        if (pages > ids.length) {
            int table = Math.max(pages, ids.length + (ids.length >> 1));
            int from = ids.length;
            secrets = Arrays.copyOf(secrets, table);
            ids = Arrays.copyOf(ids, table);
            Arrays.fill(secrets, from, table, new byte[0]);
            Arrays.fill(ids, from, table, new int[0]);
            if (leaves) {
                occupants = Arrays.copyOf(occupants, table);
                Arrays.fill(occupants, from, table, new long[0]);
            }
            if (counted) {
                counts = Arrays.copyOf(counts, table);
                Arrays.fill(counts, from, table, new int[0]);
            }
        }
        for (int page = pages - 1; page >= 0 && ids[page].length < PAGE; page--) {
            int wanted = Math.min(PAGE, nodes - (page << PAGE_BITS));
            if (wanted > ids[page].length) {
                // Only a small level starts with less than a page.
                resize(page, page > 0 ? PAGE : Math.max(FIRST, Integer.highestOneBit(wanted * 2 - 1)));
            }
        }
    }

    private void resize(int page, int nodes) {
        byte[] old = secrets[page];
        secrets[page] = Arrays.copyOf(old, nodes * secretOctets);
        Arrays.fill(old, (byte) 0);
        ids[page] = Arrays.copyOf(ids[page], nodes);
        if (leaves) {
            occupants[page] = Arrays.copyOf(occupants[page], nodes);
        }
        if (counted) {
            counts[page] = Arrays.copyOf(counts[page], nodes);
        }
    }

    /** Nodes there is room for; all above are unused. */
    int room() {
        int last = ids.length - 1;
        while (last >= 0 && ids[last].length == 0) {
            last--;
        }
        return last < 0 ? 0 : (last << PAGE_BITS) + ids[last].length;
    }

    private boolean has(int node) {
        int page = node >>> PAGE_BITS;
        return page < ids.length && (node & (PAGE - 1)) < ids[page].length;
    }

    /** 0 where the node has no key or was never used. */
    int id(int node) {
        return has(node) ? ids[node >>> PAGE_BITS][node & (PAGE - 1)] : 0;
    }

    /** Members below the node; at a leaf 1 or 0. */
    int count(int node) {
        if (leaves) {
            return id(node) == 0 ? 0 : 1;
        }
        return has(node) ? counts[node >>> PAGE_BITS][node & (PAGE - 1)] : 0;
    }

    void count(int node, int members) {
        counts[node >>> PAGE_BITS][node & (PAGE - 1)] = members;
    }

    /** Meaningful only where {@link #id} is not 0. */
    long occupant(int node) {
        return occupants[node >>> PAGE_BITS][node & (PAGE - 1)];
    }

    void occupant(int node, long member) {
        occupants[node >>> PAGE_BITS][node & (PAGE - 1)] = member;
    }

    byte[] secret(int node) {
        int from = (node & (PAGE - 1)) * secretOctets;
        return Arrays.copyOfRange(secrets[node >>> PAGE_BITS], from, from + secretOctets);
    }

    void putSecret(int node, ByteBuffer out) {
        out.put(secrets[node >>> PAGE_BITS], (node & (PAGE - 1)) * secretOctets, secretOctets);
    }

    void key(int node, int id, ByteBuffer in) {
        ids[node >>> PAGE_BITS][node & (PAGE - 1)] = id;
        in.get(secrets[node >>> PAGE_BITS], (node & (PAGE - 1)) * secretOctets, secretOctets);
    }

    void key(int node, int id, byte[] from, int offset) {
        ids[node >>> PAGE_BITS][node & (PAGE - 1)] = id;
        System.arraycopy(from, offset, secrets[node >>> PAGE_BITS], (node & (PAGE - 1)) * secretOctets, secretOctets);
    }

    /** Puts the key and the occupant of one leaf on another, free one, and wipes the first. */
    void move(int from, int to) {
        int offset = (from & (PAGE - 1)) * secretOctets;
        key(to, id(from), secrets[from >>> PAGE_BITS], offset);
        occupant(to, occupant(from));
        wipe(from);
    }

    /** Takes all keys away and overwrites them. */
    void wipeAll() {
        for (byte[] page : secrets) {
            Arrays.fill(page, (byte) 0);
        }
        for (int[] page : ids) {
            Arrays.fill(page, 0);
        }
    }

    /** Takes the key away and overwrites it. */
    void wipe(int node) {
        if (has(node)) {
            ids[node >>> PAGE_BITS][node & (PAGE - 1)] = 0;
            int from = (node & (PAGE - 1)) * secretOctets;
            Arrays.fill(secrets[node >>> PAGE_BITS], from, from + secretOctets, (byte) 0);
        }
    }
}
