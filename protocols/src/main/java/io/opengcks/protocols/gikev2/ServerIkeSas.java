package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gikev2.ServerIkeSa.Phase;
import io.opengcks.protocols.gsa.Octets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The IKE SAs of a key server in two bounded tables, so that strangers compete only with strangers: what authenticated stays,
 * however many peers begin and never finish. Each table gives up its oldest when it is full, the authenticated ones the one
 * that was idle longest.
 */
final class ServerIkeSas {
    private record Timer(long dueNs, long responderSpi) {}

    private final int maxHalfOpen;
    private final int maxEstablished;
    private final Map<Long, ServerIkeSa> bySpi = new HashMap<>();
    private final Map<Octets, ServerIkeSa> byInit = new HashMap<>();
    private final SequencedMap<Long, ServerIkeSa> strangers = new LinkedHashMap<>();
    private final SequencedMap<Long, ServerIkeSa> established = new LinkedHashMap<>();
    private final Map<Long, ServerIkeSa> byTicket = new HashMap<>();

    /** At most one timer an IKE SA that is due too early; it is set again when it comes. */
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.dueNs - b.dueNs));

    ServerIkeSas(int maxHalfOpen, int maxEstablished) {
        this.maxHalfOpen = maxHalfOpen;
        this.maxEstablished = maxEstablished;
    }

    /** IKE SAs that have not authenticated, or are over. */
    int strangers() {
        return strangers.size();
    }

    int established() {
        return established.size();
    }

    @Nullable
    ServerIkeSa find(long initiatorSpi, long responderSpi) {
        ServerIkeSa sa = bySpi.get(responderSpi);
        return sa != null && sa.channel.initiatorSpi() == initiatorSpi ? sa : null;
    }

    @Nullable
    ServerIkeSa findByInit(Octets initKey) {
        return byInit.get(initKey);
    }

    boolean isTaken(long responderSpi) {
        return bySpi.containsKey(responderSpi);
    }

    /** Takes a half-open IKE SA in; returns the one that had to go for it. */
    @Nullable
    ServerIkeSa add(ServerIkeSa sa, long deadlineNs) {
        ServerIkeSa victim = strangers.size() < maxHalfOpen ? null : eldest(strangers);
        if (victim != null) {
            remove(victim);
        }
        long spi = sa.channel.responderSpi();
        bySpi.put(spi, sa);
        byInit.put(sa.initKey, sa);
        strangers.put(spi, sa);
        sa.deadlineNs = deadlineNs;
        timers.add(new Timer(deadlineNs, spi));
        return victim;
    }

    /** The peer authenticated; returns the one that had to go for it. */
    @Nullable
    ServerIkeSa establish(ServerIkeSa sa, Phase.Established phase) {
        ServerIkeSa victim = established.size() < maxEstablished ? null : eldest(established);
        sa.phase = phase;
        strangers.remove(sa.channel.responderSpi());
        established.put(sa.channel.responderSpi(), sa);
        return victim;
    }

    /** It just said something: it is the last to go. */
    void touch(ServerIkeSa sa) {
        long spi = sa.channel.responderSpi();
        if (established.remove(spi) != null) {
            established.put(spi, sa);
        }
    }

    /** It is over, and repeats its last answer until {@code deadlineNs}, or until strangers need its place. */
    void end(ServerIkeSa sa, long deadlineNs) {
        long spi = sa.channel.responderSpi();
        sa.phase = new Phase.Ended();
        sa.closing = null;
        setDeadline(sa, deadlineNs);
        dropTicket(sa);
        if (established.remove(spi) != null) {
            if (strangers.size() >= maxHalfOpen) {
                ServerIkeSa victim = eldest(strangers);
                if (victim != null) {
                    remove(victim);
                }
            }
            strangers.put(spi, sa);
        }
    }

    void remove(ServerIkeSa sa) {
        long spi = sa.channel.responderSpi();
        bySpi.remove(spi);
        byInit.remove(sa.initKey);
        strangers.remove(spi);
        established.remove(spi);
        dropTicket(sa);
        sa.channel.destroy();
    }

    void setPending(ServerIkeSa sa, ServerIkeSa.Pending pending) {
        sa.pending = pending;
        byTicket.put(pending.ticket(), sa);
    }

    /** The IKE SA whose request has this ticket; it is used up. */
    @Nullable
    ServerIkeSa redeem(long ticket) {
        return byTicket.remove(ticket);
    }

    private void dropTicket(ServerIkeSa sa) {
        ServerIkeSa.Pending pending = sa.pending;
        if (pending != null) {
            byTicket.remove(pending.ticket());
            sa.pending = null;
        }
    }

    /** A later deadline costs nothing until the old one comes; an earlier one gets a timer of its own. */
    void setDeadline(ServerIkeSa sa, long deadlineNs) {
        if (deadlineNs - sa.deadlineNs < 0) {
            timers.add(new Timer(deadlineNs, sa.channel.responderSpi()));
        }
        sa.deadlineNs = deadlineNs;
    }

    /** The next IKE SA whose deadline has come; null where there is none. */
    @Nullable
    ServerIkeSa due(long nowNs) {
        for (Timer timer = timers.peek(); timer != null && timer.dueNs - nowNs <= 0; timer = timers.peek()) {
            timers.remove();
            ServerIkeSa sa = bySpi.get(timer.responderSpi);
            if (sa == null) {
                continue;
            }
            if (sa.deadlineNs - nowNs > 0) {
                timers.add(new Timer(sa.deadlineNs, timer.responderSpi));
            } else {
                return sa;
            }
        }
        return null;
    }

    /** Sets the timer of an IKE SA that {@link #due} gave and that stays. */
    void again(ServerIkeSa sa, long deadlineNs) {
        sa.deadlineNs = deadlineNs;
        timers.add(new Timer(deadlineNs, sa.channel.responderSpi()));
    }

    OptionalLong nextDueNs() {
        Timer timer = timers.peek();
        return timer == null ? OptionalLong.empty() : OptionalLong.of(timer.dueNs);
    }

    private static @Nullable ServerIkeSa eldest(SequencedMap<Long, ServerIkeSa> table) {
        Map.Entry<Long, ServerIkeSa> entry = table.firstEntry();
        return entry == null ? null : entry.getValue();
    }
}
