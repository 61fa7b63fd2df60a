package io.opengcks.member;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** An agent's counters under their names in Micrometer; {@code docs/configuration/gm.md} lists them. */
final class AgentMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    AgentMetrics(MeterRegistry registry, AgentSettings settings, Conductor conductor, DataPath path) {
        this.registry = registry;
        this.tags = Tags.of(
                "group",
                settings.group().text(),
                "member",
                settings.credentials().identity().text());
        count("opengcks.member.registrations", Tags.of("outcome", "registered"), conductor, c -> c.registrations.sum());
        for (MemberEffect.Kind kind : MemberEffect.Kind.values()) {
            count(
                    "opengcks.member.registrations",
                    Tags.of("outcome", Tally.name(kind)),
                    conductor,
                    c -> c.failures.of(kind));
        }
        count("opengcks.member.rekeys", Tags.empty(), conductor, c -> c.rekeys.sum());
        count("opengcks.member.tek.switches", Tags.empty(), conductor, c -> c.tekSwitches.sum());
        for (ProtocolFault.Reason reason : ProtocolFault.Reason.values()) {
            count(
                    "opengcks.member.rejected",
                    Tags.of("reason", Tally.name(reason)),
                    conductor,
                    c -> c.rejected.of(reason));
        }
        if (settings.role().sends()) {
            sender(path.transmitter);
        }
        if (settings.role().receives()) {
            receiver(path.reception);
        }
    }

    private void sender(Transmitter transmitter) {
        count("opengcks.esp.sent.packets", Tags.empty(), transmitter, Transmitter::packets);
        count("opengcks.esp.sent.octets", Tags.empty(), transmitter, Transmitter::octets);
        for (Unsent reason : Unsent.values()) {
            count(
                    "opengcks.esp.unsent.packets",
                    Tags.of("reason", Tally.name(reason)),
                    transmitter,
                    t -> t.unsent().of(reason));
        }
    }

    private void receiver(Reception reception) {
        count("opengcks.esp.received.packets", Tags.of("verdict", "ok"), reception, Reception::packets);
        for (Refusal verdict : Refusal.values()) {
            count(
                    "opengcks.esp.received.packets",
                    Tags.of("verdict", Tally.name(verdict)),
                    reception,
                    r -> r.refused().of(verdict));
        }
        count("opengcks.esp.received.octets", Tags.empty(), reception, Reception::octets);
        count("opengcks.esp.recovered.packets", Tags.empty(), reception, Reception::recovered);
        meters.add(Gauge.builder("opengcks.esp.parked.packets", reception, Reception::parkedPackets)
                .tags(tags)
                .register(registry));
    }

    private <T> void count(String name, Tags more, T of, ToDoubleFunction<T> value) {
        meters.add(FunctionCounter.builder(name, of, value).tags(tags.and(more)).register(registry));
    }

    @Override
    public void close() {
        meters.forEach(meter -> Objects.requireNonNullElse(registry.remove(meter), meter));
    }
}
