package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationRequest;
import java.util.List;

/** What a group is asked to do. */
sealed interface Command {
    record Create(GroupPolicy policy) implements Command {}

    record Delete() implements Command {}

    record ChangePolicy(GroupPolicy policy) implements Command {}

    record Register(Face face, RegistrationRequest request) implements Command {}

    /** Several at once cost less than one after the other, and are one step for those who stay. */
    record Remove(List<Removal> removals) implements Command {
        public Remove {
            removals = List.copyOf(removals);
        }
    }

    /**
     * One identity that has to go.
     *
     * @param evict true: by the operator, who also bars the identity; false: it left
     */
    record Removal(Identity member, boolean evict) {}

    record Readmit(Identity member) implements Command {}

    record RekeyNow(RekeyKind kind) implements Command {}

    /** Time has passed: does what is due. */
    record Tick() implements Command {}
}
