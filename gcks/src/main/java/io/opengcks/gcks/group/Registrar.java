package io.opengcks.gcks.group;

import io.opengcks.gcks.group.Decision.Outcome;
import io.opengcks.keytree.PathKey;
import io.opengcks.keytree.TreeDelta;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.TreeKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who gets in, and what a registration hands out (RFC 9838 §2.3). */
final class Registrar {
    private Registrar() {}

    static Outcome register(Draft draft, GroupState state, Command.Register command, Randomness random) {
        RegistrationRequest request = command.request();
        Optional<RegistrationAnswer> refusal = refusal(state, request);
        if (refusal.isPresent()) {
            return new Outcome.Answered(refusal.get());
        }
        // After a pause of the server the SAs may be at their end: nobody is given keys about to die.
        GroupDecider.renewIfDue(draft, state);
        int senderIds = request.sender()
                ? Math.min(state.policy().senderIdsPerMember(), Math.max(1, request.senderIdsWanted()))
                : 0;
        if (state.nextSenderId() + senderIds > capacity(state.policy())) {
            // RFC 9838 §2.5.1: everybody has to be out before a Sender-ID comes again.
            GroupDecider.reset(draft, state, "Sender-IDs used up");
        }
        if (request.sender() && !state.policy().multipleSenders() && state.senderOnTek()) {
            // Sequential numbers begin again with each registration of the sender, so they need a new SA.
            draft.rotateTek(GroupWidePolicy.NO_DELAY);
        }
        return new Outcome.Answered(new RegistrationAnswer.Admitted(admit(draft, state, command, senderIds, random)));
    }

    /** Sender-IDs there are: the last value stays unused, it marks the end (RFC 9838 §2.5.1). */
    static long capacity(GroupPolicy policy) {
        return (1L << policy.senderIdBits()) - 1;
    }

    private static Optional<RegistrationAnswer> refusal(GroupState state, RegistrationRequest request) {
        Identity identity = request.peer().identity();
        if (!state.exists()) {
            return refuse(Refusal.NO_SUCH_GROUP, "no such group");
        }
        GroupPolicy policy = state.policy();
        if (state.barred(identity)) {
            return refuse(Refusal.NOT_AUTHORIZED, "evicted and not readmitted");
        }
        PeerNames names = PeerNames.of(request.peer());
        boolean maySend = policy.maySend().stream().anyMatch(rule -> rule.admits(names));
        if (!maySend && policy.mayJoin().stream().noneMatch(rule -> rule.admits(names))) {
            return refuse(Refusal.NOT_AUTHORIZED, "no rule admits it");
        }
        if (request.sender() && !maySend) {
            return refuse(Refusal.NOT_AUTHORIZED, "no rule lets it send");
        }
        if (request.keyWrap() != policy.rekey().keyWrap()) {
            return refuse(
                    Refusal.NO_COMMON_POLICY,
                    "it negotiated " + request.keyWrap() + ", the group has "
                            + policy.rekey().keyWrap());
        }
        if (!request.suites().isEmpty() && !request.suites().contains(policy.suite())) {
            return refuse(Refusal.NO_COMMON_POLICY, "it cannot do " + policy.suite());
        }
        if (policy.udpPort().isPresent() && !request.openGcks()) {
            return refuse(Refusal.NO_COMMON_POLICY, "it knows no UDP encapsulation of group ESP");
        }
        if (state.member(identity).isEmpty() && state.members().size() >= policy.maxMembers()) {
            return refuse(Refusal.CANNOT_TAKE_MEMBERS, "the group has " + policy.maxMembers() + " members");
        }
        if (request.sender()
                && !policy.multipleSenders()
                && state.members().stream()
                        .anyMatch(m -> m.role() == Role.SENDER && !m.identity().equals(identity))) {
            return refuse(Refusal.CANNOT_TAKE_MEMBERS, "the group takes one sender, and has it");
        }
        return Optional.empty();
    }

    private static Optional<RegistrationAnswer> refuse(Refusal refusal, String why) {
        return Optional.of(new RegistrationAnswer.Refused(refusal, why));
    }

    private static Registration admit(
            Draft draft, GroupState state, Command.Register command, int senderIds, Randomness random) {
        RegistrationRequest request = command.request();
        Identity identity = request.peer().identity();
        long number = state.member(identity).map(Member::number).orElseGet(() -> join(draft, state, random));
        List<DataSecuritySa> dataSas = dataSas(state, draft.now());
        CurrentRekeySa rekeySa = state.rekeySa();
        List<TreeKey> path =
                path(state.tree().path(number), state.policy().rekey().keyWrap());
        draft.emit(new Event.MemberAdmitted(
                number,
                identity,
                command.face(),
                request.sender() ? Role.SENDER : Role.RECEIVER,
                request.peer().certificate().map(Registrar::subject),
                request.openGcks(),
                dataSas.stream().map(DataSecuritySa::spi).toList(),
                rekeySa.sa().spi(),
                path.stream().map(TreeKey::keyId).toList(),
                draft.now()));
        return new Registration(
                dataSas,
                Optional.of(rekeySa(rekeySa, draft.now())),
                path,
                path.getFirst().keyId(),
                GroupWidePolicy.NO_DELAY,
                senderIds(draft, state, identity, senderIds),
                state.policy().senderIdBits());
    }

    private static long join(Draft draft, GroupState state, Randomness random) {
        long number = state.nextMember();
        TreeDelta delta = state.tree().planJoin(number, random::nextBytes);
        draft.emit(new Event.TreeChanged(Secret.adopt(delta.encode()), draft.now()));
        delta.destroy();
        return number;
    }

    private static List<Long> senderIds(Draft draft, GroupState state, Identity identity, int count) {
        if (count == 0) {
            return List.of();
        }
        draft.emit(new Event.SenderIdsAllocated(identity, state.nextSenderId(), count, draft.now()));
        return state.member(identity).orElseThrow().senderIds();
    }

    /**
     * What is in use: the current SAs and, while senders may not have left it, the ones they replaced, oldest first. A replaced one
     * gets what is left of its time as lifetime, so that nobody has to delete it.
     */
    private static List<DataSecuritySa> dataSas(GroupState state, long now) {
        return state.dataSas().stream()
                .filter(sa -> sa.current() || (sa.idleMillis() > now && sa.goneMillis() > now))
                .map(sa -> Copies.withLifetime(sa.sa(), remainingSeconds(sa.goneMillis(), now)))
                .toList();
    }

    private static RekeySa rekeySa(CurrentRekeySa current, long now) {
        return Copies.with(current.sa(), remainingSeconds(current.expiresMillis(), now), current.nextMessageId());
    }

    private static long remainingSeconds(long endMillis, long now) {
        return Math.max(1, (endMillis - now) / 1000);
    }

    /** Each key under the one after it, the member's own under GSK_w of the SA that carries the answer. */
    private static List<TreeKey> path(List<PathKey> path, KeyWrapAlgorithm keyWrap) {
        List<TreeKey> keys = new ArrayList<>();
        int wrapKeyId = 0;
        Secret wrapKey = null;
        for (PathKey node : path.reversed()) {
            Secret key = FaceKeys.nodeKey(Face.G_IKEV2, node.secret(), keyWrap);
            keys.addFirst(new TreeKey(node.keyId(), key, wrapKeyId, wrapKey));
            wrapKeyId = node.keyId();
            wrapKey = Copies.of(key);
        }
        return keys;
    }

    private static String subject(X509Certificate certificate) {
        return PeerNames.text(certificate.getSubjectX500Principal());
    }
}
