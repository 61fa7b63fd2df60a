package io.opengcks.protocols.gsa;

import io.opengcks.protocols.crypto.Secret;
import java.util.OptionalInt;

/**
 * One Data-Security SA: a multicast ESP SA with its keys (RFC 9838 §4.4.2, §3.4).
 *
 * @param spi             256 to 2^32 - 1, chosen by the GCKS
 * @param source          who may send, usually every address
 * @param destination     the multicast address and port of the protected traffic
 * @param suite           transform
 * @param mode            transport or tunnel mode with address preservation (RFC 5374)
 * @param multipleSenders true: SN transform 2, Sender-IDs in the IV and a replay window a sender; false: SN transform 0
 * @param udpPort         UDP port of the destination address to which ESP goes encapsulated as RFC 3948 frames it;
 *                        empty: ESP is IP protocol 50
 * @param replayWindow    packets of the replay window a receiver keeps for each sender; 0: its own choice
 * @param lifetimeSeconds seconds the SA may live from receipt on, at least 1
 * @param keymat          {@code suite.keymatBytes()} octets
 */
public record DataSecuritySa(
        long spi,
        TrafficSelector source,
        TrafficSelector destination,
        EspSuite suite,
        Mode mode,
        boolean multipleSenders,
        OptionalInt udpPort,
        int replayWindow,
        long lifetimeSeconds,
        Secret keymat) {
    /** What of a packet is inside ESP (RFC 4303 §3.1.1). */
    public enum Mode {
        TRANSPORT,
        TUNNEL
    }

    public DataSecuritySa {
        if (spi < 256 || spi > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("not an SPI: " + spi);
        }
        if (keymat.length() != suite.keymatBytes()) {
            throw new IllegalArgumentException(suite + " takes " + suite.keymatBytes() + " octets of keys");
        }
        if (lifetimeSeconds < 1 || lifetimeSeconds > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("not a lifetime in seconds: " + lifetimeSeconds);
        }
    }
}
