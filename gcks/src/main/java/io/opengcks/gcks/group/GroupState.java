package io.opengcks.gcks.group;

import static java.util.Objects.requireNonNull;

import io.opengcks.keytree.LkhTree;
import io.opengcks.keytree.TreeDelta;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one group: the fold of its events, in order, and of nothing else. One writer owns it. What it holds of
 * secrets is its own copy, destroyed when replaced.
 */
final class GroupState {
    private static final int NO_DEGREE_YET = 2;

    private final Identity identity;
    private long sequence;
    private long latestMillis;
    private @Nullable GroupPolicy policy;
    private long createdMillis;
    private @Nullable RekeySigner signer;
    private RekeySignatureAlgorithm signature = RekeySignatureAlgorithm.ED25519;
    private @Nullable CurrentRekeySa rekeySa;
    private final List<DataSa> dataSas = new ArrayList<>();
    private long lastDataSpi;
    private LkhTree tree = new LkhTree(NO_DEGREE_YET);
    private long nextMember;
    private long nextSenderId;
    private boolean senderOnTek;
    private long resets;
    private int foreign;
    private final Map<Identity, Member> members = new LinkedHashMap<>();
    private final SequencedSet<Identity> barred = new LinkedHashSet<>();

    /** A group that no event has happened to. */
    GroupState(Identity identity) {
        this.identity = identity;
    }

    /** The group that {@code snapshot} was taken of. */
    GroupState(Identity identity, GroupSnapshot snapshot, long sequence) {
        this.identity = identity;
        this.sequence = sequence;
        latestMillis = snapshot.latestMillis();
        policy = snapshot.policy().orElse(null);
        createdMillis = snapshot.createdMillis();
        snapshot.signing().ifPresent(signing -> sign(signing.algorithm(), signing.pkcs8(), signing.publicKey()));
        rekeySa = snapshot.rekeySa().orElse(null);
        dataSas.addAll(snapshot.dataSas());
        lastDataSpi = snapshot.lastDataSpi();
        byte[] octets = snapshot.tree().copy();
        tree = LkhTree.restore(octets);
        Arrays.fill(octets, (byte) 0);
        nextMember = snapshot.nextMember();
        nextSenderId = snapshot.nextSenderId();
        senderOnTek = snapshot.senderOnTek();
        resets = snapshot.resets();
        for (Member member : snapshot.members()) {
            put(member);
        }
        barred.addAll(snapshot.barred());
    }

    /** Everything, secrets included: the caller encrypts it. */
    GroupSnapshot snapshot() {
        return new GroupSnapshot(
                latestMillis,
                Optional.ofNullable(policy),
                createdMillis,
                Optional.ofNullable(signer)
                        .map(key -> new GroupSnapshot.Signing(
                                signature, key.pkcs8(), key.signature().publicKey())),
                Optional.ofNullable(rekeySa),
                List.copyOf(dataSas),
                lastDataSpi,
                Secret.adopt(tree.snapshot()),
                nextMember,
                nextSenderId,
                senderOnTek,
                resets,
                List.copyOf(members.values()),
                List.copyOf(barred));
    }

    /** Takes the next event. */
    void evolve(Event event) {
        sequence++;
        latestMillis = Math.max(latestMillis, event.at());
        switch (event) {
            case Event.GroupCreated created -> create(created);
            case Event.SigningKeyCreated key -> sign(key.algorithm(), key.pkcs8(), key.publicKey());
            case Event.PolicyChanged changed -> policy = changed.policy();
            case Event.MemberAdmitted admitted -> admit(admitted);
            case Event.SenderIdsAllocated ids -> allocate(ids);
            case Event.MemberLeft left -> remove(left.member());
            case Event.MemberEvicted evicted -> remove(evicted.member());
            case Event.MemberBarred bar -> barred.add(bar.member());
            case Event.MemberReadmitted readmitted -> barred.remove(readmitted.member());
            case Event.TreeChanged changed -> apply(changed.delta());
            case Event.RekeySaCreated created -> {
                destroyRekeySa();
                rekeySa = new CurrentRekeySa(Copies.of(created.sa()), created.at(), 0);
            }
            case Event.DataSaCreated created -> create(created);
            case Event.DataSaRetired retired -> retire(retired);
            case Event.RekeyMessageNumbered numbered ->
                rekeySa = requireNonNull(rekeySa).numbered(numbered.messageId());
            case Event.GroupReset _ -> {
                reset();
                resets++;
            }
            case Event.GroupDeleted _ -> {
                reset();
                destroyRekeySa();
                barred.clear();
                policy = null;
                signer = null;
                resets = 0;
            }
        }
    }

