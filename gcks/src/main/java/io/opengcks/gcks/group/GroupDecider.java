package io.opengcks.gcks.group;

import io.opengcks.gcks.group.Decision.Outcome;
import io.opengcks.keytree.TreeDelta;
import io.opengcks.keytree.Wrap;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rules of a group. A decision depends on the state, the command, the time and the random octets alone, and changes the state by
 * exactly the events it returns.
 */
final class GroupDecider {
    /** Identities that one group bars at most. */
    static final int MAX_BARRED = 100_000;

    private final Randomness random;

    GroupDecider(Randomness random) {
        this.random = random;
    }

    /** Decides. Should it throw, the state is of no more use. */
    Decision decide(GroupState state, Command command, long nowMillis) {
        Draft draft = new Draft(state, nowMillis, random);
        Outcome outcome = switch (command) {
            case Command.Create create -> create(draft, state, create.policy());
            case Command.Register register -> Registrar.register(draft, state, register, random);
            case Command.Delete _ when !state.exists() -> refuseMissing(state);
            case Command.Delete _ -> delete(draft, state);
            case Command.ChangePolicy _ when !state.exists() -> refuseMissing(state);
            case Command.ChangePolicy change -> changePolicy(draft, state, change.policy());
            case Command.Remove _ when !state.exists() -> refuseMissing(state);
            case Command.Remove remove -> remove(draft, state, remove.removals());
            case Command.Readmit _ when !state.exists() -> refuseMissing(state);
            case Command.Readmit readmit -> readmit(draft, state, readmit.member());
            case Command.RekeyNow _ when !state.exists() -> refuseMissing(state);
            case Command.RekeyNow rekey -> rekey(draft, state, rekey.kind());
            case Command.Tick _ -> tick(draft, state);
        };
        return draft.decided(outcome);
    }

    private static Outcome refuseMissing(GroupState state) {
        return new Outcome.Refused(new GroupException.NoSuchGroup(state.identity()));
    }

    private Outcome create(Draft draft, GroupState state, GroupPolicy policy) {
        if (state.exists()) {
            return new Outcome.Refused(new GroupException.AlreadyExists(state.identity()));
        }
        long firstSpi = random.nonZeroLong() & 0xFFFF_FFFFL;
        draft.emit(new Event.GroupCreated(policy, Math.max(1, firstSpi), draft.now()));
        draft.begin();
        return new Outcome.Done();
    }

    private static Outcome delete(Draft draft, GroupState state) {
        if (!state.members().isEmpty()) {
            draft.excludeAll();
        }
        draft.emit(new Event.GroupDeleted(draft.now()));
        return new Outcome.Done();
    }

    private static Outcome changePolicy(Draft draft, GroupState state, GroupPolicy policy) {
        GroupPolicy before = state.policy();
        if (!before.equals(policy)) {
            boolean reset = needsReset(before, policy)
                    || (policy.udpPort().isPresent() && !before.udpPort().isPresent() && !state.allOpenGcks());
            if (reset) {
                tellReset(draft, state);
                draft.emit(new Event.PolicyChanged(policy, draft.now()));
                startAfresh(draft, before.rekey().signature() != policy.rekey().signature(), "change of policy");
            } else {
                draft.emit(new Event.PolicyChanged(policy, draft.now()));
                if (needsNewSas(before, policy)) {
                    draft.rotateKek();
                    draft.rotateTek(scheduledDelays(policy));
                }
            }
        }
        return new Outcome.Done();
    }

    /** What a rekey message cannot change, or members may not be able to follow. */
    private static boolean needsReset(GroupPolicy a, GroupPolicy b) {
        RekeyPolicy from = a.rekey();
        RekeyPolicy to = b.rekey();
        return a.suite() != b.suite()
                || a.multipleSenders() != b.multipleSenders()
                || a.senderIdBits() != b.senderIdBits()
                || !from.address().equals(to.address())
                || from.port() != to.port()
                || !from.source().equals(to.source())
                || from.encryptionBits() != to.encryptionBits()
                || from.keyWrap() != to.keyWrap()
                || from.signature() != to.signature()
                || from.treeDegree() != to.treeDegree();
    }

    private static boolean needsNewSas(GroupPolicy a, GroupPolicy b) {
        return !a.flows().equals(b.flows())
                || a.mode() != b.mode()
                || !a.udpPort().equals(b.udpPort())
                || a.replayWindow() != b.replayWindow()
                || !a.tekLifetime().equals(b.tekLifetime())
                || !a.kekLifetime().equals(b.kekLifetime());
    }

    /** Excludes everybody, then begins again with everything new. */
    static void reset(Draft draft, GroupState state, String why) {
        tellReset(draft, state);
        startAfresh(draft, false, why);
    }

    private static void tellReset(Draft draft, GroupState state) {
        if (!state.members().isEmpty()) {
            draft.excludeAll();
        }
    }

