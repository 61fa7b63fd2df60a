package io.opengcks.keytree;

/**
 * Two ways to name a node of a full tree of degree d, and the step from one to the other.
 *
 * <p>Natural numbers go from the root down and from left to right: the root is 0, the children of i are d·i + 1 to d·i + d
 * (Zhang, Lam, Lee and Yang). So a member that knows the degree and its number finds all nodes of its path, and when the tree
 * gets higher it finds its new number too. (Level, index) counts levels from the leaves up, as all the rest of this package
 * does, so that a node keeps its name when the tree grows or shrinks at the top.
 */
public final class NodeNumbers {
    private NodeNumbers() {}

    /**
     * The number of a node.
     *
     * @param level of the node, 0 for leaves to {@code height} for the root
     * @param index of the node on its level, from 0
     * @throws IllegalArgumentException if the tree has no such node
     */
    public static long number(int degree, int height, int level, int index) {
        check(degree, height);
        if (level < 0 || level > height || index < 0 || index >= power(degree, height - level)) {
            throw new IllegalArgumentException("no node (" + level + ", " + index + ") in a tree of height " + height);
        }
        return first(degree, height - level) + index;
    }

    /** Level of the node with that number, counted from the leaves. */
    public static int level(int degree, int height, long number) {
        check(degree, height);
        int depth = 0;
        while (depth <= height && number >= first(degree, depth + 1)) {
            depth++;
        }
        if (number < 0 || depth > height) {
            throw new IllegalArgumentException("no node " + number + " in a tree of height " + height);
        }
        return height - depth;
    }

    /** Index on its level of the node with that number. */
    public static int index(int degree, int height, long number) {
        return (int) (number - first(degree, height - level(degree, height, number)));
    }

    /** The number of the parent of node {@code number}, which is not the root. */
    public static long parent(int degree, long number) {
        if (number < 1) {
            throw new IllegalArgumentException("the root has no parent");
        }
        return (number - 1) / degree;
    }

    /**
     * The number that a node gets when the tree grows at the top by one level.
     *
     * <p>All it takes is the height: (level, index) stays.
     */
    public static long afterGrowth(int degree, int height, long number) {
        return number(degree, height + 1, level(degree, height, number), index(degree, height, number));
    }

    /** Number of the first node at that depth: (d^depth − 1) / (d − 1). */
    private static long first(int degree, int depth) {
        long first = 0;
        for (int i = 0; i < depth; i++) {
            first = first * degree + 1;
        }
        return first;
    }

    private static long power(int degree, int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= degree;
        }
        return power;
    }

    private static void check(int degree, int height) {
        boolean known = degree >= KeyTree.MIN_DEGREE && degree <= KeyTree.MAX_DEGREE;
        if (!known || height < 1 || height > PlacedTree.maxHeight(degree)) {
            throw new IllegalArgumentException("no tree has degree " + degree + " and height " + height);
        }
    }
}
