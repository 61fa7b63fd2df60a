package io.opengcks.benchmarks;

import io.opengcks.esp.EspPacket;
import io.opengcks.esp.InboundSa;
import io.opengcks.esp.Opened;
import io.opengcks.esp.OutboundSa;
import io.opengcks.esp.SaParameters;
import io.opengcks.esp.Sad;
import io.opengcks.esp.Verdict;
import java.net.InetAddress;
import java.util.SplittableRandom;

/** Seals a batch of packets, then opens it: every packet is fresh, so the replay window does its whole work. */
final class EspLoad {
    /** Packets of a batch: 340 KiB, which a second-level cache holds, as it would hold a batch from the network. */
    static final int BATCH = 256;
    /** Packets of one flow in a row. */
    private static final int BURST = 32;

    private final InetAddress source = InetAddress.ofLiteral("192.0.2.1");
    private final byte[] payload = new byte[EspBench.PAYLOAD];
    private final byte[] out = new byte[2048];
    private final byte[][] packets;
    private final int[] lengths;
    private final InetAddress[] destinations;
    private final OutboundSa[][] senders;
    private final Sad sad = new Sad();
    private final Opened found = new Opened();
    private final SplittableRandom chance = new SplittableRandom(4303);

    /**
     * Fills a SAD.
     *
     * @param sas     SAs of one destination, of which each packet picks one
     * @param senders Sender-IDs of each SA that traffic is on
     * @param batch   packets that are sealed before they are opened
     */
    EspLoad(SaParameters first, int sas, int senders, int batch) {
        this.packets = new byte[batch][first.sealedLength(EspBench.PAYLOAD)];
        this.lengths = new int[batch];
        this.destinations = new InetAddress[batch];
        int active = Math.min(sas, 8);
        this.senders = new OutboundSa[active][senders];
        for (int i = 0; i < sas; i++) {
            SaParameters parameters = i == 0 ? first : EspBench.sa(first.transform(), first.spi() + i);
            sad.add(new InboundSa(parameters));
            if (i % Math.max(1, sas / active) == 0 && i / Math.max(1, sas / active) < active) {
                for (int id = 0; id < senders; id++) {
                    this.senders[i / Math.max(1, sas / active)][id] = new OutboundSa(parameters, id);
                }
            }
        }
    }

    void seal(CpuMeter meter) {
        int batch = packets.length;
        int[] flows = new int[batch / BURST];
        int[] ids = new int[batch];
        for (int i = 0; i < flows.length; i++) {
            flows[i] = chance.nextInt(senders.length);
        }
        for (int i = 0; i < batch; i++) {
            ids[i] = chance.nextInt(senders[0].length);
        }
        meter.start();
        for (int i = 0; i < batch; i++) {
            OutboundSa sender = senders[flows[i / BURST]][ids[i]];
            lengths[i] = sender.seal(payload, 0, payload.length, EspPacket.NEXT_HEADER_IPV4, packets[i], 0);
            destinations[i] = sender.parameters().destination();
        }
        meter.stop(batch);
    }

    void open(CpuMeter meter) {
        int batch = packets.length;
        int opened = 0;
        meter.start();
        for (int i = 0; i < batch; i++) {
            byte[] packet = packets[i];
            InboundSa sa = sad.find(EspPacket.spi(packet, 0), source, destinations[i]);
            if (sa != null && sa.open(packet, 0, lengths[i], out, 0, found) == Verdict.OK) {
                opened++;
            }
        }
        meter.stop(batch);
        if (opened != batch) {
            throw new IllegalStateException("opened " + opened + " of " + batch);
        }
    }
}
