package io.opengcks.gcks.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A command and who waits for it. Exactly one of the two is called, once.
 *
 * @param carriedOut the command was decided and what it did is durable
 * @param failed     nothing was changed
 */
record Waiting(Command command, Consumer<CarriedOut> carriedOut, Consumer<GroupException> failed) {
    /**
     * What the runtime knows of a command that was carried out.
     *
     * @param outcome  the group's word
     * @param index    which of the removals of a common step this one was, else 0
     * @param messages rekey messages it made
     * @param wraps    wrapped keys in them
     * @param view     the group afterwards
     */
    record CarriedOut(
            Decision.Outcome outcome,
            int index,
            List<RekeyResult.Message> messages,
            int wraps,
            Optional<GroupView> view) {
        RekeyResult rekey(List<Long> newSpis) {
            return new RekeyResult(messages, newSpis, wraps);
        }
    }

    /**
     * Commands that are decided as one.
     *
     * @param waiting for each removal of a {@link Command.Remove} its own; else one
     */
    record Step(Command command, List<Waiting> waiting) {
        /** More removals together might not fit into one datagram. */
        private static final int MAX_REMOVALS = 8;

        public Step {
            waiting = List.copyOf(waiting);
        }

        /** Removals that follow one another become one step: one rekey for all of them. */
        static List<Step> of(List<Waiting> commands) {
            List<Step> steps = new ArrayList<>();
            for (Waiting next : commands) {
                if (next.command() instanceof Command.Remove more
                        && !steps.isEmpty()
                        && steps.getLast().command() instanceof Command.Remove before
                        && before.removals().size() + more.removals().size() <= MAX_REMOVALS) {
                    List<Command.Removal> removals = new ArrayList<>(before.removals());
                    removals.addAll(more.removals());
                    List<Waiting> waiting = new ArrayList<>(steps.removeLast().waiting());
                    waiting.add(next);
                    steps.add(new Step(new Command.Remove(removals), waiting));
                } else {
                    steps.add(new Step(next.command(), List.of(next)));
                }
            }
            return steps;
        }

        void fail(GroupException why) {
            waiting.forEach(one -> one.failed().accept(why));
        }
    }
}
