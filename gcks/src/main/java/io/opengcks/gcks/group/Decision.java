package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import java.time.Duration;
import java.util.List;

/**
 * What a command came to.
 *
 * @param events   in order; the state has taken them already
 * @param messages rekey messages that rest on the events, in order
 * @param outcome  what the caller is told, once the events are durable
 */
record Decision(List<Event> events, List<Outgoing> messages, Outcome outcome) {
    Decision {
        events = List.copyOf(events);
        messages = List.copyOf(messages);
    }

    /** A rekey message before a face puts it on the wire. Its keys are copies of their own. */
    record Outgoing(
            RekeySa carrier,
            long messageId,
            Rekey rekey,
            RekeySigner signer,
            boolean privateAttributes,
            int copies,
            Duration spacing) {}

    sealed interface Outcome {
        record Done() implements Outcome {}

        record Answered(RegistrationAnswer answer) implements Outcome {}

        /**
         * Members were removed.
         *
         * @param wasMember one for each removal of the command, in its order
         */
        record Removed(List<Boolean> wasMember, List<Long> newSpis) implements Outcome {}

        record Rekeyed(List<Long> newSpis) implements Outcome {}

        record Refused(GroupException why) implements Outcome {}
    }
}
