package io.opengcks.protocols.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A host, by name or address, and a UDP or TCP port; {@code 192.0.2.1:848}, {@code [2001:db8::1]:848}, {@code gcks.example:848}.
 *
 * @param host name or address, without brackets
 * @param port 0 to 65535; 0 lets the system choose where one listens
 */
public record HostPort(String host, int port) {
    public HostPort {
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a host and a port");
        }
    }

    /**
     * Reads the form given above.
     *
     * @throws IllegalArgumentException if {@code text} is not of it
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a host and a port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            InetAddress.ofLiteral(host);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException("an IPv6 address stands in brackets");
        }
        return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * Asks the resolver where {@code host} is a name.
     *
     * @throws UnknownHostException if the name has no address
     */
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
