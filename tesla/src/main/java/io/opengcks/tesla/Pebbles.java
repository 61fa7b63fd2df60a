package io.opengcks.tesla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks a chain of n keys from position 0 to n-1 against the direction of F, with about log2 n keys of memory and at most
 * ½·log2 n, rounded up, applications of F a step: the optimal binary pebbles of Schoenmakers, "Explicit Optimal Binary Pebbling for
 * One-Way Hash Chain Reversal", Financial Cryptography 2016.
 *
 * <p>A pebble of level k stands for 2^k positions that end at its own. For 2^k rounds it works towards its first position,
 * and leaves a key at each distance 2^k - 2^i on the way; then it gives the first key out and falls into pebbles of level
 * 0 to k-1, each of which has as many rounds ahead of it as it stands for positions. How much work is done in which round
 * is a formula, so which keys are held is a function of (n, position) alone. That is what makes any length, any jump and
 * a checkpoint one and the same operation, {@link #arrange}.
 */
final class Pebbles {
    /** One pebble: the keys at distance 2^level - 2^i from its end, i = level down to 0, as far as the walk came. */
    private static final class Pebble {
        final int level;
        final long end;
        long round;
        final byte[] @Nullable [] keys;
        byte[] walk;
        long walked;

        Pebble(int level, long end, byte[] key) {
            this.level = level;
            this.end = end;
            keys = new byte[level + 1][];
            keys[level] = key;
            walk = key;
        }

        long rounds() {
            return 1L << level;
        }
    }

    private final OneWay oneWay;
    private final long length;
    private List<Pebble> pebbles = List.of();
    private long position;
    private byte[] key = new byte[0];

    private Pebbles(OneWay oneWay, long length) {
        this.oneWay = oneWay;
        this.length = length;
    }

    /** Starts at {@code position} from the last key, with length - 1 applications of F. */
    static Pebbles from(OneWay oneWay, byte[] last, long length, long position) {
        var made = new Pebbles(oneWay, length);
        var known = new TreeMap<Long, byte[]>();
        known.put(length - 1, last.clone());
        made.arrange(known, position);
        return made;
    }

    /** Starts at {@code position} from the keys held there, in the order of {@link #held}; does not apply F. */
    static Pebbles restore(OneWay oneWay, List<byte[]> held, long length, long position) {
        var made = new Pebbles(oneWay, length);
        var known = new TreeMap<Long, byte[]>();
        var next = held.iterator();
        for (long at : layout(length, position)) {
            known.put(at, next.next());
        }
        made.arrange(known, position);
        return made;
    }

    long position() {
        return position;
    }

    /** The key at {@link #position}; not a copy. */
    byte[] key() {
        return key;
    }

    /** The keys held, by falling position, the current one last; not copies. */
    List<byte[]> held() {
        var held = new ArrayList<byte[]>(known().descendingMap().values());
        held.add(key);
        return held;
    }

    /** How many keys a chain of {@code length} holds at a position. */
    static int count(long length, long at) {
        return layout(length, at).size();
    }

    /** How many applications of F the step away from a position takes. */
    static int hashesOfStep(long length, long at) {
        int sum = 0;
        for (Pebble pebble : ahead(length, at)) {
            if (pebble.round + 1 < pebble.rounds()) {
                sum += hashes(pebble.level, pebble.round + 1);
            }
        }
        return sum;
    }

    /** One position forward; at most ½·log2 n applications of F. */
    void step() {
        position++;
        Pebble due = null;
        for (Pebble pebble : pebbles) {
            pebble.round++;
            if (pebble.round == pebble.rounds()) {
                due = pebble;
            } else {
                work(pebble, pebble.walked + hashes(pebble.level, pebble.round));
            }
        }
        if (due == null) {
            throw new IllegalStateException("the chain ends at " + (length - 1));
        }
        giveOut(due);
    }

    /** Goes to a later position; costs about a hash a position, or what {@link #step} would. */
    void jump(long target) {
        if (target - position < 8) {
            while (position < target) {
                step();
            }
        } else {
            arrange(known(), target);
        }
    }

    void wipe() {
        known().values().forEach(held -> Arrays.fill(held, (byte) 0));
        Arrays.fill(key, (byte) 0);
        pebbles = List.of();
    }

    /** Hashes of round r, 1 ≤ r &lt; 2^level, of a pebble (Schoenmakers, §4). */
    static int hashes(int level, long round) {
        long left = (1L << level) - round;
        if (left > 1L << (level - 1)) {
            return 0; // idle for the first half, which is what saves the memory
        }
        int len = bits((2 * round) & ((1L << bits(left)) - 1));
        return (int) (((level + round & 1) + level + 1 - len) / 2);
    }

    /** Sum of {@link #hashes} over rounds 1 to r. */
    static long hashesUpTo(int level, long round) {
        if (round >= (1L << level) - 1) {
            return (1L << level) - 1;
        }
        long rest = Math.min((1L << level) - round - 1, 1L << (level - 1));
        long sum = 0;
        for (int block = 1; 1L << (block - 1) <= rest; block++) {
            long low = 1L << (block - 1);
            sum += each(level, 0, low, low);
            long high = Math.min((low << 1) - 1, rest);
            // mirrored inside its block: 2^block - left runs over the numbers whose bit length the formula takes
            for (int length = 1; length < block; length++) {
                long from = Math.max(1L << (length - 1), (low << 1) - high);
                sum += each(level, length + 1, from, (1L << length) - 1);
            }
        }
        return (1L << level) - 1 - sum;
    }

    /** Sum of ½·(parity + level + 1 - len), rounded down each, over the numbers from..to. */
    private static long each(long level, int len, long from, long to) {
        if (from > to) {
            return 0;
        }
        long odd = (to + 1) / 2 - from / 2;
        long even = to - from + 1 - odd;
        long whenOdd = ((level + 1 & 1) + level + 1 - len) / 2;
        long whenEven = ((level & 1) + level + 1 - len) / 2;
        return odd * whenOdd + even * whenEven;
    }

    private static int bits(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value);
    }

    private void work(Pebble pebble, long target) {
        while (pebble.walked < target) {
            byte[] before = oneWay.back(pebble.walk);
            boolean kept = isKept(pebble.level, pebble.walked);
            if (!kept) {
                Arrays.fill(pebble.walk, (byte) 0);
            }
            pebble.walk = before;
            pebble.walked++;
            keep(pebble);
        }
    }

    private static boolean isKept(int level, long distance) {
        return Long.bitCount((1L << level) - distance) == 1;
    }

    private static void keep(Pebble pebble) {
        if (isKept(pebble.level, pebble.walked)) {
            pebble.keys[Long.numberOfTrailingZeros(pebble.rounds() - pebble.walked)] = pebble.walk;
        }
    }

    private void giveOut(Pebble due) {
        Arrays.fill(key, (byte) 0);
        var next = new ArrayList<Pebble>(pebbles.size() + due.level);
        for (int i = 1; i <= due.level; i++) {
            next.add(new Pebble(i - 1, due.end - due.rounds() + (1L << i), present(due.keys[i])));
        }
        for (Pebble pebble : pebbles) {
            if (pebble != due) {
                next.add(pebble);
            }
        }
        pebbles = next;
        // a copy, for the last key of all may also be the pebble that was walked from
        key = present(due.keys[0]).clone();
    }

    private static byte[] present(byte @Nullable [] key) {
        if (key == null) {
            throw new IllegalStateException("a pebble was late");
        }
        return key;
    }

    private NavigableMap<Long, byte[]> known() {
        var known = new TreeMap<Long, byte[]>();
        for (Pebble pebble : pebbles) {
            for (int i = 0; i <= pebble.level; i++) {
                byte[] held = pebble.keys[i];
                if (held != null) {
                    known.put(pebble.end - pebble.rounds() + (1L << i), held);
                }
            }
            known.put(pebble.end - pebble.walked, pebble.walk);
        }
        return known;
    }

    /** Positions of the keys held at {@code at}, falling; those ahead tile the rest of the chain by its binary digits. */
    static List<Long> layout(long length, long at) {
        var positions = new TreeMap<Long, Boolean>();
        for (Pebble pebble : ahead(length, at)) {
            for (int i = 0; i <= pebble.level; i++) {
                long distance = pebble.rounds() - (1L << i);
                if (distance <= pebble.walked) {
                    positions.put(pebble.end - distance, true);
                }
            }
            positions.put(pebble.end - pebble.walked, true);
        }
        positions.put(at, true);
        return new ArrayList<>(positions.descendingKeySet());
    }

    /** The pebbles at a position, without keys. */
    private static List<Pebble> ahead(long length, long at) {
        var ahead = new ArrayList<Pebble>();
        long rest = length - 1 - at;
        long before = 0;
        for (int level = 0; level < Long.SIZE - 1; level++) {
            if ((rest >>> level & 1) == 1) {
                var pebble = new Pebble(level, at + before + (1L << level), new byte[0]);
                // before + 1 steps from now it gives out
                pebble.round = pebble.rounds() - before - 1;
                pebble.walked = hashesUpTo(level, pebble.round);
                ahead.add(pebble);
                before += 1L << level;
            }
        }
        return ahead;
    }

    /** Makes the state of {@code target} from any known keys that lie at or above every key of it. */
    private void arrange(NavigableMap<Long, byte[]> known, long target) {
        var made = new TreeMap<Long, byte[]>();
        long from = Long.MAX_VALUE;
        byte[] at = new byte[0];
        for (long wanted : layout(length, target)) {
            Map.Entry<Long, byte[]> above = known.ceilingEntry(wanted);
            if (above != null && above.getKey() <= from) {
                from = above.getKey();
                at = above.getValue();
            }
            at = oneWay.back(at, from - wanted);
            from = wanted;
            made.put(wanted, at);
        }
        var next = new ArrayList<Pebble>();
        for (Pebble empty : ahead(length, target)) {
            var pebble = new Pebble(empty.level, empty.end, present(made.get(empty.end)));
            pebble.round = empty.round;
            pebble.walked = empty.walked;
            for (int i = 0; i <= pebble.level; i++) {
                if (pebble.rounds() - (1L << i) <= pebble.walked) {
                    pebble.keys[i] = made.get(pebble.end - pebble.rounds() + (1L << i));
                }
            }
            pebble.walk = present(made.get(pebble.end - pebble.walked));
            next.add(pebble);
        }
        byte[] current = present(made.get(target)).clone();
        known.values().forEach(old -> Arrays.fill(old, (byte) 0));
        pebbles = next;
        position = target;
        key = current;
    }
}
