package io.opengcks.benchmarks;

import io.opengcks.keytree.KeyTree;
import io.opengcks.keytree.LkhTree;
import io.opengcks.keytree.OfcTree;
import io.opengcks.keytree.OftTree;
import io.opengcks.keytree.TreeDelta;
import io.opengcks.keytree.Wrap;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the key tree costs beyond the cryptography that nobody can avoid. A change is planned, applied, and its keys wrapped with AES
 * key wrap (RFC 3394); the limit is the bare wrapping of the same keys. Building is held against drawing the keys. Less is better.
 * For OFC and OFT the limit leaves out their one-way functions, which take the place of the wraps they save. Rounds of both alternate and the quickest of each counts, so that other work on the machine disturbs both alike.
 */
final class KeyTreeBench implements Bench {
    private static final int DEGREE = 4;
    private static final int MILLION = 1 << 20;
    private static final int SMALL_SECRET = 16;
    /** One GiB for ten million members. */
    private static final double BYTES_PER_MEMBER = (double) (1 << 30) / 10_000_000;

    private final SecureRandom random = new SecureRandom();
    private final SplittableRandom choice = new SplittableRandom(1);
    private long sink;

    @Override
    public String name() {
        return "keytree";
    }

    @Override
    public String title() {
        return "LKH: leave, batch and bulk build against bare key wraps; memory; 10^3 to 10^7 members";
    }

    @Override
    public void run(boolean quick, Consumer<Figure> figures) throws Exception {
        int rounds = quick ? 5 : 20;
        for (int degree : new int[] {2, DEGREE}) {
            figures.accept(changes("single leave", tree(degree, MILLION, 32), 1, 300, rounds));
        }
        figures.accept(changes("single leave, OFC", filled(new OfcTree(), MILLION), 1, 300, rounds));
        figures.accept(changes("single leave, OFT", filled(new OftTree(), MILLION), 1, 300, rounds));
        figures.accept(changes("batch of 1 %", tree(DEGREE, MILLION, 32), MILLION / 100, 1, rounds));
        figures.accept(build(rounds));
        for (int members = 1_000; members <= (quick ? 1_000_000 : 10_000_000); members *= 10) {
            long before = usedHeap();
            var tree = tree(DEGREE, members, SMALL_SECRET);
            double bytes = (double) (usedHeap() - before) / members;
            var conditions = Map.of("members", members, "degree", DEGREE, "secretOctets", SMALL_SECRET);
            figures.accept(Figure.of(name(), "heap per member", bytes, "B", BYTES_PER_MEMBER, conditions));
            figures.accept(changes("leave by size of the group", tree, 1, Math.min(200, members / 10), rounds));
        }
        if (sink == 0) {
            throw new IllegalStateException("nothing was wrapped");
        }
    }

    LkhTree tree(int degree, int members, int secretOctets) {
        return filled(new LkhTree(degree, secretOctets), members);
    }

    <T extends KeyTree> T filled(T tree, int members) {
        int step = Math.min(members, 100_000);
        for (long first = 0; first < members; first += step) {
            var joins = LongStream.range(first, Math.min(members, first + step))
                    .boxed()
                    .toList();
            tree.apply(tree.planUpdate(joins, List.of(), random::nextBytes));
        }
        return tree;
    }

    /** Changes of {@code batch} leavers each; joiners take their places between the measured parts, so that the tree stays full. */
    Figure changes(String what, KeyTree tree, int batch, int changesInRound, int rounds) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/KW/NoPadding", "SunJCE");
        double best = Double.MAX_VALUE;
        double bare = Double.MAX_VALUE;
        long wraps = 0;
        long changes = 0;
        // The first third warms up.
        for (int round = -Math.max(2, rounds / 2); round < rounds; round++) {
            long changing = 0;
            long wrapping = 0;
            for (int change = 0; change < changesInRound; change++) {
                List<Long> leavers = draw(tree, batch);
                long start = System.nanoTime();
                TreeDelta delta = tree.planUpdate(List.of(), leavers, random::nextBytes);
                tree.apply(delta);
                List<Wrap> plan = tree.wraps(delta);
                wrap(cipher, plan);
                changing += System.nanoTime() - start;
                start = System.nanoTime();
                wrap(cipher, plan);
                wrapping += System.nanoTime() - start;
                tree.apply(tree.planUpdate(leavers, List.of(), random::nextBytes));
                wraps += round < 0 ? 0 : plan.size();
                changes += round < 0 ? 0 : 1;
            }
            if (round >= 0) {
                best = Math.min(best, (double) changing / changesInRound);
                bare = Math.min(bare, (double) wrapping / changesInRound);
            }
        }
        var conditions = Map.of(
                "members", tree.size(), "degree", tree.degree(), "leavers", batch, "wraps", (double) wraps / changes);
        return Figure.of(name(), what, best / 1_000, "us", bare / 1_000, conditions);
    }

    /** Wraps of a change, of a figure that {@link #changes} measured. */
    static double wraps(Figure change) {
        return change.parameters().get("wraps") instanceof Number wraps ? wraps.doubleValue() : Double.NaN;
    }

    private void wrap(Cipher cipher, List<Wrap> plan) throws GeneralSecurityException {
        for (Wrap wrap : plan) {
            byte[] secret = wrap.secret();
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrap.wrapSecret(), "AES"));
            // The group key has the length of the others; which octets it has makes no difference to the time.
            sink += cipher.wrap(new SecretKeySpec(secret == null ? wrap.wrapSecret() : secret, "RAW")).length;
        }
    }

    private List<Long> draw(KeyTree tree, int wanted) {
        var drawn = new LinkedHashSet<Long>();
        while (drawn.size() < wanted) {
            drawn.add((long) choice.nextInt(tree.size()));
        }
        return new ArrayList<>(drawn);
    }

    private Figure build(int rounds) {
        List<Long> all = LongStream.range(0, MILLION).boxed().toList();
        double best = Double.MAX_VALUE;
        double bare = Double.MAX_VALUE;
        int keys = 0;
        for (int round = 0; round < Math.max(3, rounds / 2); round++) {
            long start = System.nanoTime();
            var tree = new LkhTree(DEGREE);
            var delta = tree.planUpdate(all, List.of(), random::nextBytes);
            tree.apply(delta);
            best = Math.min(best, (double) System.nanoTime() - start);
            keys = delta.keyCount();
            start = System.nanoTime();
            byte[] drawn = new byte[keys * tree.secretOctets()];
            random.nextBytes(drawn);
            bare = Math.min(bare, (double) System.nanoTime() - start);
            sink += drawn[0] == 0 ? 1 : 2;
        }
        var conditions = Map.of("members", MILLION, "degree", DEGREE, "keys", keys);
        return Figure.of(name(), "bulk build", best / 1e6, "ms", bare / 1e6, conditions);
    }

    /** After full collections: what is reachable. */
    static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
