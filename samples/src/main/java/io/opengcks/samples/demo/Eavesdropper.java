package io.opengcks.samples.demo;

import io.opengcks.esp.EspMode;
import io.opengcks.esp.EspTransform;
import io.opengcks.esp.InboundSa;
import io.opengcks.esp.Keymat;
import io.opengcks.esp.Opened;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.Verdict;
import io.opengcks.esp.io.DatagramHandler;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.RekeySa;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a member could do that does not play by the rules: it keeps every traffic key that it was ever given, listens on after it was evicted, and
 * tries each key it has on each packet. An agent destroys its keys when it is evicted; only this shows that the eviction bites.
 */
final class Eavesdropper implements KeyLog, DatagramHandler {
    private static final int MAX_DATAGRAM = 2048;
    private static final int SENDER_ID_BITS = 16;

    private final ConcurrentHashMap<Long, InboundSa> kept = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Long> openedBySpi = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Long> heardBySpi = new ConcurrentHashMap<>();
    private final Opened found = new Opened();
    private final byte[] copy = new byte[MAX_DATAGRAM];
    private final byte[] plain = new byte[MAX_DATAGRAM];
    private volatile long lastOpenedNs = Long.MIN_VALUE;

    @Override
    public void ikeSa(long initiatorSpi, long responderSpi, Secret initiatorKey, Secret responderKey) {}

    @Override
    public void rekeySa(RekeySa sa) {}

    @Override
    public void dataSa(DataSecuritySa sa) {
        byte[] keys = sa.keymat().copy();
        kept.computeIfAbsent(
                sa.spi(),
                spi -> new InboundSa(new SaParameters(
                        spi,
                        sa.destination().start(),
                        null,
                        EspTransform.valueOf(sa.suite().name()),
                        Keymat.copyOf(keys),
                        EspMode.valueOf(sa.mode().name()),
                        SENDER_ID_BITS,
                        0)));
        Arrays.fill(keys, (byte) 0);
    }

    @Override
    public void datagram(byte[] buffer, int off, int len, InetSocketAddress remote) {
        if (len < 8 || len > MAX_DATAGRAM) {
            return;
        }
        long spi = (long) (buffer[off] & 0xFF) << 24
                | (buffer[off + 1] & 0xFF) << 16
                | (buffer[off + 2] & 0xFF) << 8
                | (buffer[off + 3] & 0xFF);
        heardBySpi.merge(spi, 1L, Long::sum);
        for (InboundSa sa : kept.values()) {
            if (opens(sa, buffer, off, len)) {
                lastOpenedNs = System.nanoTime();
                openedBySpi.merge(spi, 1L, Long::sum);
            }
        }
    }

    /** Tries a key, with the SPI it belongs to written over the packet's own so that the attempt is one at the cipher. */
    private boolean opens(InboundSa sa, byte[] buffer, int off, int len) {
        System.arraycopy(buffer, off, copy, 0, len);
        if (sa.open(copy, 0, len, plain, 0, found) == Verdict.OK) {
            return true;
        }
        long spi = sa.parameters().spi();
        copy[0] = (byte) (spi >>> 24);
        copy[1] = (byte) (spi >>> 16);
        copy[2] = (byte) (spi >>> 8);
        copy[3] = (byte) spi;
        return sa.open(copy, 0, len, plain, 0, found) == Verdict.OK;
    }

    /** Monotonic time of the last packet it could read; {@link Long#MIN_VALUE} before the first. */
    long lastOpenedNs() {
        return lastOpenedNs;
    }

    /** Packets whose key it was never given and that it could read all the same. */
    long openedOfUnknown() {
        return sumOfUnknown(openedBySpi);
    }

    /** Packets that it heard and whose key it was never given. */
    long heardOfUnknown() {
        return sumOfUnknown(heardBySpi);
    }

    private long sumOfUnknown(ConcurrentHashMap<Long, Long> counts) {
        return counts.entrySet().stream()
                .filter(count -> !kept.containsKey(count.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
