package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.Arrays;

/**
 * Reads big-endian fields from a slice of an array, each only after its length was checked against what is left. Copies
 * nothing but what {@link #octets} and {@link #bytes} return, so no allocation exceeds the input.
 */
public final class WireReader {
    private final byte[] source;
    private final int end;
    private int position;

    /** Reads all of {@code source}, which must not change meanwhile. */
    public WireReader(byte[] source) {
        this(source, 0, source.length);
    }

    /** Reads {@code source} from {@code from} (inclusive) to {@code to} (exclusive). */
    public WireReader(byte[] source, int from, int to) {
        if (from < 0 || to < from || to > source.length) {
            throw new IllegalArgumentException("not a slice of " + source.length + " octets: " + from + " to " + to);
        }
        this.source = source;
        this.position = from;
        this.end = to;
    }

    /** Octets not yet read. */
    public int remaining() {
        return end - position;
    }

    /** True until all was read. */
    public boolean hasMore() {
        return position < end;
    }

    /** Index of the next octet in the array. */
    public int position() {
        return position;
    }

    /** The next octet, not consumed. */
    public int peek(String field) throws MalformedMessage {
        need(1, field);
        return source[position] & 0xff;
    }

    /** Unsigned 8 bits. */
    public int u8(String field) throws MalformedMessage {
        need(1, field);
        return source[position++] & 0xff;
    }

    /** Unsigned 16 bits. */
    public int u16(String field) throws MalformedMessage {
        need(2, field);
        int value = ((source[position] & 0xff) << 8) | (source[position + 1] & 0xff);
        position += 2;
        return value;
    }

    /** Unsigned 32 bits. */
    public long u32(String field) throws MalformedMessage {
        return ((long) u16(field) << 16) | u16(field);
    }

    /** 64 bits; unsigned where the field is. */
    public long u64(String field) throws MalformedMessage {
        need(8, field);
        return (u32(field) << 32) | u32(field);
    }

    /** The next {@code count} octets, copied. */
    public byte[] bytes(int count, String field) throws MalformedMessage {
        need(count, field);
        byte[] copy = Arrays.copyOfRange(source, position, position + count);
        position += count;
        return copy;
    }

    /** The next {@code count} octets as a value. */
    public Octets octets(int count, String field) throws MalformedMessage {
        return Octets.of(bytes(count, field));
    }

    /** All that is left as a value; may be empty. */
    public Octets rest() {
        byte[] copy = Arrays.copyOfRange(source, position, end);
        position = end;
        return Octets.of(copy);
    }

    /** A reader of the next {@code count} octets, which count as read here. */
    public WireReader slice(int count, String field) throws MalformedMessage {
        need(count, field);
        WireReader part = new WireReader(source, position, position + count);
        position += count;
        return part;
    }

    /** Passes over octets that are ignored on receipt, such as RESERVED. */
    public void skip(int count, String field) throws MalformedMessage {
        need(count, field);
        position += count;
    }

    /** Demands that nothing is left of {@code what}. */
    public void end(String what) throws MalformedMessage {
        if (hasMore()) {
            throw new MalformedMessage(what + ": " + remaining() + " octets too many");
        }
    }

    private void need(int count, String field) throws MalformedMessage {
        if (count < 0 || count > end - position) {
            throw new MalformedMessage(field + ": " + count + " octets wanted, " + (end - position) + " left");
        }
    }
}
