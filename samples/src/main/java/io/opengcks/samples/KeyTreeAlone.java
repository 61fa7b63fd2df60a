package io.opengcks.samples;

import io.opengcks.keytree.AesKeyWrap;
import io.opengcks.keytree.MemberKeys;
import io.opengcks.keytree.OfcTree;
import io.opengcks.keytree.TreeDelta;
import io.opengcks.keytree.WrappedKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** The key tree library without the rest: a thousand members, one leaves, and the others have a new group key. */
public final class KeyTreeAlone {
    private KeyTreeAlone() {}

    /** No arguments. */
    public static void main(String[] args) {
        SecureRandom random = new SecureRandom();
        OfcTree tree = new OfcTree();
        tree.apply(tree.planUpdate(LongStream.range(0, 1000).boxed().toList(), List.of(), random::nextBytes));
        // What a registration hands over; from here on these two hear the multicast alone.
        MemberKeys stays = MemberKeys.ofOneWayChain(tree.path(7));
        MemberKeys leaves = MemberKeys.ofOneWayChain(tree.path(8));

        TreeDelta delta = tree.planUpdate(List.of(), List.of(8L), random::nextBytes);
        byte[] journal = delta.encode(); // encrypt it and make it durable before anything is sent
        tree.apply(delta);
        List<WrappedKey> message = WrappedKey.seal(tree.wraps(delta), new byte[0], AesKeyWrap.KWP);

        MemberKeys.Outcome outcome = stays.receive(message, tree.derivations(delta), AesKeyWrap.KWP);
        boolean same = outcome instanceof MemberKeys.Outcome.Reached reached
                && Arrays.equals(reached.groupKey(), tree.groupKey().orElseThrow());
        System.out.printf("%d octets in the journal, %d wrapped keys sent%n", journal.length, message.size());
        System.out.println("who stays has the group key: " + same);
        System.out.println("who left: " + leaves.receive(message, tree.derivations(delta), AesKeyWrap.KWP));
    }
}
