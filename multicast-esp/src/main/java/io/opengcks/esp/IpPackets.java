package io.opengcks.esp;

/** Builds the inner IP headers of tunnel mode (RFC 4303 §3.1.2). Reading them is {@link InnerIp}. */
public final class IpPackets {
    public static final int IPV4_HEADER_BYTES = 20;
    public static final int IPV6_HEADER_BYTES = 40;

    private static final int DONT_FRAGMENT = 0x4000;

    private IpPackets() {}

    /**
     * Writes an IPv4 header without options in front of {@code payload} octets. The packet is atomic (RFC 6864): Don't
     * Fragment set, identification 0.
     *
     * @param source      4 octets
     * @param destination 4 octets
     * @param protocol    what follows, 0 to 255
     * @param hopLimit    TTL, 1 to 255
     * @param trafficClass DSCP and ECN, 0 to 255
     */
    public static void ipv4(
            byte[] out,
            int off,
            byte[] source,
            byte[] destination,
            int protocol,
            int hopLimit,
            int trafficClass,
            int payload) {
        out[off] = 0x45;
        out[off + 1] = (byte) trafficClass;
        EspPacket.int16(out, off + 2, IPV4_HEADER_BYTES + payload);
        EspPacket.int16(out, off + 4, 0);
        EspPacket.int16(out, off + 6, DONT_FRAGMENT);
        out[off + 8] = (byte) hopLimit;
        out[off + 9] = (byte) protocol;
        EspPacket.int16(out, off + 10, 0);
        System.arraycopy(source, 0, out, off + 12, 4);
        System.arraycopy(destination, 0, out, off + 16, 4);
        EspPacket.int16(out, off + 10, Checksum.fold(Checksum.add(0, out, off, IPV4_HEADER_BYTES)));
    }

    /** Writes an IPv6 header, as {@link #ipv4} does, with addresses of 16 octets. */
    public static void ipv6(
            byte[] out,
            int off,
            byte[] source,
            byte[] destination,
            int protocol,
            int hopLimit,
            int trafficClass,
            int payload) {
        EspPacket.int32(out, off, (6 << 28) | (trafficClass << 20));
        EspPacket.int16(out, off + 4, payload);
        out[off + 6] = (byte) protocol;
        out[off + 7] = (byte) hopLimit;
        System.arraycopy(source, 0, out, off + 8, 16);
        System.arraycopy(destination, 0, out, off + 24, 16);
    }
}
