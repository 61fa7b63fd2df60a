package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A rekey message on its way out.
 *
 * @param id          number in the journal, ascending in the order of sending
 * @param group       whose
 * @param face        whose format
 * @param rekeySpi    SPI of the Rekey SA that carries it, in hexadecimal
 * @param messageId   its Message ID
 * @param destination multicast address and port
 * @param datagram    bit for bit the same in every copy, also after a restart
 * @param copies      how many, at least 1
 * @param spacing     between two copies
 */
public record OutboxMessage(
        long id,
        Identity group,
        Face face,
        String rekeySpi,
        long messageId,
        InetSocketAddress destination,
        Octets datagram,
        int copies,
        Duration spacing) {
    @Override
    public String toString() {
        return "OutboxMessage[%d, %s, %s, %s/%d, %d octets]"
                .formatted(id, group, face.label(), rekeySpi, messageId, datagram.length());
    }
}
