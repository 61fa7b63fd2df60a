package io.opengcks.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The Internet checksum (RFC 1071), kept as a sum of 16-bit words that is folded at the end. */
final class Checksum {
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0xFFFF_FFFFL;

    private Checksum() {}

    /**
     * Adds octets, as if a zero followed where their number is odd; {@code sum} may be partial already.
     *
     * <p>Most of them are added 32 bits at a time, which is the same after folding since 2^16 is 1 modulo 2^16 - 1, and in the
     * order of this machine, whose sum is the right one with its two octets swapped (RFC 1071 §2).
     */
    static long add(long sum, byte[] octets, int off, int len) {
        int at = off;
        int end = off + len;
        long one = 0;
        long two = 0;
        long three = 0;
        long four = 0; // four sums, so that none waits for another
        for (; at + 32 <= end; at += 32) {
            long a = (long) NATIVE.get(octets, at);
            long b = (long) NATIVE.get(octets, at + 8);
            long c = (long) NATIVE.get(octets, at + 16);
            long d = (long) NATIVE.get(octets, at + 24);
            one += (a >>> 32) + (a & LOW);
            two += (b >>> 32) + (b & LOW);
            three += (c >>> 32) + (c & LOW);
            four += (d >>> 32) + (d & LOW);
        }
        int many = folded(one + two + three + four);
        long total = sum + (SWAPPED ? Short.reverseBytes((short) many) & 0xFFFF : many);
        for (; at + 2 <= end; at += 2) {
            total += EspPacket.int16(octets, at);
        }
        return at < end ? total + ((octets[at] & 0xFF) << 8) : total;
    }

    /** The checksum field for a sum: its complement, folded to 16 bits. */
    static int fold(long sum) {
        return ~folded(sum) & 0xFFFF;
    }

    private static int folded(long sum) {
        long folded = (sum >>> 32) + (sum & LOW);
        while (folded >>> 16 != 0) {
            folded = (folded >>> 16) + (folded & 0xFFFF);
        }
        return (int) folded;
    }
}
