package io.opengcks.gcks.group;

import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.gsa.TreeKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One decision in the making. Every event goes into the state as soon as it is decided, so that what follows rests on it; a decision
 * that is not carried out therefore takes its state with it. Holds the steps of which changes of keys are made.
 */
final class Draft {
    private final GroupState state;
    private final Randomness random;
    private final long now;
    private final List<Event> events = new ArrayList<>();
    private final List<Decision.Outgoing> messages = new ArrayList<>();
    private final List<Long> newSpis = new ArrayList<>();

    Draft(GroupState state, long nowMillis, Randomness random) {
        this.state = state;
        this.random = random;
        // A wall clock that was set back must not give anything a longer life.
        this.now = Math.max(nowMillis, state.latestMillis());
    }

    long now() {
        return now;
    }

    void emit(Event event) {
        state.evolve(event);
        events.add(event);
    }

    /** SPIs of the Data-Security SAs made so far. */
    List<Long> newSpis() {
        return List.copyOf(newSpis);
    }

    Decision decided(Decision.Outcome outcome) {
        return new Decision(events, messages, outcome);
    }

    /** Numbers a message on the current Rekey SA. */
    void send(Rekey rekey) {
        CurrentRekeySa carrier = state.rekeySa();
        long messageId = carrier.nextMessageId();
        messages.add(new Decision.Outgoing(
                Copies.with(carrier.sa(), carrier.sa().lifetimeSeconds(), messageId),
                messageId,
                rekey,
                state.signer(),
                state.allOpenGcks(),
                state.policy().rekey().copies(),
                state.policy().rekey().spacing()));
        emit(new Event.RekeyMessageNumbered(carrier.sa().spi(), messageId, now));
    }

    /** Tells every member that it is out (RFC 9838 §2.4.3). */
    void excludeAll() {
        send(new Rekey(Optional.empty(), List.of(), List.of(), List.of(), true, GroupWidePolicy.NO_DELAY));
    }

    /** Rekey SA, signing key and Data-Security SAs of a group without members: nobody is told. */
    void begin() {
        newSigningKey();
        restart();
    }

    /** The same with the signing key there is. */
    void restart() {
        emit(new Event.RekeySaCreated(newRekeySa(), now));
        createDataSas();
    }

    void newSigningKey() {
        RekeySignatureAlgorithm algorithm = state.policy().rekey().signature();
        var signer = random.signer(algorithm);
        emit(new Event.SigningKeyCreated(
                algorithm, signer.pkcs8(), signer.signature().publicKey(), now));
    }

    /** A new Rekey SA for the members there are: its keys go under GSK_w of the one before. */
    void rotateKek() {
        RekeySa next = newRekeySa();
        if (!state.members().isEmpty()) {
            var wrapped = new TreeKey(0, Copies.of(next.keymat()), 0, null);
            send(new Rekey(
                    Optional.of(Copies.of(next)),
                    List.of(wrapped),
                    List.of(),
                    List.of(),
                    false,
                    GroupWidePolicy.NO_DELAY));
        }
        emit(new Event.RekeySaCreated(next, now));
    }

    /** A new Rekey SA for those who stayed after the last change of the tree (RFC 9838 Appendix A.4). Carries no TEK (§3.2.1). */
    void rotateKek(List<TreeKey> wrappedTreeKeys, RekeySa next) {
        send(new Rekey(
                Optional.of(Copies.of(next)), wrappedTreeKeys, List.of(), List.of(), false, GroupWidePolicy.NO_DELAY));
        emit(new Event.RekeySaCreated(next, now));
    }

    /** New Data-Security SAs in place of the current ones. */
    void rotateTek(GroupWidePolicy delays) {
        replaceDataSas(state.dataSas().stream().filter(DataSa::current).toList(), delays);
    }

    /** The same, and senders also leave what an earlier rekey still lets them use: an evicted member has those keys. */
    void rotateTekAfterEviction(GroupWidePolicy delays) {
        replaceDataSas(
                state.dataSas().stream().filter(sa -> sa.goneMillis() > now).toList(), delays);
    }

    private void replaceDataSas(List<DataSa> replaced, GroupWidePolicy delays) {
        List<Long> deleted = replaced.stream().map(sa -> sa.sa().spi()).toList();
        List<DataSecuritySa> created = createDataSas();
        if (!state.members().isEmpty()) {
            send(new Rekey(Optional.empty(), List.of(), created, deleted, false, delays));
        }
        long idle = now + 1000L * delays.activationDelaySeconds();
        long gone = now + 1000L * delays.deactivationDelaySeconds();
        deleted.forEach(spi -> emit(new Event.DataSaRetired(spi, idle, gone, now)));
    }

    private List<DataSecuritySa> createDataSas() {
        List<DataSecuritySa> created = new ArrayList<>();
        for (Flow flow : state.policy().flows()) {
            DataSecuritySa sa = newDataSa(flow);
            created.add(Copies.of(sa));
            newSpis.add(sa.spi());
            emit(new Event.DataSaCreated(flow, sa, now));
        }
        return created;
    }

    private DataSecuritySa newDataSa(Flow flow) {
        GroupPolicy policy = state.policy();
        return new DataSecuritySa(
                DataSpis.after(state.lastDataSpi()),
                source(flow.source(), flow.group()),
                TrafficSelector.udp(flow.group(), flow.port()),
                policy.suite(),
                policy.mode(),
                policy.multipleSenders(),
                policy.udpPort(),
                policy.replayWindow(),
                policy.tekLifetime().toSeconds(),
                random.secret(policy.suite().keymatBytes()));
    }

    RekeySa newRekeySa() {
        RekeyPolicy policy = state.policy().rekey();
        return new RekeySa(
                new RekeySpi(random.nonZeroLong(), random.nonZeroLong()),
                source(policy.source(), policy.address()),
                TrafficSelector.udp(policy.address(), policy.port()),
                policy.encryptionBits(),
                policy.keyWrap(),
                Optional.of(state.signer().signature()),
                state.policy().kekLifetime().toSeconds(),
                0,
                random.secret(RekeySa.keymatBytes(policy.encryptionBits(), policy.keyWrap())));
    }

    /** One address with any port, or every address. */
    private static TrafficSelector source(Optional<InetAddress> source, InetAddress destination) {
        return source.map(address -> new TrafficSelector(address, address, TrafficSelector.UDP, 0, 65535))
                .orElseGet(() -> TrafficSelector.anyUdp(destination));
    }
}
