package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** One traffic selector on the wire (RFC 7296 §3.13.1): 16 octets with IPv4 addresses, 40 with IPv6. */
public final class TrafficSelectorCodec {
    private static final int IPV4_RANGE = 7;
    private static final int IPV6_RANGE = 8;
    private static final int FIXED_BYTES = 8;

    private TrafficSelectorCodec() {}

    /** Reads one selector and leaves what follows it. */
    public static TrafficSelector decode(WireReader in) throws MalformedMessage {
        int type = in.u8("TS type");
        int addressBytes = switch (type) {
            case IPV4_RANGE -> 4;
            case IPV6_RANGE -> 16;
            default -> throw new MalformedMessage("traffic selector of type " + type);
        };
        int ipProtocol = in.u8("TS: protocol");
        int length = in.u16("TS: length");
        if (length != FIXED_BYTES + 2 * addressBytes) {
            throw new MalformedMessage("traffic selector of type " + type + " with " + length + " octets");
        }
        int startPort = in.u16("TS: start port");
        int endPort = in.u16("TS: end port");
        byte[] start = in.bytes(addressBytes, "TS: start address");
        byte[] end = in.bytes(addressBytes, "TS: end address");
        if (startPort > endPort || Arrays.compareUnsigned(start, end) > 0) {
            throw new MalformedMessage("a traffic selector ends before it starts");
        }
        return new TrafficSelector(address(start), address(end), ipProtocol, startPort, endPort);
    }

    /** Writes one selector. */
    public static void encode(TrafficSelector selector, WireWriter out) {
        boolean four = selector.start() instanceof Inet4Address;
        byte[] start = selector.start().getAddress();
        out.u8(four ? IPV4_RANGE : IPV6_RANGE).u8(selector.ipProtocol()).u16(FIXED_BYTES + 2 * start.length);
        out.u16(selector.startPort()).u16(selector.endPort());
        out.bytes(start).bytes(selector.end().getAddress());
    }

    /** Inet6Address by name: InetAddress.getByAddress would turn an IPv4-mapped address into an IPv4 one. */
    private static InetAddress address(byte[] octets) {
        try {
            return octets.length == 16 ? Inet6Address.getByAddress(null, octets, -1) : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are always an address", e);
        }
    }
}
