package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** An {@link OutboxMessage} in the form the journal keeps it. */
record StoredMessage(
        Face face,
        String rekeySpi,
        long messageId,
        InetAddress address,
        int port,
        Octets datagram,
        int copies,
        Duration spacing) {
    OutboxMessage numbered(long id, Identity group) {
        return new OutboxMessage(
                id, group, face, rekeySpi, messageId, new InetSocketAddress(address, port), datagram, copies, spacing);
    }
}
