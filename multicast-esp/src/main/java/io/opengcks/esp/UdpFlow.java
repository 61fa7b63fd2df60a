package io.opengcks.esp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A flow of plain UDP datagrams between two addresses and ports, made into the inner packets of ESP: UDP header and data
 * in transport mode, a whole IP packet in tunnel mode. Immutable; keep one for each flow.
 *
 * <p>In transport mode the addresses are not inside: the UDP checksum is over those of the outer header, so
 * {@code source} must be the address the ESP packet leaves with.
 */
public final class UdpFlow {
    public static final int UDP_HEADER_BYTES = 8;
    /** The most octets a UDP datagram carries over IPv4, whose total length has 16 bits. */
    public static final int MAX_PAYLOAD = 0xFFFF - IpPackets.IPV4_HEADER_BYTES - UDP_HEADER_BYTES;

    private static final int DEFAULT_HOP_LIMIT = 64;

    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final byte[] sourceOctets;
    private final byte[] destinationOctets;
    private final int hopLimit;
    private final int trafficClass;
    private final long pseudoHeader;

    /** With a hop limit of 64 and traffic class 0 in the inner header. */
    public UdpFlow(InetSocketAddress source, InetSocketAddress destination) {
        this(source, destination, DEFAULT_HOP_LIMIT, 0);
    }

    /**
     * @param source       resolved address and port
     * @param destination  resolved address and port, of the same family
     * @param hopLimit     of the inner IP header, 1 to 255
     * @param trafficClass DSCP and ECN of the inner IP header, 0 to 255
     */
    public UdpFlow(InetSocketAddress source, InetSocketAddress destination, int hopLimit, int trafficClass) {
        this.source = source;
        this.destination = destination;
        this.sourceOctets = octets(source);
        this.destinationOctets = octets(destination);
        this.hopLimit = Objects.checkIndex(hopLimit - 1, 255) + 1;
        this.trafficClass = Objects.checkIndex(trafficClass, 256);
        if (sourceOctets.length != destinationOctets.length) {
            throw new IllegalArgumentException("addresses of different families: " + source + ", " + destination);
        }
        long sum = Checksum.add(0, sourceOctets, 0, sourceOctets.length);
        sum = Checksum.add(sum, destinationOctets, 0, destinationOctets.length);
        this.pseudoHeader = sum + EspPacket.NEXT_HEADER_UDP + source.getPort() + destination.getPort();
    }

    public InetSocketAddress source() {
        return source;
    }

    public InetSocketAddress destination() {
        return destination;
    }

    /** Octets in front of the data of a datagram inside ESP. */
    public int headerBytes(EspMode mode) {
        return switch (mode) {
            case TRANSPORT -> UDP_HEADER_BYTES;
            case TUNNEL -> UDP_HEADER_BYTES + (ipv6() ? IpPackets.IPV6_HEADER_BYTES : IpPackets.IPV4_HEADER_BYTES);
        };
    }

    /** Octets of the ESP packet for a datagram with {@code payload} octets of data. */
    public int sealedLength(SaParameters sa, int payload) {
        return sa.sealedLength(headerBytes(sa.mode()) + payload);
    }

    /**
     * Builds the inner packet of a datagram and seals it.
     *
     * @param in  data of the datagram, at most {@link #MAX_PAYLOAD} octets
     * @param out room for {@link #sealedLength} octets from {@code outOff} on; another array than {@code in}
     * @return as {@link OutboundSa#seal}
     */
    public int seal(OutboundSa sa, byte[] in, int off, int len, byte[] out, int outOff) {
        SaParameters parameters = sa.parameters();
        int at = outOff + parameters.payloadOffset();
        Objects.checkFromIndexSize(outOff, sealedLength(parameters, len), out.length);
        int inner = write(parameters.mode(), in, off, len, out, at);
        return sa.seal(out, at, inner, nextHeader(parameters.mode()), out, outOff);
    }

    /** The next header of the ESP trailer. */
    public int nextHeader(EspMode mode) {
        return switch (mode) {
            case TRANSPORT -> EspPacket.NEXT_HEADER_UDP;
            case TUNNEL -> ipv6() ? EspPacket.NEXT_HEADER_IPV6 : EspPacket.NEXT_HEADER_IPV4;
        };
    }

    /** Writes the inner packet without ESP around it; returns its length. */
    public int write(EspMode mode, byte[] in, int off, int len, byte[] out, int outOff) {
        if (len > MAX_PAYLOAD) {
            throw new IllegalArgumentException("too long for a UDP datagram: " + len);
        }
        int headers = headerBytes(mode);
        int udp = outOff + headers - UDP_HEADER_BYTES;
        int udpLength = UDP_HEADER_BYTES + len;
        Objects.checkFromIndexSize(outOff, headers + len, out.length);
        System.arraycopy(in, off, out, udp + UDP_HEADER_BYTES, len);
        if (mode == EspMode.TUNNEL) {
            if (ipv6()) {
                IpPackets.ipv6(out, outOff, sourceOctets, destinationOctets, 17, hopLimit, trafficClass, udpLength);
            } else {
                IpPackets.ipv4(out, outOff, sourceOctets, destinationOctets, 17, hopLimit, trafficClass, udpLength);
            }
        }
        EspPacket.int16(out, udp, source.getPort());
        EspPacket.int16(out, udp + 2, destination.getPort());
        EspPacket.int16(out, udp + 4, udpLength);
        // The length counts twice: in the pseudo header and in the header (RFC 768).
        int checksum = Checksum.fold(Checksum.add(pseudoHeader + 2L * udpLength, in, off, len));
        EspPacket.int16(out, udp + 6, checksum == 0 ? 0xFFFF : checksum);
        return headers + len;
    }

    private boolean ipv6() {
        return sourceOctets.length == 16;
    }

    private static byte[] octets(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        if (resolved == null) {
            throw new IllegalArgumentException("not a resolved address: " + address);
        }
        return resolved.getAddress();
    }

    @Override
    public String toString() {
        return source + " > " + destination;
    }
}
