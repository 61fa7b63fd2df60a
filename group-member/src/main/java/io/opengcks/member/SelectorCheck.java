package io.opengcks.member;

import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whether an address and port lie in a traffic selector. Cheap where the address is the one of the packet before. */
final class SelectorCheck {
    private final TrafficSelector selector;
    private final byte[] first;
    private final byte[] last;
    private @Nullable InetAddress checked;
    private boolean inside;

    SelectorCheck(TrafficSelector selector) {
        this.selector = selector;
        this.first = selector.start().getAddress();
        this.last = selector.end().getAddress();
    }

    boolean covers(InetAddress address, int port) {
        if (!address.equals(checked)) {
            byte[] octets = address.getAddress();
            inside = octets.length == first.length
                    && Arrays.compareUnsigned(first, octets) <= 0
                    && Arrays.compareUnsigned(octets, last) <= 0;
            checked = address;
        }
        return inside && selector.startPort() <= port && port <= selector.endPort();
    }
}