    private void create(Event.GroupCreated created) {
        policy = created.policy();
        createdMillis = created.at();
        // A group made again under its old name goes on with its SPIs and key IDs.
        if (lastDataSpi == 0) {
            lastDataSpi = created.firstDataSpi();
        }
        tree = LkhTree.succeeding(created.policy().rekey().treeDegree(), tree.nextKeyId());
    }

    private void sign(RekeySignatureAlgorithm algorithm, Secret pkcs8, io.opengcks.protocols.gsa.Octets publicKey) {
        signature = algorithm;
        signer = RekeySigner.of(algorithm.algorithm(), pkcs8, publicKey);
    }

    private void admit(Event.MemberAdmitted admitted) {
        nextMember = Math.max(nextMember, admitted.number() + 1);
        remove(admitted.member());
        put(new Member(
                admitted.number(),
                admitted.member(),
                admitted.face(),
                admitted.role(),
                List.of(),
                admitted.certificateSubject(),
                admitted.openGcks(),
                admitted.treeKeys().getLast(),
                admitted.at()));
    }

    private void allocate(Event.SenderIdsAllocated ids) {
        nextSenderId = ids.first() + ids.count();
        senderOnTek = true;
        List<Long> given = new ArrayList<>();
        for (long id = ids.first(); id < nextSenderId; id++) {
            given.add(id);
        }
        members.computeIfPresent(ids.member(), (_, member) -> member.withSenderIds(given));
    }

    private void put(Member member) {
        members.put(member.identity(), member);
        foreign += member.openGcks() ? 0 : 1;
    }

    private void remove(Identity identity) {
        Member member = members.remove(identity);
        foreign -= member == null || member.openGcks() ? 0 : 1;
    }

    private void apply(Secret encoded) {
        byte[] octets = encoded.copy();
        TreeDelta delta = TreeDelta.decode(octets);
        try {
            tree.apply(delta);
        } finally {
            delta.destroy();
            Arrays.fill(octets, (byte) 0);
        }
    }

    private void create(Event.DataSaCreated created) {
        // Those given up are forgotten here and not by the clock: the same events always give the same state.
        dataSas.removeIf(old -> {
            boolean gone = old.goneMillis() <= created.at();
            if (gone) {
                old.sa().keymat().destroy();
            }
            return gone;
        });
        dataSas.add(DataSa.created(created.flow(), created.sa(), created.at()));
        lastDataSpi = created.sa().spi();
        senderOnTek = false;
    }

    private void retire(Event.DataSaRetired retired) {
        dataSas.replaceAll(sa -> sa.sa().spi() == retired.spi()
                ? sa.retired(retired.at(), retired.idleMillis(), retired.goneMillis())
                : sa);
    }

    private void reset() {
        members.clear();
        foreign = 0;
        dataSas.forEach(sa -> sa.sa().keymat().destroy());
        dataSas.clear();
        nextSenderId = 0;
        senderOnTek = false;
        int degree = policy == null ? NO_DEGREE_YET : policy.rekey().treeDegree();
        tree = LkhTree.succeeding(degree, tree.nextKeyId());
    }

    private void destroyRekeySa() {
        if (rekeySa != null) {
            rekeySa.sa().keymat().destroy();
            rekeySa = null;
        }
    }

    Identity identity() {
        return identity;
    }

    /** Number of the last event. */
    long sequence() {
        return sequence;
    }

    /** Time of the latest event: the clock of the group does not go back behind it. */
    long latestMillis() {
        return latestMillis;
    }

    /** Created and not deleted. */
    boolean exists() {
        return policy != null;
    }

    /** Only where the group {@link #exists}. */
    GroupPolicy policy() {
        return requireNonNull(policy);
    }

    long createdMillis() {
        return createdMillis;
    }

    RekeySigner signer() {
        return requireNonNull(signer);
    }

    /** Only where the group {@link #exists}. */
    CurrentRekeySa rekeySa() {
        return requireNonNull(rekeySa);
    }

    /** Oldest first. */
    List<DataSa> dataSas() {
        return Collections.unmodifiableList(dataSas);
    }

    long lastDataSpi() {
        return lastDataSpi;
    }

    LkhTree tree() {
        return tree;
    }

    long nextMember() {
        return nextMember;
    }

    long nextSenderId() {
        return nextSenderId;
    }

    /** Sender-IDs were given since the current Data-Security SAs were made. */
    boolean senderOnTek() {
        return senderOnTek;
    }

    long resets() {
        return resets;
    }

    /** Every member announced our vendor ID. */
    boolean allOpenGcks() {
        return foreign == 0;
    }

    Optional<Member> member(Identity member) {
        return Optional.ofNullable(members.get(member));
    }

    Collection<Member> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    boolean barred(Identity member) {
        return barred.contains(member);
    }

    Collection<Identity> barred() {
        return Collections.unmodifiableCollection(barred);
    }
}
