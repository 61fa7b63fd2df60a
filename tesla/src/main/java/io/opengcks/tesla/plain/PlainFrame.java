package io.opengcks.tesla.plain;

import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Parameters;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tagged datagram of the plain framing; {@code docs/tesla.md} draws its octets.
 *
 * @param interval unsigned 48 bits
 * @param source   unsigned 32 bits, which stream of a group it is
 * @param sequence not negative, each number once in the life of a source
 * @param key      K_{i-d}, n_p octets
 * @param newChain F of the first key of the next chain
 * @param lastKey  last key of the chain before that of the interval
 * @param upperKey upper key of the number of the interval's chain
 * @param ahead    number and SHA-256 of a later packet
 * @param payloadAt where the payload begins, which is as long as is left; none in an idle disclosure
 */
@SuppressWarnings("ArrayRecordComponent") // octets straight to or from the wire; equality is never asked
record PlainFrame(
        boolean idle,
        long interval,
        long source,
        long sequence,
        byte @Nullable [] key,
        byte @Nullable [] newChain,
        byte @Nullable [] lastKey,
        byte @Nullable [] upperKey,
        byte @Nullable [] ahead,
        int payloadAt) {
    static final int VERSION = 1;
    static final int DATA = 0;
    static final int IDLE = 1;
    static final int BOOTSTRAP = 2;
    static final int TIME_REQUEST = 3;
    static final int TIME_RESPONSE = 4;

    static final int HEADER = 20;
    static final int AHEAD = 8 + 32;
    static final int GROUP = 0x20;

    private static final int KEY = 0x01;
    private static final int NEW_CHAIN = 0x02;
    private static final int LAST_KEY = 0x04;
    private static final int UPPER_KEY = 0x08;
    private static final int LOOK_AHEAD = 0x10;

    /** What stands before the payload; the MACs cover it and the payload. */
    byte[] head(boolean group) {
        var out = ByteBuffer.allocate(HEADER + 4 * 64 + AHEAD);
        int flags = flag(key, KEY)
                | flag(newChain, NEW_CHAIN)
                | flag(lastKey, LAST_KEY)
                | flag(upperKey, UPPER_KEY)
                | flag(ahead, LOOK_AHEAD)
                | (group ? GROUP : 0);
        out.put((byte) (VERSION << 4 | (idle ? IDLE : DATA))).put((byte) flags);
        out.putShort((short) (interval >> 32))
                .putInt((int) interval)
                .putInt((int) source)
                .putLong(sequence);
        for (byte[] field : new byte @Nullable [][] {key, newChain, lastKey, upperKey, ahead}) {
            if (field != null) {
                out.put(field);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /**
     * Reads what stands before the MACs.
     *
     * @param end where the MACs begin
     */
    static PlainFrame read(byte[] datagram, int end, Parameters parameters, boolean group) throws MalformedTesla {
        need(end >= HEADER && end <= datagram.length, "too short");
        var in = ByteBuffer.wrap(datagram, 0, end);
        int type = type(in.get());
        need(type == DATA || type == IDLE, "not a tagged datagram");
        int flags = in.get() & 0xFF;
        need((flags & 0xC0) == 0, "unknown flags");
        need((flags & GROUP) != 0 == group, "group MAC unlike agreed");
        long interval = (in.getShort() & 0xFFFFL) << 32 | (in.getInt() & 0xFFFF_FFFFL);
        long source = in.getInt() & 0xFFFF_FFFFL;
        long sequence = in.getLong();
        need(sequence >= 0, "a negative number");
        int octets = parameters.scheme().keyOctets();
        byte[] key = field(in, flags, KEY, octets);
        byte[] newChain = field(in, flags, NEW_CHAIN, octets);
        byte[] lastKey = field(in, flags, LAST_KEY, octets);
        byte[] upperKey = field(in, flags, UPPER_KEY, octets);
        byte[] ahead = field(in, flags, LOOK_AHEAD, AHEAD);
        need(key == null || interval >= parameters.schedule().delay(), "a key before there can be one");
        need(lastKey == null || interval >= parameters.chainLength(), "a last key before there can be one");
        need(ahead == null || ahead[0] >= 0, "a negative number");
        need(type == DATA || (newChain == null && ahead == null), "an idle disclosure with what needs a MAC");
        need(type == DATA || !in.hasRemaining(), "an idle disclosure with payload");
        return new PlainFrame(
                type == IDLE, interval, source, sequence, key, newChain, lastKey, upperKey, ahead, in.position());
    }

    /** The type in a first octet. */
    static int type(byte first) throws MalformedTesla {
        need((first & 0xFF) >> 4 == VERSION, "another version");
        return first & 0xF;
    }

    /** What look-ahead hashes cover: source, number and payload, as they stand in the datagram. */
    static byte[] hash(long source, long sequence, byte[] octets, int from, int to) {
        try {
            var sha = MessageDigest.getInstance("SHA-256", "SUN");
            sha.update(ByteBuffer.allocate(12)
                    .putInt((int) source)
                    .putLong(sequence)
                    .array());
            sha.update(octets, from, to - from);
            return sha.digest();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no SHA-256", absent);
        }
    }

    private static int flag(byte @Nullable [] field, int flag) {
        return field == null ? 0 : flag;
    }

    private static byte @Nullable [] field(ByteBuffer in, int flags, int flag, int octets) throws MalformedTesla {
        if ((flags & flag) == 0) {
            return null;
        }
        need(in.remaining() >= octets, "too short");
        byte[] field = new byte[octets];
        in.get(field);
        return field;
    }

    static void need(boolean good, String otherwise) throws MalformedTesla {
        if (!good) {
            throw new MalformedTesla("plain framing: " + otherwise);
        }
    }
}