    private static void startAfresh(Draft draft, boolean newSigningKey, String why) {
        draft.emit(new Event.GroupReset(why, draft.now()));
        if (newSigningKey) {
            draft.newSigningKey();
        }
        draft.restart();
    }

    private Outcome remove(Draft draft, GroupState state, List<Command.Removal> removals) {
        long newlyBarred = removals.stream()
                .filter(removal -> removal.evict() && !state.barred(removal.member()))
                .count();
        if (newlyBarred > 0 && state.barred().size() + newlyBarred > MAX_BARRED) {
            return new Outcome.Refused(
                    new GroupException.Overloaded("no more than " + MAX_BARRED + " identities are barred"));
        }
        List<Boolean> wasMember = new ArrayList<>();
        Map<Identity, Member> leaving = new LinkedHashMap<>();
        for (Command.Removal removal : removals) {
            Identity identity = removal.member();
            Member member = state.member(identity).orElse(null);
            wasMember.add(member != null || leaving.containsKey(identity));
            if (member != null) {
                leaving.put(identity, member);
                draft.emit(
                        removal.evict()
                                ? new Event.MemberEvicted(identity, draft.now())
                                : new Event.MemberLeft(identity, draft.now()));
            }
            if (removal.evict() && !state.barred(identity)) {
                draft.emit(new Event.MemberBarred(identity, draft.now()));
            }
        }
        if (!leaving.isEmpty()) {
            rekeyWithout(
                    draft, state, leaving.values().stream().map(Member::number).toList());
        }
        return new Outcome.Removed(wasMember, draft.newSpis());
    }

    /**
     * The two messages of an exclusion (RFC 9838 §3.2.1): the first, on the Rekey SA that the leavers still read, brings a new Rekey
     * SA to those who stay and nothing else; the second, on the new one, new Data-Security SAs.
     */
    private void rekeyWithout(Draft draft, GroupState state, List<Long> leavers) {
        TreeDelta delta = state.tree().planUpdate(List.of(), leavers, random::nextBytes);
        draft.emit(new Event.TreeChanged(Secret.adopt(delta.encode()), draft.now()));
        GroupPolicy policy = state.policy();
        RekeySa next = draft.newRekeySa();
        if (state.members().isEmpty()) {
            draft.excludeAll(); // nobody is left whom a new key could be sent to: tell the last that it is over
            draft.emit(new Event.RekeySaCreated(next, draft.now()));
        } else {
            draft.rotateKek(
                    wrapped(state.tree().wraps(delta), next, policy.rekey().keyWrap()), next);
        }
        delta.destroy();
        draft.rotateTekAfterEviction(new GroupWidePolicy(policy.evictionAtdSeconds(), policy.evictionDtdSeconds()));
    }

    private static List<TreeKey> wrapped(List<Wrap> wraps, RekeySa next, KeyWrapAlgorithm keyWrap) {
        List<TreeKey> keys = new ArrayList<>();
        for (Wrap wrap : wraps) {
            Secret key = wrap.keyId() == 0
                    ? Copies.of(next.keymat())
                    : FaceKeys.nodeKey(Face.G_IKEV2, Objects.requireNonNull(wrap.secret()), keyWrap);
            keys.add(new TreeKey(
                    wrap.keyId(), key, wrap.wrapKeyId(), FaceKeys.nodeKey(Face.G_IKEV2, wrap.wrapSecret(), keyWrap)));
        }
        return keys;
    }

    private static Outcome readmit(Draft draft, GroupState state, Identity member) {
        if (!state.barred(member)) {
            return new Outcome.Refused(new GroupException.NotBarred(state.identity(), member));
        }
        draft.emit(new Event.MemberReadmitted(member, draft.now()));
        return new Outcome.Done();
    }

    private static Outcome rekey(Draft draft, GroupState state, RekeyKind kind) {
        GroupWidePolicy delays = scheduledDelays(state.policy());
        switch (kind) {
            case TEK -> {
                renewKekIfDue(draft, state);
                draft.rotateTek(delays);
            }
            case KEK -> draft.rotateKek();
            case BOTH -> {
                draft.rotateKek();
                draft.rotateTek(delays);
            }
        }
        return new Outcome.Rekeyed(draft.newSpis());
    }

    private static Outcome tick(Draft draft, GroupState state) {
        if (state.exists()) {
            renewIfDue(draft, state);
        }
        return new Outcome.Done();
    }

    /** Does the scheduled rekeys whose time has come. */
    static void renewIfDue(Draft draft, GroupState state) {
        renewKekIfDue(draft, state);
        if (Schedule.tekDue(state) <= draft.now()) {
            draft.rotateTek(scheduledDelays(state.policy()));
        }
    }

    private static void renewKekIfDue(Draft draft, GroupState state) {
        if (Schedule.kekDue(state) <= draft.now()) {
            draft.rotateKek();
        }
    }

    static GroupWidePolicy scheduledDelays(GroupPolicy policy) {
        return new GroupWidePolicy(policy.atdSeconds(), policy.dtdSeconds());
    }
}
