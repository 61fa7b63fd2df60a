package io.opengcks.gcks.group;

import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * All groups of this key server. Every method may be called from any thread and returns at once. Stages complete on the writer of
 * the group, after what they report is durable; do not block in them. They fail with a {@link GroupException}, except those of
 * {@link #register}, which always give an answer.
 */
public interface Groups extends AutoCloseable {
    /**
     * Replays the journal and publishes again the rekey messages that were not reported as sent.
     *
     * @throws StoreException if the journal cannot be read, in one line for the operator
     */
    static Groups open(GroupsSettings settings) throws StoreException {
        return GroupRuntime.open(settings);
    }

    /** Makes a group with new keys and without members. Fails with {@link GroupException.AlreadyExists}. */
    CompletionStage<GroupView> create(Identity group, GroupPolicy policy);

    /** Excludes every member (Delete of all SAs on the Rekey SA) and forgets the group and whom it barred. */
    CompletionStage<Void> delete(Identity group);

    /**
     * Changes the policy. What members cannot take by rekey (suite, rekey address and algorithms, Sender-ID bits) resets the group:
     * every member is excluded and registers again. What other SA parameters change comes with a new Rekey SA and then new
     * Data-Security SAs (RFC 9838 §3.2.1). Rules and limits hold from the next registration on; who is inside stays.
     */
    CompletionStage<GroupView> changePolicy(Identity group, GroupPolicy policy);

    /** Admits a member, or says why not; durable before it is answered. A second registration replaces the first. */
    CompletionStage<RegistrationAnswer> register(RegistrationRequest request);

    /** A member leaves of its own will: the group is rekeyed, and the member may come back. */
    CompletionStage<EvictionResult> leave(Identity group, Identity member);

    /** Takes the keys away from a member, if it is one, and bars the identity until {@link #readmit}. */
    CompletionStage<EvictionResult> evict(Identity group, Identity member);

    /** Lifts a bar; the identity still has to match the policy and to register. */
    CompletionStage<Void> readmit(Identity group, Identity member);

    /** Changes keys now, with the delays of a scheduled rekey. */
    CompletionStage<RekeyResult> rekey(Identity group, RekeyKind kind);

    /** Every group, as the journal holds it, by name. */
    List<GroupView> groups();

    /** One group. */
    Optional<GroupView> group(Identity group);

    /** Its members by name; empty where there is no such group. */
    List<MemberView> members(Identity group);

    /** Takes no more commands, finishes those taken, and closes the journal. */
    @Override
    void close();
}
