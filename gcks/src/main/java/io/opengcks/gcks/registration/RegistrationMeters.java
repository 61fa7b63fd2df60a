package io.opengcks.gcks.registration;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opengcks.protocols.gikev2.KeyServerEffect;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Counters of the unicast side. Made at the start, so that a scrape shows the zeros too. */
final class RegistrationMeters {
    private final Map<ProtocolFault.Reason, Counter> rejected;
    private final Map<KeyServerEffect.Step, Counter> steps;
    private final Map<RegistrationAnswer.Refusal, Counter> refused;
    private final Counter admitted;
    final Counter received;
    final Counter sent;
    final Counter oversize;
    final Counter withoutMarker;
    final Counter failures;
    final Timer time;

    RegistrationMeters(MeterRegistry meters) {
        rejected = each(ProtocolFault.Reason.class, reason -> rejected(meters, tag(reason)));
        oversize = rejected(meters, "oversize");
        withoutMarker = rejected(meters, "no_marker");
        steps = each(
                KeyServerEffect.Step.class,
                step -> Counter.builder("opengcks.ike.steps")
                        .description("Steps in the life of IKE SAs")
                        .tag("step", tag(step))
                        .register(meters));
        refused = each(RegistrationAnswer.Refusal.class, refusal -> registrations(meters, tag(refusal)));
        admitted = registrations(meters, "admitted");
        received = datagrams(meters, "in");
        sent = datagrams(meters, "out");
        failures = Counter.builder("opengcks.ike.failures")
                .description("Events on which our own code threw")
                .register(meters);
        time = Timer.builder("opengcks.registration.time")
                .description("From the question to the group to its durable answer")
                .register(meters);
    }

    void rejected(ProtocolFault.Reason reason) {
        count(rejected, reason);
    }

    void step(KeyServerEffect.Step step) {
        count(steps, step);
    }

    void answered(RegistrationAnswer answer) {
        switch (answer) {
            case RegistrationAnswer.Admitted _ -> admitted.increment();
            case RegistrationAnswer.Refused(var refusal, String _) -> count(refused, refusal);
        }
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }

    private static <E extends Enum<E>> Map<E, Counter> each(Class<E> type, Function<E, Counter> counter) {
        Map<E, Counter> counters = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            counters.put(constant, counter.apply(constant));
        }
        return counters;
    }

    private static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Counter rejected(MeterRegistry meters, String reason) {
        return Counter.builder("opengcks.ike.rejected")
                .description("Messages of members not acted on")
                .tag("reason", reason)
                .register(meters);
    }

    private static Counter registrations(MeterRegistry meters, String outcome) {
        return Counter.builder("opengcks.registrations")
                .description("Answers to registrations")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static Counter datagrams(MeterRegistry meters, String direction) {
        return Counter.builder("opengcks.ike.datagrams")
                .description("Unicast datagrams")
                .tag("direction", direction)
                .register(meters);
    }
}
