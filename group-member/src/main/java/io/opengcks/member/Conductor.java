package io.opengcks.member;

import io.netty.channel.EventLoop;
import io.opengcks.member.AgentStatus.State;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gikev2.MemberEvent;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.settings.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the member's machine, the SA schedule and the dark watch decide: registers, fails over, follows rekeys,
 * leaves. Everything here runs on one event loop.
 */
final class Conductor implements DataPath.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);

    /** The member's machine of one face. */
    @FunctionalInterface
    interface Machine {
        List<MemberEffect> on(MemberEvent event, long nowNs);
    }

    private final AgentSettings settings;
    private final AgentListener listener;
    private final Machine machine;
    private final EventLoop loop;
    private final InstantSource wallClock;
    private final ServerList servers;
    private final SaSchedule schedule;
    private final DarkWatch dark;
    private final MissedRekeys missed;
    private final TekHistory teks = new TekHistory();
    private final Timer machineTimer;
    private final Timer scheduleTimer;
    private final Timer registrationTimer;
    private final Timer leaveTimer;
    private @Nullable ServerPorts ports;
    private @Nullable DataPath path;

    final CompletableFuture<Void> registered = new CompletableFuture<>();
    final CompletableFuture<Void> stopped = new CompletableFuture<>();
    final LongAdder registrations = new LongAdder();
    final LongAdder rekeys = new LongAdder();
    final LongAdder tekSwitches = new LongAdder();
    final Tally<ProtocolFault.Reason> rejected = new Tally<>(ProtocolFault.Reason.class);
    final Tally<MemberEffect.Kind> failures = new Tally<>(MemberEffect.Kind.class);
    private final Throttle rejectionLog = new Throttle(Duration.ofSeconds(1));

    private State state = State.WAITING;
    private Instant since;
    private InetSocketAddress server = InetSocketAddress.createUnresolved("none", 0);
    private boolean registering;
    private boolean leaving;
    /** The registration that waits is needless if a copy of the missed rekey message still comes. */
    private boolean waitsForCopies;

    private long attempt;
    private String why = "";

    Conductor(
            AgentSettings settings,
            AgentListener listener,
            Machine machine,
            EventLoop loop,
            RandomGenerator random,
            InstantSource wallClock) {
        this.settings = settings;
        this.listener = listener;
        this.machine = machine;
        this.loop = loop;
        this.wallClock = wallClock;
        this.since = wallClock.instant();
        this.servers = new ServerList(settings.servers().size(), settings.retry(), random);
        this.schedule =
                new SaSchedule(settings.role().receives(), settings.role().sends(), settings.flow(), random);
        long jitterNs = Math.max(1, settings.retry().jitter().toNanos());
        this.dark = new DarkWatch(random, jitterNs);
        this.missed = new MissedRekeys(random, jitterNs);
        this.machineTimer = new Timer(loop, () -> drive(new MemberEvent.Tick()));
        this.scheduleTimer = new Timer(loop, () -> carryOut(new SaSchedule.Event.Tick()));
        this.registrationTimer = new Timer(loop, this::register);
        this.leaveTimer = new Timer(loop, this::stop);
    }

    /** Begins; {@code ports} and {@code path} report to this. */
    void start(ServerPorts serverPorts, DataPath dataPath) {
        ports = serverPorts;
        path = dataPath;
        needRegistration("start", 0);
    }

    /** Registers after a delay, unless that is under way or waits already. */
    private void needRegistration(String reason, long delayNs) {
        if (leaving || registering || registrationTimer.isSet()) {
            return;
        }
        why = reason;
        registrationTimer.set(System.nanoTime() + delayNs);
    }

    private void register() {
        HostPort target = settings.servers().get(servers.current());
        registering = true;
        waitsForCopies = false;
        long mine = ++attempt;
        var _ = CompletableFuture.supplyAsync(() -> resolve(target), Thread::startVirtualThread)
                .whenCompleteAsync(
                        (address, failure) -> {
                            if (mine != attempt || leaving) {
                                return;
                            }
                            server = address == null
                                    ? InetSocketAddress.createUnresolved(target.host(), target.port())
                                    : address;
                            if (failure != null || address == null) {
                                failed(MemberEffect.Kind.NO_ANSWER, "the name " + target.host() + " has no address");
                                return;
                            }
                            ports().useServer(address);
                            enter(State.REGISTERING);
                            LOG.info("registering group={} server={} why={}", settings.group(), address, why);
                            tell(new AgentEvent.Registering(now(), address, why));
                            drive(new MemberEvent.Register());
                        },
                        loop);
    }

    private static InetSocketAddress resolve(HostPort target) {
        try {
            return target.resolve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void failed(MemberEffect.Kind kind, String reason) {
        registering = false;
        failures.count(kind);
        long delayNs = servers.failed(kind);
        Duration next = Duration.ofNanos(delayNs);
        LOG.warn(
                "registration failed group={} server={} kind={} why={} nextInMs={}",
                settings.group(),
                server,
                kind,
                reason,
                next.toMillis());
        enter(schedule.spis().isEmpty() ? State.WAITING : State.REGISTERED);
        tell(new AgentEvent.RegistrationFailed(now(), server, kind, reason, next));
        needRegistration("the last registration failed", delayNs);
    }

    /** A datagram of the server, without marker. */
    void fromServer(byte[] datagram) {
        drive(new MemberEvent.Received(datagram));
    }

    /** A datagram from the rekey address, without marker. */
    void fromGroup(byte[] datagram) {
        if (!leaving) {
            drive(new MemberEvent.RekeyReceived(datagram));
        }
    }

    private void drive(MemberEvent event) {
        if (state == State.STOPPED) {
            return;
        }
        for (MemberEffect effect : machine.on(event, System.nanoTime())) {
            carryOut(effect);
        }
    }

    private void carryOut(MemberEffect effect) {
        switch (effect) {
            case MemberEffect.Send(var datagram) -> ports().send(datagram);
            case MemberEffect.WakeAt(var due) -> machineTimer.set(due);
            case MemberEffect.Registered(var update) -> registered(update);
            case MemberEffect.Rekeyed(var update, var messageId) -> rekeyed(update, messageId);
            case MemberEffect.Failed(var kind, var reason) -> {
                if (!leaving) {
                    failed(kind, reason);
                }
            }
            case MemberEffect.Excluded(var reason) -> excluded(reason);
            case MemberEffect.NeedsRegistration(var reason) -> needRegistration(reason, servers.jitterNs());
            case MemberEffect.UnknownRekeySa(var spi) -> missed(spi);
            case MemberEffect.Left _ -> stop();
            case MemberEffect.Rejected(var fault) -> {
                rejected.count(fault.reason());
                if (rejectionLog.admits(System.nanoTime())) {
                    LOG.warn(
                            "message refused group={} reason={} why={} alike={}",
                            settings.group(),
                            fault.reason(),
                            fault.getMessage(),
                            rejected.of(fault.reason()));
                }
            }
        }
    }

    private void missed(RekeySpi spi) {
        missed.heard(System.nanoTime()).ifPresent(delayNs -> {
            if (!leaving && !registering && !registrationTimer.isSet()) {
                needRegistration("a rekey message of the unknown Rekey SA " + spi, delayNs);
                waitsForCopies = true;
            }
        });
    }

    private void registered(GsaUpdate update) {
        if (leaving) {
            forget(update);
            return;
        }
        Optional<String> problem = unsupported(update);
        if (problem.isPresent()) {
            forget(update);
            failed(MemberEffect.Kind.NO_COMMON_POLICY, problem.get());
            return;
        }
        registering = false;
        servers.succeeded();
        registrations.increment();
        dark.restart();
        enter(State.REGISTERED);
        List<Long> known = schedule.spis();
        if (update.dataSas().stream().anyMatch(sa -> !known.contains(sa.spi()))) {
            missed.caughtUp();
        }
        apply(update);
        LOG.info("registered group={} server={} spis={}", settings.group(), server, hex(schedule.spis()));
        InetSocketAddress by = server;
        // Whoever is told may send or evict at once: by then the member listens.
        var _ = CompletableFuture.allOf(ports().listening(), path().listening()).whenComplete((_, _) -> {
            tell(new AgentEvent.Registered(now(), by, schedule.spis().size()));
            registered.complete(null);
        });
    }

    private void rekeyed(GsaUpdate update, long messageId) {
        Optional<String> problem = unsupported(update);
        if (problem.isPresent()) {
            forget(update);
            LOG.error("rekey not carried out group={} messageId={} why={}", settings.group(), messageId, problem.get());
            needRegistration(problem.get(), servers.jitterNs());
            return;
        }
        rekeys.increment();
        missed.caughtUp();
        if (waitsForCopies) {
            waitsForCopies = false;
            registrationTimer.cancel(); // a copy of what was missed
        }
        apply(update);
        LOG.info("rekeyed group={} messageId={} spis={}", settings.group(), messageId, hex(schedule.spis()));
        tell(new AgentEvent.Rekeyed(now(), messageId));
    }

    private static void forget(GsaUpdate update) {
        update.dataSas().forEach(sa -> sa.keymat().destroy());
    }

    private static Optional<String> unsupported(GsaUpdate update) {
        for (DataSecuritySa sa : update.dataSas()) {
            Optional<String> problem = SaMapping.unsupported(sa);
            if (problem.isPresent()) {
                return Optional.of(
                        "the group's SA " + DataPath.hex(sa.spi()) + " cannot be carried out: " + problem.get());
            }
        }
        return Optional.empty();
    }

    private void apply(GsaUpdate update) {
        update.rekeyAddress().ifPresent(address -> ports().listenForRekeys(address, update.rekeySource()));
        carryOut(new SaSchedule.Event.Updated(update));
    }

    private void excluded(String reason) {
        LOG.warn("excluded group={} why={}", settings.group(), reason);
        registering = false;
        attempt++;
        carryOut(new SaSchedule.Event.Voided(reason));
        ports().deafenRekeys();
        dark.restart();
        enter(State.EXCLUDED);
        tell(new AgentEvent.Excluded(now(), reason));
        needRegistration("excluded", servers.jitterNs());
    }

    private void carryOut(SaSchedule.Event event) {
        DataPath data = path();
        for (SaSchedule.Effect effect : schedule.on(event, System.nanoTime())) {
            switch (effect) {
                case SaSchedule.Effect.InstallInbound(var sa) -> data.install(sa);
                case SaSchedule.Effect.RemoveInbound(var spi) -> data.remove(spi);
                case SaSchedule.Effect.SendOn(var sa, var senderId, var bits) -> {
                    data.sendOn(sa, senderId, bits);
                    LOG.info("sending group={} spi={} senderId={}", settings.group(), DataPath.hex(sa.spi()), senderId);
                }
                case SaSchedule.Effect.StopSending(var reason) -> {
                    data.stopSending();
                    LOG.warn("not sending group={} why={}", settings.group(), reason);
                }
                case SaSchedule.Effect.NeedsRegistration(var reason) -> needRegistration(reason, servers.jitterNs());
                case SaSchedule.Effect.Forget(var sa) -> sa.keymat().destroy();
                case SaSchedule.Effect.WakeAt(var due) -> scheduleTimer.set(due);
            }
        }
        if (schedule.spis().isEmpty() && state == State.REGISTERED && event instanceof SaSchedule.Event.Tick) {
            enter(State.WAITING);
        }
    }

    @Override
    public void used(TrafficSelector flow, long spi, long order) {
        OptionalLong before = teks.used(flow, spi, order);
        if (before.isEmpty()) {
            return;
        }
        long from = before.getAsLong();
        tekSwitches.increment();
        LOG.info("switched group={} from={} to={}", settings.group(), DataPath.hex(from), DataPath.hex(spi));
        tell(new AgentEvent.TekSwitched(now(), from, spi));
    }

    @Override
    public void exhausted(long spi) {
        carryOut(new SaSchedule.Event.Exhausted(spi));
    }

    @Override
    public void nearlyExhausted(long spi) {
        needRegistration("SA " + DataPath.hex(spi) + " is nearly used up", 0);
    }

    @Override
    public void opened() {
        if (dark.isDark()) {
            enter(State.REGISTERED);
            tell(new AgentEvent.Lit(now()));
        }
        dark.opened();
    }

    @Override
    public void unknownSpi(long spi, long nowNs) {
        Optional<DarkWatch.Verdict> verdict = dark.unknownSpi(spi, nowNs);
        if (verdict.isEmpty()) {
            return;
        }
        switch (verdict.get()) {
            case DarkWatch.Verdict.Dark(var unknown) -> {
                LOG.warn("dark group={} unknownSpi={}", settings.group(), DataPath.hex(unknown));
                if (state == State.REGISTERED) {
                    enter(State.DARK);
                }
                tell(new AgentEvent.Dark(now(), unknown));
            }
            case DarkWatch.Verdict.Register(var delayNs) -> needRegistration("dark", delayNs);
        }
    }

    /** Leaves; {@link #stopped} is done when the server knows, or the time for that is over. */
    void leave() {
        if (leaving || state == State.STOPPED) {
            return;
        }
        boolean tell = registrations.sum() > 0;
        leaving = true;
        attempt++;
        registrationTimer.cancel();
        carryOut(new SaSchedule.Event.Voided("leaving"));
        if (!tell) {
            stop();
            return;
        }
        LOG.info("leaving group={} server={}", settings.group(), server);
        leaveTimer.set(System.nanoTime() + settings.leaveWithin().toNanos());
        drive(new MemberEvent.Leave());
    }

    /** Stops at once. */
    void stop() {
        if (state == State.STOPPED) {
            return;
        }
        leaving = true;
        carryOut(new SaSchedule.Event.Voided("stopped"));
        List.of(machineTimer, scheduleTimer, registrationTimer, leaveTimer).forEach(Timer::cancel);
        enter(State.STOPPED);
        ports().close();
        path().close();
        LOG.info("stopped group={}", settings.group());
        tell(new AgentEvent.Stopped(now()));
        registered.completeExceptionally(new IllegalStateException("the agent was closed"));
        stopped.complete(null);
    }

    // --- state
    // --------------------------------------------------------------------------------------------------------

    State state() {
        return state;
    }

    Instant since() {
        return since;
    }

    InetSocketAddress server() {
        return server;
    }

    private void enter(State next) {
        if (state != next) {
            state = next;
            since = now();
        }
    }

    private void tell(AgentEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            LOG.error("listener failed event={}", event, e);
        }
    }

    private Instant now() {
        return wallClock.instant();
    }

    private ServerPorts ports() {
        return Objects.requireNonNull(ports, "not started");
    }

    private DataPath path() {
        return Objects.requireNonNull(path, "not started");
    }

    private static List<String> hex(List<Long> spis) {
        return spis.stream().map(DataPath::hex).toList();
    }
}
