package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.RegistrationPayloads.Registered;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a member holds to take rekey messages (RFC 9838 §2.4.1.4): the current Rekey SA, those it replaced until the
 * deactivation delay is over, each with the least Message ID it still takes, and the working key path.
 */
final class MemberRekeySas {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Replaced Rekey SAs are kept as long as the deactivation delay says, but never more of them than this. */
    private static final int MAX_LIVE = 8;

    /** This part of its lifetime before the end of the Rekey SA, the member asks for a new one. */
    private static final long WARNING_PART = 20;

    private static final class Live {
        RekeySa sa;
        long leastExpected;
        long endNs;
        final long warnNs;
        boolean warned;

        Live(RekeySa sa, long leastExpected, long nowNs) {
            long lifetimeNs = sa.lifetimeSeconds() * SECOND_NS;
            this.sa = sa;
            this.leastExpected = leastExpected;
            this.endNs = nowNs + lifetimeNs;
            this.warnNs = nowNs + (lifetimeNs - lifetimeNs / WARNING_PART);
        }
    }

    /** What a rekey message did. */
    sealed interface Result {
        /**
         * Taken.
         *
         * @param deletedSpis Data-Security SAs to give up, all named
         * @param missed      rekey messages that came before it and were never seen
         */
        record Updated(RekeyMessage.Opened.Updated content, List<Long> deletedSpis, long missed) implements Result {}

        record Excluded(String why) implements Result {}

        /** Its Rekey SA is not held, so nothing of it could be checked. */
        record Unknown(RekeySpi spi) implements Result {}

        record Unusable(long messageId, ProtocolFault fault) implements Result {}
    }

    /** Oldest first; the last one is current. */
    private final List<Live> live = new ArrayList<>();

    private final Set<Long> dataSpis = new HashSet<>();
    private KeyPath path = KeyPath.EMPTY;
    private boolean privateAttributes;

    boolean isEmpty() {
        return live.isEmpty();
    }

    /** Everything from before is void (RFC 9838 §2.3.3), but no Message ID seen on the same Rekey SA is taken again. */
    void replace(Registered registered, boolean fromOpenGcks, long nowNs) {
        List<Live> before = List.copyOf(live);
        live.clear();
        registered
                .rekeySa()
                .ifPresent(sa -> live.add(new Live(
                        sa,
                        before.stream()
                                .filter(old -> old.sa.spi().equals(sa.spi()))
                                .mapToLong(old -> old.leastExpected)
                                .reduce(sa.initialMessageId(), Math::max),
                        nowNs)));
        before.forEach(old -> old.sa.keymat().destroy());
        take(registered.keyPath());
        dataSpis.clear();
        registered.dataSas().forEach(sa -> dataSpis.add(sa.spi()));
        privateAttributes = fromOpenGcks;
    }

    /** Every key is void. */
    void clear() {
        live.forEach(entry -> entry.sa.keymat().destroy());
        live.clear();
        take(KeyPath.EMPTY);
        dataSpis.clear();
    }

    /** Takes a datagram from the rekey address. Nothing changes if this throws. */
    Result rekey(byte[] datagram, long nowNs) throws ProtocolFault {
        RekeySpi spi = RekeyMessage.spi(datagram);
        Optional<Live> held =
                live.stream().filter(entry -> entry.sa.spi().equals(spi)).findFirst();
        if (held.isEmpty()) {
            return new Result.Unknown(spi);
        }
        Live carrier = held.get();
        var opened = RekeyMessage.open(datagram, carrier.sa, carrier.leastExpected, path, privateAttributes);
        long missed = opened.messageId() - carrier.leastExpected;
        carrier.leastExpected = opened.messageId() + 1;
        return switch (opened) {
            case RekeyMessage.Opened.Updated updated -> {
                List<Long> deleted = update(carrier, updated, nowNs);
                yield live.isEmpty()
                        ? new Result.Excluded("the only Rekey SA was deleted")
                        : new Result.Updated(updated, deleted, missed);
            }
            case RekeyMessage.Opened.Excluded excluded -> new Result.Excluded(excluded.why());
            case RekeyMessage.Opened.Unusable(long messageId, ProtocolFault fault) ->
                new Result.Unusable(messageId, fault);
        };
    }

    private List<Long> update(Live carrier, RekeyMessage.Opened.Updated updated, long nowNs) {
        carrier.sa = updated.carrier();
        take(updated.path());
        updated.newRekeySa().ifPresent(sa -> {
            long endNs = nowNs + updated.policy().deactivationDelaySeconds() * SECOND_NS;
            for (Live old : live) {
                old.endNs = endNs - old.endNs < 0 ? endNs : old.endNs;
                old.warned = true;
            }
            live.add(new Live(sa, sa.initialMessageId(), nowNs));
            if (live.size() > MAX_LIVE) {
                live.removeFirst().sa.keymat().destroy();
            }
        });
        live.removeIf(entry -> {
            boolean deleted = updated.deletedRekeySas().contains(entry.sa.spi());
            if (deleted) {
                entry.sa.keymat().destroy();
            }
            return deleted;
        });
        Set<Long> deleted = new HashSet<>(updated.deletesAllData() ? dataSpis : Set.of());
        deleted.addAll(updated.deletedSpis());
        dataSpis.removeAll(deleted);
        updated.dataSas().forEach(sa -> dataSpis.add(sa.spi()));
        expire(nowNs);
        return List.copyOf(deleted);
    }

    /** Removes what has ended; true if that left no Rekey SA. */
    boolean expire(long nowNs) {
        boolean removed = live.removeIf(entry -> {
            boolean over = entry.endNs - nowNs <= 0;
            if (over) {
                entry.sa.keymat().destroy();
            }
            return over;
        });
        return removed && live.isEmpty();
    }

    /** True once, when the current Rekey SA is near its end and was not replaced. */
    boolean warns(long nowNs) {
        boolean warns = false;
        for (Live entry : live) {
            if (!entry.warned && entry.warnNs - nowNs <= 0) {
                entry.warned = true;
                warns = true;
            }
        }
        return warns;
    }

    OptionalLong nextDueNs() {
        return live.stream()
                .mapToLong(entry -> entry.warned || entry.endNs - entry.warnNs < 0 ? entry.endNs : entry.warnNs)
                .reduce((a, b) -> a - b < 0 ? a : b);
    }

    /** Where rekey messages come from now on. */
    Optional<InetSocketAddress> address() {
        return current()
                .map(sa -> new InetSocketAddress(
                        sa.destination().start(), sa.destination().startPort()));
    }

    /** The only sender of rekey messages, where the policy names one. */
    Optional<InetAddress> source() {
        return current()
                .map(RekeySa::source)
                .filter(source -> source.start().equals(source.end()))
                .map(TrafficSelector::start);
    }

    private Optional<RekeySa> current() {
        return live.isEmpty() ? Optional.empty() : Optional.of(live.getLast().sa);
    }

    private void take(KeyPath next) {
        Set<Secret> kept = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        next.keys().forEach(entry -> kept.add(entry.key()));
        path.keys().stream()
                .map(KeyPath.Entry::key)
                .filter(key -> !kept.contains(key))
                .forEach(Secret::destroy);
        path = next;
    }
}
