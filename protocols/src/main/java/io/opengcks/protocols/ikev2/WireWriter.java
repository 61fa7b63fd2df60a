package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import java.util.Arrays;

/**
 * Writes big-endian fields. A value that does not fit its field is our own mistake: {@link IllegalArgumentException}.
 */
public final class WireWriter {
    private byte[] target = new byte[256];
    private int size;

    /** Nothing written. */
    public WireWriter() {}

    /** Octets written. */
    public int size() {
        return size;
    }

    public WireWriter u8(int value) {
        fits(value, 0xff);
        room(1);
        target[size++] = (byte) value;
        return this;
    }

    public WireWriter u16(int value) {
        fits(value, 0xffff);
        room(2);
        target[size++] = (byte) (value >>> 8);
        target[size++] = (byte) value;
        return this;
    }

    public WireWriter u32(long value) {
        fits(value, 0xffff_ffffL);
        return u16((int) (value >>> 16)).u16((int) (value & 0xffff));
    }

    public WireWriter u64(long value) {
        return u32(value >>> 32).u32(value & 0xffff_ffffL);
    }

    public WireWriter bytes(byte[] octets) {
        room(octets.length);
        System.arraycopy(octets, 0, target, size, octets.length);
        size += octets.length;
        return this;
    }

    public WireWriter octets(Octets octets) {
        return bytes(octets.toArray());
    }

    /** {@code count} zero octets. */
    public WireWriter zeros(int count) {
        room(count);
        Arrays.fill(target, size, size + count, (byte) 0);
        size += count;
        return this;
    }

    /** Overwrites the octet at {@code index}. */
    public void patchU8(int index, int value) {
        fits(value, 0xff);
        written(index, 1);
        target[index] = (byte) value;
    }

    /** Overwrites 16 bits at {@code index}: a length that is known only after what it counts. */
    public void patchU16(int index, int value) {
        fits(value, 0xffff);
        written(index, 2);
        target[index] = (byte) (value >>> 8);
        target[index + 1] = (byte) value;
    }

    /** Overwrites 32 bits at {@code index}. */
    public void patchU32(int index, long value) {
        fits(value, 0xffff_ffffL);
        patchU16(index, (int) (value >>> 16));
        patchU16(index + 2, (int) (value & 0xffff));
    }

    /** A copy of all that was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(target, size);
    }

    private void room(int count) {
        if (target.length - size < count) {
            target = Arrays.copyOf(target, Math.max(target.length * 2, size + count));
        }
    }

    private void written(int index, int count) {
        if (index < 0 || index + count > size) {
            throw new IllegalArgumentException("nothing was written at " + index);
        }
    }

    private static void fits(long value, long greatest) {
        if (value < 0 || value > greatest) {
            throw new IllegalArgumentException(value + " does not fit a field of at most " + greatest);
        }
    }
}
