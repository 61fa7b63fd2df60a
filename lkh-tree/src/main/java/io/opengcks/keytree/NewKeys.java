package io.opengcks.keytree;

import java.util.Arrays;

/**
 * New keys of a change, in the order of their IDs; see the fields of {@link TreeDelta} of the same names. The arrays are shared.
 */
record NewKeys(long[] nodes, byte[] secrets, byte[] origins, int[] from, byte[] replaced) {
    static NewKeys room(int keys, int secretOctets, boolean withReplaced) {
        int octets = Math.multiplyExact(keys, secretOctets);
        return new NewKeys(
                new long[keys], new byte[octets], new byte[keys], new int[keys], new byte[withReplaced ? octets : 0]);
    }

    /** The plan of new keys while it grows. */
    static final class Builder {
        private long[] nodes;
        private byte[] origins;
        private int[] from;
        private int size;

        Builder(int expected) {
            nodes = new long[Math.max(16, expected)];
            origins = new byte[nodes.length];
            from = new int[nodes.length];
        }

        int size() {
            return size;
        }

        /** Where a node stands among those added, or -1; they have to ascend. */
        int find(int level, int index) {
            return Math.max(-1, Arrays.binarySearch(nodes, 0, size, TreeDelta.node(level, index)));
        }

        byte origin(int i) {
            return origins[i];
        }

        void add(int level, int index) {
            add(level, index, TreeDelta.DRAWN, 0);
        }

        void add(int level, int index, byte origin, int follows) {
            if (size == nodes.length) {
                nodes = Arrays.copyOf(nodes, size * 2);
                origins = Arrays.copyOf(origins, size * 2);
                from = Arrays.copyOf(from, size * 2);
            }
            nodes[size] = TreeDelta.node(level, index);
            origins[size] = origin;
            from[size++] = follows;
        }

        /** Draws all secrets; the caller computes those that are not random. */
        NewKeys draw(int secretOctets, RandomSource random, boolean withReplaced) {
            byte[] secrets = new byte[Math.multiplyExact(size, secretOctets)];
            random.nextBytes(secrets);
            return new NewKeys(
                    Arrays.copyOf(nodes, size),
                    secrets,
                    Arrays.copyOf(origins, size),
                    Arrays.copyOf(from, size),
                    new byte[withReplaced ? secrets.length : 0]);
        }
    }
}
