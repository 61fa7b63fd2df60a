package io.opengcks.gcks.group;

import io.micrometer.core.instrument.MeterRegistry;
import io.opengcks.gcks.store.Journal;
import io.opengcks.protocols.gsa.KeyLog;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What {@link Groups} is given: everything that touches the world.
 *
 * @param journal     where events go; {@link Groups} closes it
 * @param encoder     puts rekey messages on the wire
 * @param publisher   sends rekey messages
 * @param audit       who got which key
 * @param keyLog      keys for a protocol analyser, usually {@link KeyLog#OFF}
 * @param clock       wall-clock time: lifetimes must hold across restarts
 * @param random      source of every key and SPI
 * @param meters      where {@code opengcks.*} meters are registered
 * @param limits      named limits
 */
public record GroupsSettings(
        Journal journal,
        RekeyEncoder encoder,
        OutboxPublisher publisher,
        AuditListener audit,
        KeyLog keyLog,
        InstantSource clock,
        SecureRandom random,
        MeterRegistry meters,
        Limits limits) {
    /**
     * Limits of the runtime.
     *
     * @param maxGroups      most groups
     * @param queuedCommands most commands waiting in front of one group; more are refused
     * @param batch          most commands decided before one append
     * @param snapshotEvents events after which a snapshot is taken: what a restart has to replay at most, give or take a batch
     */
    public record Limits(int maxGroups, int queuedCommands, int batch, int snapshotEvents) {
        public static final Limits DEFAULT = new Limits(10_000, 4096, 256, 1000);

        public Limits {
            if (maxGroups < 1 || queuedCommands < 1 || batch < 1 || snapshotEvents < 1) {
                throw new IllegalArgumentException("limits are at least 1");
            }
        }
    }
}
