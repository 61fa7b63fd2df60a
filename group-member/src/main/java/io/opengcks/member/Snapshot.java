package io.opengcks.member;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads all counters of an agent; on its event loop, so that they fit each other. */
record Snapshot(AgentSettings settings, Conductor conductor, DataPath path, InstantSource wallClock) {
    AgentStatus take() {
        long nowNs = System.nanoTime();
        Instant now = wallClock.instant();
        OptionalLong sendingOn = path.sendingOn();
        Long lastNs = path.reception.lastDeliveredNs();
        List<AgentStatus.SaStatus> sas = path.reception.inbounds().stream()
                .map(each -> new AgentStatus.SaStatus(
                        each.spi,
                        each.held,
                        each.opened,
                        each.refused.snapshot(),
                        each.opened == 0 ? Optional.empty() : Optional.of(now.minusNanos(nowNs - each.lastOpenedNs))))
                .toList();
        return new AgentStatus(
                conductor.state(),
                conductor.since(),
                settings.credentials().identity(),
                settings.group(),
                conductor.server().toString(),
                conductor.registrations.sum(),
                conductor.rekeys.sum(),
                conductor.tekSwitches.sum(),
                sendingOn,
                path.transmitter.packets(),
                path.transmitter.octets(),
                path.transmitter.unsent().snapshot(),
                path.reception.packets(),
                path.reception.octets(),
                path.reception.refused().snapshot(),
                path.reception.recovered(),
                path.reception.parkedPackets(),
                lastNs == null ? Optional.empty() : Optional.of(now.minusNanos(nowNs - lastNs)),
                sas);
    }
}
