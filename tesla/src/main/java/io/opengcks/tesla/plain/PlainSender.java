package io.opengcks.tesla.plain;

import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.LookAhead;
import io.opengcks.tesla.Sender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Payloads in, tagged datagrams out; no socket. Every datagram carries the key that is due; what a sequence of chains has to
 * say beside it takes turns. Not thread-safe.
 */
public final class PlainSender {
    private final Sender sender;
    private final long source;
    private final @Nullable GroupMac group;
    private final @Nullable LookAhead<byte[]> lookAhead;
    private long sequence;
    private long turn;

    /**
     * A sender of one stream.
     *
     * @param source    unsigned 32 bits
     * @param sequence  number of the first datagram, larger than any this source used before; after a restart for instance
     *                  the time in ns
     * @param group     group MAC, if the group has one
     * @param lookAhead immediate authentication, if wanted: {@link #send} then holds payloads back
     */
    public PlainSender(
            Sender sender,
            long source,
            long sequence,
            @Nullable GroupMac group,
            @Nullable LookAhead<byte[]> lookAhead) {
        if (source < 0 || source > 0xFFFF_FFFFL || sequence < 0) {
            throw new IllegalArgumentException("an impossible source or number");
        }
        this.sender = sender;
        this.source = source;
        this.sequence = sequence;
        this.group = group;
        this.lookAhead = lookAhead;
    }

    /**
     * Takes a payload.
     *
     * @param nowNs the sender's clock, ns since 1970
     * @return datagrams to send now, in order. Payloads offered outside the session are dropped
     */
    public List<byte[]> send(byte[] payload, long nowNs) {
        LookAhead<byte[]> queue = lookAhead;
        if (queue != null) {
            return ready(queue.add(payload.clone(), nowNs), nowNs);
        }
        return sender.at(nowNs)
                .map(stamp -> List.of(frame(stamp, false, sequence++, payload, null)))
                .orElse(List.of());
    }

    /** What is due without a new payload: payloads held back long enough, and a disclosure receivers wait for. */
    public List<byte[]> tick(long nowNs) {
        var due = new ArrayList<byte[]>();
        LookAhead<byte[]> queue = lookAhead;
        if (queue != null) {
            due.addAll(ready(queue.expired(nowNs), nowNs));
        }
        if (sender.disclosureDue(nowNs)) {
            // numbers of idle datagrams are never looked at: only payloads are delivered once
            sender.at(nowNs).ifPresent(stamp -> due.add(frame(stamp, true, 0, new byte[0], null)));
        }
        return due;
    }

    /** When to call {@link #tick}, on the sender's clock. */
    public Optional<Long> wakeNs() {
        LookAhead<byte[]> queue = lookAhead;
        Optional<Long> disclosure = sender.wakeNs();
        Optional<Long> held = queue == null ? Optional.empty() : queue.wakeNs();
        if (disclosure.isPresent() && held.isPresent()) {
            return Optional.of(Math.min(disclosure.get(), held.get()));
        }
        return disclosure.isPresent() ? disclosure : held;
    }

    private List<byte[]> ready(List<LookAhead.Ready<byte[]>> ready, long nowNs) {
        var out = new ArrayList<byte[]>();
        for (var next : ready) {
            LookAhead.Later<byte[]> later = next.later();
            sender.at(nowNs).ifPresent(stamp -> {
                byte[] ahead = null;
                if (later != null) {
                    long number = sequence + later.sequence();
                    ahead = ByteBuffer.allocate(PlainFrame.AHEAD)
                            .putLong(number)
                            .put(PlainFrame.hash(source, number, later.packet(), 0, later.packet().length))
                            .array();
                }
                out.add(frame(stamp, false, sequence + next.sequence(), next.packet(), ahead));
            });
        }
        return out;
    }

    private byte[] frame(Sender.Stamp stamp, boolean idle, long number, byte[] payload, byte @Nullable [] ahead) {
        byte[] key = stamp.key().map(Disclosure.Key::key).orElse(null);
        byte[] newChain = null;
        byte[] lastKey = null;
        byte[] upperKey = null;
        // an idle datagram has no MAC, so nothing in it is good that does not prove itself
        List<Disclosure> extras = stamp.extras();
        if (idle) {
            extras = extras.stream()
                    .filter(extra -> !(extra instanceof Disclosure.NewChain))
                    .toList();
        }
        if (!extras.isEmpty()) {
            switch (extras.get((int) (turn++ % extras.size()))) {
                case Disclosure.NewChain next -> newChain = next.key();
                case Disclosure.Key last -> lastKey = last.key();
                case Disclosure.UpperKey upper -> upperKey = upper.key();
            }
        }
        byte[] head = new PlainFrame(idle, stamp.interval(), source, number, key, newChain, lastKey, upperKey, ahead, 0)
                .head(group != null);
        int instances = idle ? 0 : sender.schedule().instances();
        int macs = instances * sender.scheme().macOctets();
        var out = ByteBuffer.allocate(head.length + payload.length + macs + (group == null ? 0 : GroupMac.OCTETS));
        out.put(head).put(payload);
        for (int instance = 0; instance < instances; instance++) {
            out.put(stamp.mac(instance, head, payload));
        }
        if (group != null) {
            out.put(group.of(out.array(), out.position()));
        }
        return out.array();
    }
}
