package io.opengcks.protocols.gsa;

import java.net.InetAddress;

/**
 * A range of addresses and ports (RFC 7296 §3.13.1).
 *
 * @param start      first address; same family as {@code end}
 * @param end        last address
 * @param ipProtocol 0 for any, 17 for UDP
 * @param startPort  0 to 65535
 * @param endPort    0 to 65535, at least {@code startPort}
 */
public record TrafficSelector(InetAddress start, InetAddress end, int ipProtocol, int startPort, int endPort) {
    public static final int UDP = 17;

    public TrafficSelector {
        if (start.getClass() != end.getClass()) {
            throw new IllegalArgumentException("addresses of two families");
        }
        if (ipProtocol < 0 || ipProtocol > 255) {
            throw new IllegalArgumentException("not an IP protocol: " + ipProtocol);
        }
        if (startPort < 0 || endPort > 65535 || startPort > endPort) {
            throw new IllegalArgumentException("not a range of ports: " + startPort + "-" + endPort);
        }
    }

    /** One address and one UDP port. */
    public static TrafficSelector udp(InetAddress address, int port) {
        return new TrafficSelector(address, address, UDP, port, port);
    }

    /** Every address of the family of {@code like}, any UDP port. */
    public static TrafficSelector anyUdp(InetAddress like) {
        int length = like.getAddress().length;
        byte[] last = new byte[length];
        java.util.Arrays.fill(last, (byte) 0xff);
        return new TrafficSelector(address(new byte[length]), address(last), UDP, 0, 65535);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are always an address", e);
        }
    }
}
