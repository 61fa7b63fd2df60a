package io.opengcks.esp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten senders share one SA over a network that loses, reorders and doubles packets. */
class ManySendersTest {
    private static final int SENDERS = 10;
    private static final int PACKETS = 300;
    private static final int REORDER = 40; // less than a window: nothing that arrives is too old

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    private record Sent(String payload, byte[] packet) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void eachPacketThatArrivesIsAcceptedExactlyOnce(long seed) {
        var chance = new SplittableRandom(seed);
        var parameters = Fixtures.sa(8, 64);
        var receiver = new InboundSa(parameters);
        Map<String, Integer> accepted = new HashMap<>();
        var arrived = new HashSet<String>();
        for (Sent sent : network(parameters, chance)) {
            arrived.add(sent.payload);
            receive(receiver, sent, accepted);
        }
        assertThat(receiver.senders()).isEqualTo(SENDERS);
        assertThat(accepted.keySet()).isEqualTo(arrived);
        assertThat(accepted.values()).containsOnly(1);
    }

    /** What comes out of the network: a queue with places swapped, some packets missing, some twice. */
    private static List<Sent> network(SaParameters parameters, SplittableRandom chance) {
        var senders = new ArrayList<OutboundSa>();
        for (int id = 0; id < SENDERS; id++) {
            senders.add(new OutboundSa(parameters, id * 25));
        }
        var perSender = new ArrayList<List<Sent>>();
        for (OutboundSa sender : senders) {
            var queue = new ArrayList<Sent>();
            for (int i = 0; i < PACKETS; i++) {
                String payload = sender.senderId() + ":" + i;
                queue.add(new Sent(payload, Fixtures.seal(sender, payload.getBytes(UTF_8))));
            }
            var late = new ArrayList<Map.Entry<Integer, Sent>>();
            for (int i = 0; i < PACKETS; i++) {
                if (chance.nextInt(100) >= 20) {
                    late.add(Map.entry(i + chance.nextInt(REORDER), queue.get(i)));
                    if (chance.nextInt(100) < 20) {
                        late.add(Map.entry(i + chance.nextInt(PACKETS), queue.get(i)));
                    }
                }
            }
            late.sort(Map.Entry.comparingByKey());
            perSender.add(late.stream().map(Map.Entry::getValue).toList());
        }
        var all = new ArrayList<Sent>();
        int[] next = new int[SENDERS];
        for (int left = perSender.stream().mapToInt(List::size).sum(); left > 0; ) {
            int sender = chance.nextInt(SENDERS);
            if (next[sender] < perSender.get(sender).size()) {
                all.add(perSender.get(sender).get(next[sender]++));
                left--;
            }
        }
        return all;
    }

    private static void receive(InboundSa receiver, Sent sent, Map<String, Integer> accepted) {
        byte[] out = new byte[sent.packet.length];
        var found = new Opened();
        switch (receiver.open(sent.packet, 0, sent.packet.length, out, 0, found)) {
            case OK -> accepted.merge(new String(out, found.offset(), found.length(), UTF_8), 1, Integer::sum);
            case REPLAYED, TOO_OLD -> assertThat(accepted).containsKey(sent.payload);
            case MALFORMED, WRONG_SPI, NOT_AUTHENTIC, TOO_MANY_SENDERS, BAD_PADDING, DUMMY, DESTROYED ->
                throw new AssertionError("refused a packet of a member: " + sent.payload);
        }
    }

    @Test
    void aRestartedSenderIsHeardOnlyUnderAFreshSenderId() {
        var parameters = Fixtures.sa(12, 64);
        var receiver = new InboundSa(parameters);
        var before = new OutboundSa(parameters, 7);
        for (int i = 0; i < 100; i++) {
            assertThat(Fixtures.open(receiver, Fixtures.seal(before, new byte[i])))
                    .isEqualTo(Verdict.OK);
        }
        var sameAgain = new OutboundSa(parameters, 7);
        assertThat(Fixtures.open(receiver, Fixtures.seal(sameAgain, new byte[5])))
                .isEqualTo(Verdict.TOO_OLD);
        var fresh = new OutboundSa(parameters, 8);
        assertThat(Fixtures.open(receiver, Fixtures.seal(fresh, new byte[5]))).isEqualTo(Verdict.OK);
    }
}
