package io.opengcks.tesla;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A packet as a carrier read it; none of it is believed.
 *
 * @param interval    i, any number
 * @param covered     begins with what the MAC covers; kept, not to be changed afterwards
 * @param coveredOctets how much of it the MAC covers
 * @param mac         the MAC of the receiver's instance
 * @param disclosures keys and commitments it carries
 * @param ahead       the hash of a later packet it carries, if it does
 * @param own         number of the packet and how to compute its hash, if it takes part in immediate authentication
 * @param packet      handed to the application
 */
@SuppressWarnings("ArrayRecordComponent") // one packet on its way, compared by nobody
public record Arrival<P>(
        long interval,
        byte[] covered,
        int coveredOctets,
        byte[] mac,
        List<Disclosure> disclosures,
        @Nullable Hash ahead,
        @Nullable Own own,
        P packet) {
    public Arrival {
        if (coveredOctets < 0 || coveredOctets > covered.length) {
            throw new IllegalArgumentException(coveredOctets + " octets of " + covered.length);
        }
        disclosures = List.copyOf(disclosures);
    }

    /** A packet whose MAC covers all of {@code covered}. */
    public Arrival(
            long interval,
            byte[] covered,
            byte[] mac,
            List<Disclosure> disclosures,
            @Nullable Hash ahead,
            @Nullable Own own,
            P packet) {
        this(interval, covered, covered.length, mac, disclosures, ahead, own, packet);
    }

    int octets() {
        return covered.length + mac.length;
    }

    /** The packet itself; its hash is asked for only if an earlier packet announced its number. */
    public record Own(long sequence, Supplier<byte[]> hash) {}

    /** The SHA-256 of a packet by its number in the stream. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Hash(long sequence, byte[] octets) {}
}
