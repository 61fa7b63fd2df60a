package io.opengcks.esp;

/** The Internet checksum (RFC 1071), kept as a sum that is folded at the end. */
final class Checksum {
    private Checksum() {}

    /** Adds octets, as if a zero followed where their number is odd; {@code sum} may be partial already. */
    static long add(long sum, byte[] octets, int off, int len) {
        int at = off;
        int end = off + len;
        // Adding 32 bits at a time gives the same after folding, since 2^16 is 1 modulo 2^16 - 1.
        for (; at + 8 <= end; at += 8) {
            long eight = EspPacket.int64(octets, at);
            sum += (eight >>> 32) + (eight & 0xFFFF_FFFFL);
        }
        for (; at + 2 <= end; at += 2) {
            sum += EspPacket.int16(octets, at);
        }
        return at < end ? sum + ((octets[at] & 0xFF) << 8) : sum;
    }

    /** The checksum field for a sum: its complement, folded to 16 bits. */
    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xFFFF_FFFFL);
        while (folded >>> 16 != 0) {
            folded = (folded >>> 16) + (folded & 0xFFFF);
        }
        return (int) ~folded & 0xFFFF;
    }
}
