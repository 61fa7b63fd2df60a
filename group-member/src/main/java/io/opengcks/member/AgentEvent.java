package io.opengcks.member;

import io.opengcks.protocols.gikev2.MemberEffect;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/** What happened to an agent, with the time of day at which it did. */
public sealed interface AgentEvent {
    /** When. */
    Instant at();

    /** Asks a server. */
    record Registering(Instant at, InetSocketAddress server, String why) implements AgentEvent {}

    /**
     * Has keys.
     *
     * @param dataSas Data-Security SAs held now
     */
    record Registered(Instant at, InetSocketAddress server, int dataSas) implements AgentEvent {}

    /** Has none, or no newer ones; asks again after {@code next}. */
    record RegistrationFailed(Instant at, InetSocketAddress server, MemberEffect.Kind kind, String why, Duration next)
            implements AgentEvent {}

    /** Took a rekey message. */
    record Rekeyed(Instant at, long messageId) implements AgentEvent {}

    /**
     * A sender sends, or a receiver got the first packet, on a newer SA than before.
     *
     * @param from SPI before
     */
    record TekSwitched(Instant at, long from, long to) implements AgentEvent {}

    /** The GCKS excluded the member: its keys are destroyed. It asks again after a random delay. */
    record Excluded(Instant at, String why) implements AgentEvent {}

    /** Packets of an SA it does not have keep coming, and none it can open. */
    record Dark(Instant at, long unknownSpi) implements AgentEvent {}

    /** A packet opened again. */
    record Lit(Instant at) implements AgentEvent {}

    /** Closed; its keys are destroyed. */
    record Stopped(Instant at) implements AgentEvent {}
}
