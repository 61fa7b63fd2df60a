package io.opengcks.esp;

/**
 * Reads the IP packet inside tunnel mode; reused from packet to packet. Strict: whole packets only, lengths that fit,
 * IPv4 header checksum right. Octets behind the packet are traffic flow confidentiality padding (RFC 4303 §2.7).
 */
public final class InnerIp {
    private static final int FRAGMENT_BITS = 0x3FFF; // More Fragments and the offset
    private static final int MAX_EXTENSION_HEADERS = 8;

    private boolean ipv6;
    private int addressOffset;
    private int protocol;
    private int payloadOffset;
    private int payloadLength;

    /** Nothing read yet. */
    public InnerIp() {}

    /**
     * Reads a packet.
     *
     * @param nextHeader from the ESP trailer: 4 for IPv4, 41 for IPv6
     * @return OK, MALFORMED or FRAGMENT
     */
    public InnerVerdict read(byte[] packet, int off, int len, int nextHeader) {
        return switch (nextHeader) {
            case EspPacket.NEXT_HEADER_IPV4 -> ipv4(packet, off, len);
            case EspPacket.NEXT_HEADER_IPV6 -> ipv6(packet, off, len);
            default -> InnerVerdict.MALFORMED;
        };
    }

    private InnerVerdict ipv4(byte[] packet, int off, int len) {
        if (len < IpPackets.IPV4_HEADER_BYTES || (packet[off] & 0xF0) != 0x40) {
            return InnerVerdict.MALFORMED;
        }
        int header = (packet[off] & 0x0F) * 4;
        int total = EspPacket.int16(packet, off + 2);
        if (header < IpPackets.IPV4_HEADER_BYTES || header > total || total > len) {
            return InnerVerdict.MALFORMED;
        }
        if (Checksum.fold(Checksum.add(0, packet, off, header)) != 0) {
            return InnerVerdict.MALFORMED;
        }
        if ((EspPacket.int16(packet, off + 6) & FRAGMENT_BITS) != 0) {
            return InnerVerdict.FRAGMENT;
        }
        ipv6 = false;
        addressOffset = off + 12;
        protocol = packet[off + 9] & 0xFF;
        payloadOffset = off + header;
        payloadLength = total - header;
        return InnerVerdict.OK;
    }

    private InnerVerdict ipv6(byte[] packet, int off, int len) {
        if (len < IpPackets.IPV6_HEADER_BYTES || (packet[off] & 0xF0) != 0x60) {
            return InnerVerdict.MALFORMED;
        }
        int rest = EspPacket.int16(packet, off + 4);
        if (rest > len - IpPackets.IPV6_HEADER_BYTES) {
            return InnerVerdict.MALFORMED;
        }
        int at = off + IpPackets.IPV6_HEADER_BYTES;
        int next = packet[off + 6] & 0xFF;
        for (int headers = 0; isExtension(next); headers++) {
            if (headers == MAX_EXTENSION_HEADERS || rest < 8) {
                return InnerVerdict.MALFORMED;
            }
            if (next == 44) {
                return InnerVerdict.FRAGMENT;
            }
            int length = ((packet[at + 1] & 0xFF) + 1) * 8;
            if (length > rest) {
                return InnerVerdict.MALFORMED;
            }
            next = packet[at] & 0xFF;
            at += length;
            rest -= length;
        }
        ipv6 = true;
        addressOffset = off + 8;
        protocol = next;
        payloadOffset = at;
        payloadLength = rest;
        return InnerVerdict.OK;
    }

    /** Hop-by-hop options, routing, fragment, destination options (RFC 8200 §4). */
    private static boolean isExtension(int next) {
        return next == 0 || next == 43 || next == 44 || next == 60;
    }

    /** Whether it is an IPv6 packet. */
    public boolean ipv6() {
        return ipv6;
    }

    /** Where the source address stands in the array. */
    public int sourceOffset() {
        return addressOffset;
    }

    /** Where the destination address stands in the array. */
    public int destinationOffset() {
        return addressOffset + addressBytes();
    }

    /** Octets of an address. */
    public int addressBytes() {
        return ipv6 ? 16 : 4;
    }

    /** What follows the headers, 0 to 255. */
    public int protocol() {
        return protocol;
    }

    /** Where it starts in the array. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Its octets. */
    public int payloadLength() {
        return payloadLength;
    }
}
