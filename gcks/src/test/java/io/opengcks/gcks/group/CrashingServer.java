package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static io.opengcks.gcks.group.Harness.get;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import java.nio.file.Path;

/** The process that {@link CrashTest} kills: works as fast as it can and says a line for everything it was told is done. */
final class CrashingServer {
    private static final int WORKERS = 4;

    private CrashingServer() {}

    public static void main(String[] arguments) throws Exception {
        Harness h = Harness.on(Path.of(arguments[0]));
        int run = Integer.parseInt(arguments[1]);
        if (h.groups.group(GROUP).isEmpty()) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
        }
        for (int worker = 0; worker < WORKERS; worker++) {
            int first = 1_000_000 * (run * WORKERS + worker + 1);
            Thread.ofPlatform().start(() -> work(h, first));
        }
    }

    private static void work(Harness h, int first) {
        try {
            for (int i = first; ; i++) {
                Identity receiver = Fixtures.receiver(i);
                if (h.answer(receiver, false) instanceof RegistrationAnswer.Admitted) {
                    say("in " + receiver.text());
                }
                Identity sender = Fixtures.sender(i % 3);
                if (h.answer(sender, true) instanceof RegistrationAnswer.Admitted admitted) {
                    say("sender " + sender.text() + " "
                            + admitted.registration().senderIds().getFirst());
                }
                if (i % 3 == 0) {
                    get(h.groups.evict(GROUP, receiver))
                            .rekey()
                            .messages()
                            .forEach(message -> say("message " + message.rekeySpi() + "/" + message.messageId()));
                    say("out " + receiver.text());
                }
            }
        } catch (GroupException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One line in one write, with a mark at its end that shows it whole. */
    private static synchronized void say(String line) {
        System.out.println(line + ".");
        System.out.flush();
    }
}
