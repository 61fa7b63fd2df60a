package io.opengcks.member;

import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which Data-Security SAs a member holds at any time, and which of them it sends on (RFC 9838 §2.4.1.4, §4.4.3.1.1; RFC 5374
 * §4.2.1). Knows no protocol and does no I/O; times are ns on one monotonic clock, compared by subtraction.
 *
 * <p>SAs with the same destination belong to one flow, in which each is followed by the next. A member may want one flow of a
 * group or all; it sends on one: the one it wants, else that of the last SA of its first registration while the group has it.
 *
 * <p>A receiver takes a new SA at once and keeps a deleted one for DTD. A sender goes over to a new SA after ATD, never
 * goes back, and gives up an SA without a successor at once. A pair of SA and Sender-ID is sent on at most once in the life
 * of an instance: counters that start again do so only under a new key or a new Sender-ID, so no IV comes twice.
 */
final class SaSchedule {
    /** SAs held at once; a GCKS that hands out more loses the oldest. */
    static final int MAX_SAS = 64;

    /** Pairs of SPI and Sender-ID that are remembered as used. */
    static final int MAX_USES_REMEMBERED = 4096;

    /** What may happen. */
    sealed interface Event {
        /** A registration or a rekey message was taken. The schedule owns the keys in it, which no other update shares. */
        record Updated(GsaUpdate update) implements Event {}

        /** The time of {@link Effect.WakeAt} has come; too early or too often is harmless. */
        record Tick() implements Event {}

        /** The member is excluded or leaves: every key is void at once. */
        record Voided(String why) implements Event {}

        /** The counters of this SA under the present Sender-ID are used up (RFC 6054 §3). */
        record Exhausted(long spi) implements Event {}
    }

    /** What the data path has to do, in order. */
    sealed interface Effect {
        /** Open packets of this SA from now on. Never given for one that is installed: its replay windows stay. */
        record InstallInbound(DataSecuritySa sa) implements Effect {}

        record RemoveInbound(long spi) implements Effect {}

        /** Send on this SA alone, with new counters. */
        record SendOn(DataSecuritySa sa, long senderId, int senderIdBits) implements Effect {}

        /** There is no SA to send on. */
        record StopSending(String why) implements Effect {}

        /** Register again; it is up to the caller to join this with other reasons. */
        record NeedsRegistration(String why) implements Effect {}

        /** Nothing uses this SA any more: destroy its keys. */
        record Forget(DataSecuritySa sa) implements Effect {}

        /** Give a {@link Event.Tick} at this time; replaces the one asked for before. */
        record WakeAt(long dueNs) implements Effect {}
    }

    private record Use(long spi, long senderId) {}

    private static final class Held {
        final DataSecuritySa sa;
        long order;
        long sendFromNs;
        long removeAtNs;
        long expiresAtNs;
        long askAtNs;
        boolean deleted;
        boolean asked;

        Held(DataSecuritySa sa) {
            this.sa = sa;
        }
    }

    private final boolean receives;
    private final boolean sends;
    private final Optional<InetSocketAddress> wanted;
    private final RandomGenerator random;

    /** Oldest first. */
    private final List<Held> held = new ArrayList<>();

    private final LinkedHashSet<Use> uses = new LinkedHashSet<>();
    private List<Long> senderIds = List.of();
    private int senderIdBits;
    private long nextOrder;
    private @Nullable TrafficSelector sendFlow;
    private @Nullable Held sending;
    private @Nullable Use using;
    private List<Effect> effects = new ArrayList<>();

    /**
     * @param receives whether packets are opened
     * @param sends    whether packets are sent
     * @param wanted   address and port of the only flow this member takes part in; empty: all
     * @param random   spreads the registrations of members whose keys end together
     */
    SaSchedule(boolean receives, boolean sends, Optional<InetSocketAddress> wanted, RandomGenerator random) {
        this.receives = receives;
        this.sends = sends;
        this.wanted = wanted;
        this.random = random;
    }

    /** The only way in. The caller carries the effects out, in order. */
    List<Effect> on(Event event, long nowNs) {
        effects = new ArrayList<>();
        switch (event) {
            case Event.Updated(var update) -> take(update, nowNs);
            case Event.Tick _ -> {}
            case Event.Voided(var why) -> {
                senderIds = List.of();
                held.forEach(each -> each.removeAtNs = nowNs);
                stopSending(why);
            }
            case Event.Exhausted(var spi) -> nextSenderId(spi);
        }
        settle(nowNs);
        return effects;
    }

    /** SPIs of the SAs held, oldest first. */
    List<Long> spis() {
        return held.stream().map(each -> each.sa.spi()).toList();
    }

