package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParkedPacketsTest {
    private static final long SECOND = 1_000_000_000L;

    private static byte[] packet(int spi, int sequence, int length) {
        byte[] packet = new byte[length];
        EspPacket.int32(packet, 0, spi);
        EspPacket.int32(packet, 4, sequence);
        return packet;
    }

    private static List<Long> drain(ParkedPackets parked, SaParameters sa, long nowNs) {
        var sequences = new ArrayList<Long>();
        int count = parked.drain(sa, nowNs, each -> sequences.add(EspPacket.sequence(each.packet(), 0)));
        assertThat(sequences).hasSize(count);
        return sequences;
    }

    private static void park(ParkedPackets parked, byte[] packet, InetAddress source, long nowNs) {
        parked.park(packet, 0, packet.length, source, Fixtures.GROUP, nowNs);
    }

    @Test
    void letsThePacketsOfAnSaGoInTheOrderTheyCame() {
        var parked = new ParkedPackets(100, 10_000, SECOND);
        for (int i = 1; i <= 10; i++) {
            park(parked, packet(1000 + i % 2, i, 50), Fixtures.ALICE, i);
        }
        assertThat(drain(parked, Fixtures.sa(1001, Fixtures.GROUP, null, 8, 64), 20))
                .containsExactly(1L, 3L, 5L, 7L, 9L);
        assertThat(parked.packets()).isEqualTo(5);
        assertThat(parked.octets()).isEqualTo(250);
        assertThat(drain(parked, Fixtures.sa(1000, Fixtures.OTHER_GROUP, null, 8, 64), 20))
                .isEmpty();
        assertThat(drain(parked, Fixtures.sa(1000, Fixtures.GROUP, Fixtures.BOB, 8, 64), 20))
                .isEmpty();
        assertThat(drain(parked, Fixtures.sa(1000, Fixtures.GROUP, Fixtures.ALICE, 8, 64), 20))
                .containsExactly(2L, 4L, 6L, 8L, 10L);
        assertThat(parked.octets()).isZero();
    }

    @Test
    void dropsTheOldestWhereRoomIsShort() {
        var few = new ParkedPackets(3, 10_000, SECOND);
        var small = new ParkedPackets(100, 160, SECOND);
        for (int i = 1; i <= 5; i++) {
            park(few, packet(1000, i, 50), Fixtures.ALICE, i);
            park(small, packet(1000, i, 50), Fixtures.ALICE, i);
        }
        var sa = Fixtures.sa(1000, Fixtures.GROUP, null, 8, 64);
        for (ParkedPackets parked : List.of(few, small)) {
            assertThat(parked.overflowed()).isEqualTo(2);
            assertThat(drain(parked, sa, 5)).containsExactly(3L, 4L, 5L);
        }
        park(small, packet(1000, 6, 161), Fixtures.ALICE, 6);
        assertThat(small.packets()).isZero();
        assertThat(small.overflowed()).isEqualTo(3);
    }

    @Test
    void dropsWhatWaitedTooLongAlsoWhereTheClockWraps() {
        var parked = new ParkedPackets(100, 10_000, SECOND);
        long start = Long.MAX_VALUE - SECOND / 2;
        park(parked, packet(1000, 1, 50), Fixtures.ALICE, start);
        park(parked, packet(1000, 2, 50), Fixtures.ALICE, start + SECOND);
        parked.expire(start + SECOND);
        assertThat(parked.packets()).isEqualTo(2);
        parked.expire(start + SECOND + 1);
        assertThat(parked.packets()).isEqualTo(1);
        assertThat(parked.expired()).isEqualTo(1);
        assertThat(drain(parked, Fixtures.sa(1000, Fixtures.GROUP, null, 8, 64), start + 3 * SECOND))
                .isEmpty();
        assertThat(parked.expired()).isEqualTo(2);
    }

    @Test
    void keepsACopyAndNothingThatIsNoEsp() {
        var parked = new ParkedPackets(100, 10_000, SECOND);
        byte[] buffer = packet(1000, 1, 50);
        parked.park(buffer, 0, 50, Fixtures.ALICE, Fixtures.GROUP, 0);
        parked.park(buffer, 0, 7, Fixtures.ALICE, Fixtures.GROUP, 0);
        buffer[7] = 99;
        assertThat(drain(parked, Fixtures.sa(1000, Fixtures.GROUP, null, 8, 64), 1))
                .containsExactly(1L);
        parked.park(buffer, 0, 50, Fixtures.ALICE, Fixtures.GROUP, 0);
        parked.clear();
        assertThat(parked.packets() + parked.octets()).isZero();
    }

    @Test
    void aSinkMayParkAgain() {
        var parked = new ParkedPackets(100, 10_000, SECOND);
        park(parked, packet(1000, 1, 50), Fixtures.ALICE, 0);
        var sa = Fixtures.sa(1000, Fixtures.GROUP, null, 8, 64);
        assertThat(parked.drain(sa, 1, each -> park(parked, each.packet(), each.source(), 1)))
                .isEqualTo(1);
        assertThat(parked.packets()).isEqualTo(1);
    }
}
