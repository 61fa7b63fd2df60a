package io.opengcks.tesla;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet as a carrier read it; none of it is believed.
 *
 * @param interval    i, any number
 * @param covered     what the MAC covers
 * @param mac         the MAC of the receiver's instance
 * @param disclosures keys and commitments it carries
 * @param ahead       the hash of a later packet it carries, if it does
 * @param own         number and hash of the packet itself, if it takes part in immediate authentication
 * @param packet      handed to the application
 */
@SuppressWarnings("ArrayRecordComponent") // one packet on its way, compared by nobody
public record Arrival<P>(
        long interval,
        byte[] covered,
        byte[] mac,
        List<Disclosure> disclosures,
        @Nullable Hash ahead,
        @Nullable Hash own,
        P packet) {
    public Arrival {
        disclosures = List.copyOf(disclosures);
    }

    int octets() {
        return covered.length + mac.length;
    }

    /** The SHA-256 of a packet by its number in the stream. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Hash(long sequence, byte[] octets) {}
}
