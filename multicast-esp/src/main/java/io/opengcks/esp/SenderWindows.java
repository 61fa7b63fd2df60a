package io.opengcks.esp;

import java.util.Arrays;

/**
 * The replay windows of all senders of one SA (RFC 4303 §3.4.3), flat: for each sender the highest sequence number it
 * used and a ring of bits, one for each number of the window (the method of RFC 6479). State exists only for
 * senders that were {@link #accept accepted} once, and for no more than {@code limit} of them.
 */
final class SenderWindows {
    private static final int WORD_BITS = 6;

    private final int window;
    private final int words;
    /** Where the words of a sender follow its highest number, so that both are most often in one cache line. */
    private final int stride;

    private final int limit;
    private int senders;
    /** Open addressing: Sender-ID | index of its state, 0xFFFF_FFFF_FFFF_FFFF where free. */
    private long[] slots = filled(16);

    private long[] states;
    private int lastId = -1;
    private int lastSender;

    /**
     * No sender heard yet.
     *
     * @param window packets, a multiple of 64
     */
    SenderWindows(int window, int limit) {
        this.window = window;
        // One word more than the window has, so that a word can be cleared ahead of its use.
        this.words = window / Long.SIZE + 1;
        this.limit = limit;
        this.stride = words + 1;
        this.states = new long[stride];
    }

    /** {@link Verdict#OK} if the number may still be accepted; else REPLAYED or TOO_OLD. Changes nothing. */
    Verdict check(int senderId, long sequence) {
        int sender = find(senderId);
        if (sender < 0) {
            return Verdict.OK;
        }
        long top = states[sender * stride];
        if (sequence > top) {
            return Verdict.OK;
        }
        if (top - sequence >= window) {
            return Verdict.TOO_OLD;
        }
        return (states[word(sender, sequence)] & (1L << sequence)) == 0 ? Verdict.OK : Verdict.REPLAYED;
    }

    /**
     * Marks a number that {@link #check} let pass in an authentic packet.
     *
     * @return OK, or TOO_MANY_SENDERS if its sender is new and there is no room for it
     */
    Verdict accept(int senderId, long sequence) {
        int sender = find(senderId);
        if (sender < 0) {
            if (senders == limit) {
                return Verdict.TOO_MANY_SENDERS;
            }
            sender = add(senderId);
        }
        long top = states[sender * stride];
        if (sequence > top) {
            long fresh = Math.min((sequence >>> WORD_BITS) - (top >>> WORD_BITS), words);
            for (long i = 1; i <= fresh; i++) {
                states[word(sender, top + (i << WORD_BITS))] = 0;
            }
            states[sender * stride] = sequence;
        }
        states[word(sender, sequence)] |= 1L << sequence;
        return Verdict.OK;
    }

    /** The highest number accepted from a sender, 0 if none was. */
    long highest(int senderId) {
        int sender = find(senderId);
        return sender < 0 ? 0 : states[sender * stride];
    }

    /** How many senders were heard. */
    int senders() {
        return senders;
    }

    private int word(int sender, long sequence) {
        return sender * stride + 1 + (int) ((sequence >>> WORD_BITS) % words);
    }

    private int find(int senderId) {
        if (senderId == lastId) {
            return lastSender; // accept comes after check, and streams come in bursts
        }
        int mask = slots.length - 1;
        for (int at = slot(senderId, mask); ; at = (at + 1) & mask) {
            long entry = slots[at];
            if (entry == -1) {
                return -1;
            }
            if ((int) (entry >>> 32) == senderId) {
                lastId = senderId;
                lastSender = (int) entry;
                return lastSender;
            }
        }
    }

    private int add(int senderId) {
        int sender = senders++;
        if (senders * stride > states.length) {
            states = Arrays.copyOf(states, Math.min(sender * 2, limit) * stride);
        }
        if (senders * 2 > slots.length) {
            long[] old = slots;
            slots = filled(old.length * 2);
            for (long entry : old) {
                if (entry != -1) {
                    put(entry);
                }
            }
        }
        put(((long) senderId << 32) | sender);
        return sender;
    }

    private void put(long entry) {
        int mask = slots.length - 1;
        int at = slot((int) (entry >>> 32), mask);
        while (slots[at] != -1) {
            at = (at + 1) & mask;
        }
        slots[at] = entry;
    }

    private static int slot(int senderId, int mask) {
        return ((senderId * 0x9E37_79B9) >>> 16) & mask;
    }

    private static long[] filled(int size) {
        long[] slots = new long[size];
        Arrays.fill(slots, -1);
        return slots;
    }
}
