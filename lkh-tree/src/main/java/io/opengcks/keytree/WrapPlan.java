package io.opengcks.keytree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which new key goes under which key that members who stay have, or have learnt lower down in the same message. */
final class WrapPlan {
    private final PlacedTree tree;
    private final TreeDelta delta;
    private final Marking marking;
    private final List<Wrap> wraps = new ArrayList<>();

    WrapPlan(PlacedTree tree, TreeDelta delta) {
        this.tree = tree;
        this.delta = delta;
        this.marking = new Marking(delta);
    }

    List<Wrap> wraps() {
        if (delta.message) {
            for (int i = 0; i < delta.nodes.length; i++) {
                long node = delta.nodes[i];
                // Members inside compute those that follow from others.
                if (TreeDelta.level(node) > 0 && delta.origins[i] == TreeDelta.DRAWN) {
                    below(TreeDelta.level(node), TreeDelta.index(node), TreeDelta.level(node), TreeDelta.index(node));
                }
            }
            below(tree.height(), 0, tree.height(), 0);
        }
        return List.copyOf(wraps);
    }

    /** Wraps the key of ({@code level}, {@code index}) for the children of ({@code at}, {@code node}). */
    private void below(int level, int index, int at, int node) {
        int first = node * tree.degree();
        for (int child = first; child < first + tree.degree(); child++) {
            if (tree.count(at - 1, child) - marking.joinedBelow(at - 1, child) <= 0) {
                continue;
            }
            if (tree.id(at - 1, child) == 0) {
                below(level, index, at - 1, child);
            } else {
                wraps.add(wrap(level, index, at - 1, child));
            }
        }
    }

    private Wrap wrap(int level, int index, int underLevel, int under) {
        byte @Nullable [] secret =
                level == tree.height() ? null : tree.level(level).secret(index);
        Level wrapping = tree.level(underLevel);
        return new Wrap(tree.id(level, index), secret, wrapping.id(under), wrapping.secret(under));
    }

    /** Keys nearest below a node that together reach all its members. */
    static int reach(PlacedTree tree, int level, int index) {
        int keys = 0;
        int first = index * tree.degree();
        for (int child = first; child < first + tree.degree(); child++) {
            if (tree.count(level - 1, child) > 0) {
                keys += tree.id(level - 1, child) == 0 ? reach(tree, level - 1, child) : 1;
            }
        }
        return keys;
    }
}
