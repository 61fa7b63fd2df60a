package io.opengcks.protocols.gsa;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** IP addresses as text: dotted quad and RFC 5952. Never asks the DNS. */
final class IpText {
    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern COLONS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private IpText() {}

    /** Reads an address: 4 or 16 octets. */
    static byte[] parse(String text) {
        if (DOTTED_QUAD.matcher(text).matches() || COLONS.matcher(text).matches()) {
            try {
                byte[] octets = InetAddress.ofLiteral(text).getAddress();
                if (octets.length == 16 || text.indexOf(':') < 0) {
                    return octets;
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not an IP address: '" + text + "'", e);
            }
        }
        throw new IllegalArgumentException("not an IP address: '" + text + "'");
    }

    /** Refuses ::ffff:0:0/96: an IPv4 address has a type of its own, and one identity has one form. */
    static Octets notMapped(Octets address) {
        byte[] octets = address.toArray();
        boolean mapped = octets[10] == -1 && octets[11] == -1;
        for (int i = 0; i < 10; i++) {
            mapped &= octets[i] == 0;
        }
        if (mapped) {
            throw new IllegalArgumentException("an IPv4-mapped IPv6 address is no identity");
        }
        return address;
    }

    static String format(byte[] octets) {
        StringBuilder text = new StringBuilder();
        if (octets.length == 4) {
            for (byte octet : octets) {
                text.append(text.isEmpty() ? "" : ".").append(octet & 0xff);
            }
            return text.toString();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((octets[2 * i] & 0xff) << 8) | (octets[2 * i + 1] & 0xff);
        }
        int start = -1;
        int longest = 1; // a single zero group is not shortened (RFC 5952 §4.2.2)
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