    private void take(GsaUpdate given, long nowNs) {
        GsaUpdate update = ofWantedFlow(given);
        if (update.replacesAll()) {
            chooseSendFlow(update.dataSas());
            senderIds = update.senderIds();
            senderIdBits = update.senderIdBits();
            held.forEach(each -> {
                if (update.dataSas().stream().noneMatch(sa -> same(sa, each.sa))) {
                    each.removeAtNs = nowNs;
                }
            });
        }
        if (sends && !update.dataSas().isEmpty() && !haveSenderId()) {
            // RFC 9838 §2.4.1.4: a sender without Sender-ID must not install them and has to register again.
            update.dataSas().forEach(this::refuse);
        } else {
            long sendFromNs = update.replacesAll()
                    ? nowNs
                    : nowNs + TimeUnit.SECONDS.toNanos(update.policy().activationDelaySeconds());
            update.dataSas().forEach(sa -> install(sa, sendFromNs, update.replacesAll(), nowNs));
        }
        long deletedAtNs = nowNs + TimeUnit.SECONDS.toNanos(update.policy().deactivationDelaySeconds());
        for (Held each : held) {
            if (update.deletedSpis().contains(each.sa.spi())) {
                each.deleted = true;
                each.removeAtNs = earlier(each.removeAtNs, deletedAtNs);
            }
        }
    }

    private GsaUpdate ofWantedFlow(GsaUpdate given) {
        if (wanted.isEmpty()) {
            return given;
        }
        List<DataSecuritySa> sas = new ArrayList<>();
        for (DataSecuritySa sa : given.dataSas()) {
            if (sa.destination().start().equals(wanted.get().getAddress())
                    && sa.destination().startPort() == wanted.get().getPort()) {
                sas.add(sa);
            } else {
                effects.add(new Effect.Forget(sa));
            }
        }
        return new GsaUpdate(
                given.replacesAll(),
                sas,
                given.deletedSpis(),
                given.policy(),
                given.senderIds(),
                given.senderIdBits(),
                given.rekeyAddress(),
                given.rekeySource());
    }

    private void chooseSendFlow(List<DataSecuritySa> sas) {
        if (!sas.isEmpty() && sas.stream().noneMatch(sa -> sa.destination().equals(sendFlow))) {
            sendFlow = sas.getLast().destination();
        }
    }

    private void install(DataSecuritySa sa, long sendFromNs, boolean registration, long nowNs) {
        Optional<Held> known = find(sa.spi());
        if (known.isPresent() && same(known.get().sa, sa)) {
            effects.add(new Effect.Forget(sa));
            if (!registration) {
                return; // a rekey message names new SAs only; one of ours again changes nothing
            }
        } else {
            known.ifPresent(other -> other.removeAtNs = nowNs);
            if (known.isPresent()) {
                settle(nowNs); // the data path knows SAs by SPI: the other key goes first
            }
            held.add(new Held(sa));
            if (receives) {
                effects.add(new Effect.InstallInbound(sa));
            }
        }
        Held entry = find(sa.spi()).orElseThrow();
        long lifetimeNs = TimeUnit.SECONDS.toNanos(sa.lifetimeSeconds());
        entry.order = nextOrder++;
        entry.sendFromNs = sendFromNs;
        entry.expiresAtNs = nowNs + lifetimeNs;
        entry.removeAtNs = entry.expiresAtNs;
        entry.askAtNs = nowNs + (long) (lifetimeNs * (0.85 + 0.10 * random.nextDouble()));
        entry.deleted = false;
        entry.asked = false;
        held.sort(Comparator.comparingLong(each -> each.order));
        if (held.size() > MAX_SAS) {
            held.getFirst().removeAtNs = nowNs;
            settle(nowNs);
        }
    }

    private void refuse(DataSecuritySa sa) {
        if (find(sa.spi()).isEmpty()) {
            effects.add(new Effect.Forget(sa));
        }
        needRegistration("an SA came for which this sender has no Sender-ID");
    }

    /** Brings sending and the table up to date: first what to send on, so that nothing is sent on what goes. */
    private void settle(long nowNs) {
        if (sends) {
            settleSending(nowNs);
        }
        for (Held each : List.copyOf(held)) {
            if (!live(each, nowNs)) {
                held.remove(each);
                if (receives) {
                    effects.add(new Effect.RemoveInbound(each.sa.spi()));
                }
                effects.add(new Effect.Forget(each.sa));
                boolean last = held.stream().noneMatch(other -> sameFlow(each, other));
                if (last && !each.deleted && each.expiresAtNs - nowNs <= 0) {
                    needRegistration("the lifetime of the last SA of a flow ended");
                }
            }
        }
        if (!held.isEmpty()) {
            held.forEach(each -> askInTime(each, nowNs));
            effects.add(new Effect.WakeAt(nextDueNs(nowNs)));
        }
    }

