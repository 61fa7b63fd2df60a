package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever is lost, as long as as many arrive as a block has packets, all are there again; and never wrong ones. */
class RekeyParityTest {
    @Property(tries = 500)
    void anyAsManyAsTheBlockHasGiveAll(
            @ForAll @IntRange(min = 1, max = 24) int data,
            @ForAll @IntRange(min = 1, max = 12) int parity,
            @ForAll @IntRange(max = 23) int absent,
            @ForAll @IntRange(max = 13) int lost,
            @ForAll long seed) {
        var random = new Random(seed);
        var code = new RekeyParity(data, parity);
        var packets = new ArrayList<byte[]>();
        for (int i = 0; i < data - absent % data; i++) {
            byte[] packet = new byte[random.nextInt(1400)];
            random.nextBytes(packet);
            packets.add(packet);
        }
        var parities = code.protect(packets);
        assertThat(parities).hasSize(parity);
        var sent = new ArrayList<Optional<byte[]>>();
        packets.forEach(packet -> sent.add(Optional.of(packet)));
        parities.forEach(packet -> sent.add(Optional.of(packet)));
        var places = new ArrayList<Integer>();
        for (int i = 0; i < sent.size(); i++) {
            places.add(i);
        }
        Collections.shuffle(places, random);
        int losses = Math.min(lost, sent.size());
        places.subList(0, losses).forEach(place -> sent.set(place, Optional.empty()));
        boolean allPackets = sent.subList(0, packets.size()).stream().allMatch(Optional::isPresent);
        var repaired = code.repair(sent.subList(0, packets.size()), sent.subList(packets.size(), sent.size()));
        if (losses <= parity || allPackets) {
            assertThat(repaired.orElseThrow().toArray()).isEqualTo(packets.toArray());
        } else {
            assertThat(repaired).isEmpty();
        }
    }

    @Test
    void whatIsOfAnotherBlockNeverThrows() {
        var code = new RekeyParity(4, 2);
        var mine = List.of(new byte[10], new byte[20], new byte[30], new byte[40]);
        var parities = code.protect(mine);
        List<Optional<byte[]>> cut = List.of(Optional.of(new byte[1]), Optional.of(parities.get(1)));
        List<Optional<byte[]>> got =
                List.of(Optional.of(new byte[900]), Optional.empty(), Optional.of(new byte[30]), Optional.empty());
        assertThat(code.repair(got, cut)).isEmpty();
        List<Optional<byte[]>> nothing = List.of(Optional.empty(), Optional.empty());
        assertThat(code.repair(got, nothing)).isEmpty();
    }

    @Test
    void aBlockHasLimits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RekeyParity(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RekeyParity(250, 7));
        assertThatIllegalArgumentException().isThrownBy(() -> new RekeyParity(2, 1).protect(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new RekeyParity(1, 1).protect(List.of(new byte[70_000])));
    }
}
