package io.opengcks.gcks.group;

import io.opengcks.gcks.group.Decision.Outcome;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes out beside rekey messages once events are durable: answers, audit, key log, log. */
final class Reports {
    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private Reports() {}

    static void keys(Identity group, KeyLog keyLog, List<Event> events) {
        for (Event event : events) {
            try {
                if (event instanceof Event.RekeySaCreated created) {
                    keyLog.rekeySa(created.sa());
                } else if (event instanceof Event.DataSaCreated created) {
                    keyLog.dataSa(created.sa());
                }
            } catch (RuntimeException e) {
                failed(group, "key-log-failed", e);
            }
        }
    }

    /** Whoever listens may fail; what it listens to is durable and goes on. */
    private static void failed(Identity group, String event, RuntimeException why) {
        log.atError()
                .addKeyValue("event", event)
                .addKeyValue("group", group)
                .setCause(why)
                .log("a listener threw an exception");
    }

    static void audit(AuditListener audit, Identity group, long first, List<Event> events) {
        long sequence = first;
        for (Event event : events) {
            AuditTrail.entry(group, sequence, event).ifPresent(entry -> {
                log(entry);
                try {
                    audit.record(entry);
                } catch (RuntimeException e) {
                    failed(group, "audit-failed", e);
                }
            });
            sequence++;
        }
    }

    private static void log(AuditListener.Entry entry) {
        var line = log.atInfo().addKeyValue("event", entry.event()).addKeyValue("group", entry.group());
        if (entry.member().isPresent()) {
            line = line.addKeyValue("member", entry.member().get());
        }
        if (entry.rekeySpi().isPresent()) {
            line = line.addKeyValue("rekeySpi", entry.rekeySpi().get());
        }
        if (!entry.dataSpis().isEmpty()) {
            line = line.addKeyValue(
                    "spi", entry.dataSpis().stream().map(Long::toHexString).toList());
        }
        line.log(entry.detail());
    }

    static void answer(
            Identity group,
            Waiting.Step step,
            Decision decision,
            List<StoredMessage> messages,
            Optional<GroupView> view) {
        List<RekeyResult.Message> sent = messages.stream()
                .map(message -> new RekeyResult.Message(
                        message.rekeySpi(),
                        message.messageId(),
                        message.datagram().length()))
                .toList();
        int wraps = decision.messages().stream()
                .mapToInt(message -> message.rekey().treeKeys().size())
                .sum();
        for (int i = 0; i < step.waiting().size(); i++) {
            Waiting waiting = step.waiting().get(i);
            try {
                if (decision.outcome() instanceof Outcome.Refused refused) {
                    waiting.failed().accept(refused.why());
                } else {
                    logRefusal(group, waiting.command(), decision.outcome());
                    waiting.carriedOut().accept(new Waiting.CarriedOut(decision.outcome(), i, sent, wraps, view));
                }
            } catch (RuntimeException e) {
                failed(group, "answer-failed", e);
            }
        }
    }

    /** For those who look closely: the face logs a refusal once it has told the member. */
    private static void logRefusal(Identity group, Command command, Outcome outcome) {
        if (command instanceof Command.Register register
                && outcome instanceof Outcome.Answered(RegistrationAnswer.Refused refused)) {
            log.atDebug()
                    .addKeyValue("event", "registration-refused")
                    .addKeyValue("group", group)
                    .addKeyValue("member", register.request().peer().identity())
                    .addKeyValue("refusal", refused.refusal())
                    .log(refused.why());
        }
    }
}
