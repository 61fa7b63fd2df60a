package io.opengcks.member;

import io.opengcks.protocols.gsa.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An agent at one moment. Counters count from its start.
 *
 * @param state          what it is doing
 * @param since          since when
 * @param identity       its own
 * @param group          its group
 * @param server         server asked last, as configured
 * @param registrations  that succeeded
 * @param rekeys         rekey messages taken
 * @param tekSwitches    changes from one SA to the next, sent on or received
 * @param sendingOn      SPI of the SA it sends on
 * @param sentPackets    ESP packets sent
 * @param sentOctets     octets of data in them
 * @param unsentPackets  payloads not sent, by reason
 * @param deliveredPackets payloads put out
 * @param deliveredOctets  octets in them
 * @param refusedPackets packets received and not delivered, by verdict; an unknown SPI counts even if the SA came later
 * @param recoveredPackets packets of an unknown SPI whose SA came in time
 * @param parkedPackets  packets that wait for their SA now
 * @param lastDelivered  when the last payload was put out
 * @param sas            SAs opened packets come on, and the last ones before them, newest last
 */
public record AgentStatus(
        State state,
        Instant since,
        Identity identity,
        Identity group,
        String server,
        long registrations,
        long rekeys,
        long tekSwitches,
        OptionalLong sendingOn,
        long sentPackets,
        long sentOctets,
        Map<String, Long> unsentPackets,
        long deliveredPackets,
        long deliveredOctets,
        Map<String, Long> refusedPackets,
        long recoveredPackets,
        int parkedPackets,
        Optional<Instant> lastDelivered,
        List<SaStatus> sas) {
    /** What an agent is doing. */
    public enum State {
        REGISTERING,
        REGISTERED,
        /** Without keys, and waiting before it asks again. */
        WAITING,
        EXCLUDED,
        DARK,
        STOPPED
    }

    /**
     * One SA.
     *
     * @param spi        its SPI
     * @param held       whether it is held now
     * @param opened     packets received on it and delivered
     * @param refused    packets with its SPI that were not, by verdict
     * @param lastOpened when the last one was opened
     */
    public record SaStatus(
            long spi, boolean held, long opened, Map<String, Long> refused, Optional<Instant> lastOpened) {}
}