    private void settleSending(long nowNs) {
        Held target = target(nowNs);
        if (target == null) {
            stopSending("no SA to send on");
            return;
        }
        Use use = new Use(target.sa.spi(), senderIds.getFirst());
        if (target == sending && use.equals(using)) {
            return;
        }
        if (!uses.add(use)) {
            stopSending("Sender-ID " + use.senderId() + " was used before on this SA");
            senderIds = List.of();
            needRegistration("the Sender-ID given was used before on this SA");
            return;
        }
        if (uses.size() > MAX_USES_REMEMBERED) {
            uses.removeFirst();
        }
        sending = target;
        using = use;
        effects.add(new Effect.SendOn(target.sa, use.senderId(), senderIdBits));
    }

    /** The newest SA whose time has come; where the one in use ends before that, its successor early. */
    private @Nullable Held target(long nowNs) {
        if (!haveSenderId()) {
            return null;
        }
        Held best = null;
        for (int i = 0; i < held.size(); i++) {
            Held each = held.get(i);
            boolean older = sending != null && each.order < sending.order;
            boolean elsewhere = !each.sa.destination().equals(sendFlow);
            if (elsewhere || older || !live(each, nowNs) || (each.deleted && !hasSuccessor(i, nowNs))) {
                continue;
            }
            if (each.sendFromNs - nowNs <= 0 || (best == null && sending != null)) {
                best = each;
            }
        }
        return best;
    }

    private boolean hasSuccessor(int index, long nowNs) {
        return held.subList(index + 1, held.size()).stream()
                .anyMatch(each -> sameFlow(each, held.get(index)) && live(each, nowNs) && !each.deleted);
    }

    /** Whether no newer SA of its flow is held, and nobody asked for one yet. */
    private boolean needsSuccessor(Held each) {
        return !each.deleted
                && !each.asked
                && held.stream().noneMatch(other -> sameFlow(each, other) && other.order > each.order);
    }

    private static boolean sameFlow(Held one, Held other) {
        return one.sa.destination().equals(other.sa.destination());
    }

    private void stopSending(String why) {
        if (sending != null) {
            sending = null;
            using = null;
            effects.add(new Effect.StopSending(why));
        }
    }

    private void nextSenderId(long spi) {
        if (using == null || using.spi() != spi) {
            return; // told late: another SA is in use already
        }
        senderIds = List.copyOf(senderIds.subList(1, senderIds.size()));
        if (senderIds.isEmpty()) {
            stopSending("every Sender-ID is used up");
            needRegistration("every Sender-ID is used up");
        }
    }

    /** False also where the Sender-ID does not fit its bits, which a member must not use (RFC 9838 §2.5.2). */
    private boolean haveSenderId() {
        return !senderIds.isEmpty()
                && senderIdBits > 0
                && senderIdBits <= 16
                && senderIds.getFirst() >= 0
                && senderIds.getFirst() >>> senderIdBits == 0;
    }

    private void askInTime(Held each, long nowNs) {
        if (each.askAtNs - nowNs <= 0 && needsSuccessor(each)) {
            each.asked = true;
            needRegistration("no rekey came, and the newest SA is near its end");
        }
    }

    private void needRegistration(String why) {
        if (effects.stream().noneMatch(effect -> effect instanceof Effect.NeedsRegistration)) {
            effects.add(new Effect.NeedsRegistration(why));
        }
    }

    private long nextDueNs(long nowNs) {
        long due = held.getFirst().removeAtNs;
        for (Held each : held) {
            due = earlier(due, each.removeAtNs);
            if (needsSuccessor(each)) {
                due = earlier(due, each.askAtNs);
            }
            if (sends && each.sendFromNs - nowNs > 0) {
                due = earlier(due, each.sendFromNs);
            }
        }
        return due;
    }

    private Optional<Held> find(long spi) {
        return held.stream().filter(each -> each.sa.spi() == spi).findFirst();
    }

    private static boolean live(Held each, long nowNs) {
        return each.removeAtNs - nowNs > 0;
    }

    private static boolean same(DataSecuritySa one, DataSecuritySa other) {
        return one.spi() == other.spi()
                && one.destination().equals(other.destination())
                && one.keymat().equals(other.keymat());
    }

    private static long earlier(long one, long other) {
        return one - other <= 0 ? one : other;
    }
}
