package io.opengcks.gcks.group;

import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rekey messages of one group on their way from a decision to the publisher. Used by the group's writer alone. */
final class Outbox {
    /** What UDP over IPv4 takes at most. */
    private static final int MAX_DATAGRAM = 65_507;

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private final Identity group;
    private final GroupsSettings settings;
    private final JournalWriter writer;
    private long lastPublished;

    Outbox(Identity group, GroupsSettings settings, JournalWriter writer) {
        this.group = group;
        this.settings = settings;
        this.writer = writer;
    }

    /**
     * The datagrams of a decision.
     *
     * @throws RuntimeException whatever the encoder throws, or if a datagram is too long
     */
    List<StoredMessage> encode(GroupState state, Decision decision) {
        List<StoredMessage> messages = new ArrayList<>();
        for (Decision.Outgoing out : decision.messages()) {
            byte[] datagram = settings.encoder()
                    .encode(out.carrier(), out.messageId(), out.rekey(), out.signer(), out.privateAttributes());
            if (datagram.length > MAX_DATAGRAM) {
                throw new IllegalStateException("a rekey message of " + datagram.length + " octets");
            }
            TrafficSelector destination = out.carrier().destination();
            messages.add(new StoredMessage(
                    Face.G_IKEV2,
                    out.carrier().spi().toString(),
                    out.messageId(),
                    destination.start(),
                    destination.startPort(),
                    Octets.of(datagram),
                    out.copies(),
                    out.spacing()));
        }
        return messages;
    }

    /** Hands durable messages to the publisher. */
    void publish(List<Long> ids, List<StoredMessage> messages) {
        for (int i = 0; i < ids.size(); i++) {
            publish(messages.get(i).numbered(ids.get(i), group));
        }
    }

    /** Those of the group that were never handed to the publisher by this process. */
    void publishUnsent(List<Journal.OutboxRow> rows) throws StoreException {
        for (Journal.OutboxRow row : rows) {
            if (row.group().equals(group.text()) && row.id() > lastPublished) {
                publish(EventCodec.decode(row).numbered(row.id(), group));
            }
        }
    }

    private void publish(OutboxMessage message) {
        lastPublished = message.id();
        AtomicBoolean reported = new AtomicBoolean();
        try {
            settings.publisher().publish(message, () -> {
                if (reported.compareAndSet(false, true)) {
                    writer.sent(message.id());
                }
            });
        } catch (RuntimeException e) {
            // It stays in the outbox and goes out after the next start.
            log.atError()
                    .addKeyValue("event", "publish-failed")
                    .addKeyValue("group", group)
                    .addKeyValue("message", message)
                    .setCause(e)
                    .log("a rekey message was not published");
        }
    }
}
