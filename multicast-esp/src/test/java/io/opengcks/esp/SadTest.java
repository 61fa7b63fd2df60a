package io.opengcks.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SadTest {
    private final Sad sad = new Sad();

    private static InboundSa sa(long spi, InetAddress destination, @Nullable InetAddress source) {
        return new InboundSa(Fixtures.sa(spi, destination, source, 8, 64));
    }

    @Test
    void findsTheMostSpecificSa() {
        var anySource = sa(1000, Fixtures.GROUP, null);
        var fromAlice = sa(1000, Fixtures.GROUP, Fixtures.ALICE);
        var otherGroup = sa(1000, Fixtures.OTHER_GROUP, null);
        var unicast = sa(1000, Fixtures.BOB, null);
        sad.add(anySource);
        sad.add(fromAlice);
        sad.add(otherGroup);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.GROUP)).isSameAs(fromAlice);
        assertThat(sad.find(1000, Fixtures.BOB, Fixtures.GROUP)).isSameAs(anySource);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.OTHER_GROUP)).isSameAs(otherGroup);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.BOB)).isNull();
        assertThat(sad.find(1001, Fixtures.ALICE, Fixtures.GROUP)).isNull();
        sad.add(unicast);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.BOB)).isSameAs(unicast);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.ALICE)).isSameAs(unicast);
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.GROUP)).isSameAs(fromAlice);
        assertThat(sad.size()).isEqualTo(4);
        assertThat(sad.all()).containsExactlyInAnyOrder(anySource, fromAlice, otherGroup, unicast);
    }

    @Test
    void aSourceSpecificSaIsNotForOtherSources() {
        sad.add(sa(1000, Fixtures.GROUP, Fixtures.ALICE));
        assertThat(sad.find(1000, Fixtures.BOB, Fixtures.GROUP)).isNull();
    }

    @Test
    void replacesAndRemoves() {
        var first = sa(1000, Fixtures.GROUP, null);
        var second = sa(1000, Fixtures.GROUP, null);
        assertThat(sad.add(first)).isNull();
        assertThat(sad.add(second)).isSameAs(first);
        assertThat(sad.size()).isEqualTo(1);
        assertThat(sad.remove(first.parameters())).isSameAs(second);
        assertThat(sad.remove(first.parameters())).isNull();
        assertThat(sad.find(1000, Fixtures.ALICE, Fixtures.GROUP)).isNull();
        assertThat(sad.size()).isZero();
    }

    @Test
    void knowsIpv6Groups() {
        InetAddress group = Fixtures.address("ff05::1234");
        var found = sa(0xFFFF_FFFFL, group, null);
        sad.add(found);
        assertThat(sad.find(0xFFFF_FFFFL, Fixtures.address("2001:db8::1"), Fixtures.address("ff05::1234")))
                .isSameAs(found);
        assertThat(sad.find(0xFFFF_FFFFL, Fixtures.address("2001:db8::1"), Fixtures.address("ff05::1235")))
                .isNull();
    }

    /** Against a map, with so few keys that entries collide, go and come again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithAMap(long seed) {
        var chance = new Random(seed);
        InetAddress[] destinations = {Fixtures.GROUP, Fixtures.OTHER_GROUP, Fixtures.ALICE};
        InetAddress[] sources = {Fixtures.ALICE, Fixtures.BOB};
        Map<List<Object>, InboundSa> model = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            long spi = 256L + chance.nextInt(8);
            InetAddress destination = destinations[chance.nextInt(destinations.length)];
            InetAddress source = chance.nextInt(3) == 0 ? sources[chance.nextInt(2)] : null;
            var some = sa(spi, destination, source);
            if (chance.nextBoolean()) {
                assertThat(sad.add(some)).isSameAs(model.put(key(some.parameters()), some));
            } else {
                assertThat(sad.remove(some.parameters())).isSameAs(model.remove(key(some.parameters())));
            }
            assertThat(sad.size()).isEqualTo(model.size());
            long wanted = 256L + chance.nextInt(8);
            InetAddress from = sources[chance.nextInt(2)];
            InetAddress to = destinations[chance.nextInt(3)];
            InboundSa expected = model.getOrDefault(
                    List.of(wanted, to, from), model.getOrDefault(List.of(wanted, to), model.get(List.of(wanted))));
            assertThat(sad.find(wanted, from, to)).isSameAs(expected);
        }
    }

    private static List<Object> key(SaParameters sa) {
        if (!sa.destination().isMulticastAddress()) {
            return List.of(sa.spi());
        }
        return sa.source() == null
                ? List.of(sa.spi(), sa.destination())
                : List.of(sa.spi(), sa.destination(), sa.source());
    }

    @Test
    void readersNeverMissAnSaThatStays() throws Exception {
        var staying = new ArrayList<InboundSa>();
        for (int i = 0; i < 50; i++) {
            var sa = sa(256 + i, Fixtures.GROUP, i % 2 == 0 ? null : Fixtures.ALICE);
            staying.add(sa);
            sad.add(sa);
        }
        var coming = new ArrayList<InboundSa>();
        for (int i = 0; i < 500; i++) {
            coming.add(
                    sa(256 + i % 100, i % 3 == 0 ? Fixtures.OTHER_GROUP : Fixtures.address("239.9.9." + i % 7), null));
        }
        var done = new AtomicBoolean();
        var started = new CountDownLatch(2);
        Callable<Long> reader = () -> {
            started.countDown();
            long found = 0;
            while (!done.get()) {
                for (InboundSa sa : staying) {
                    if (sad.find(sa.parameters().spi(), Fixtures.ALICE, Fixtures.GROUP) != sa) {
                        throw new AssertionError("lost " + sa);
                    }
                    found++;
                }
            }
            return found;
        };
        try (var pool = Executors.newFixedThreadPool(2)) {
            Future<Long> one = pool.submit(reader);
            Future<Long> two = pool.submit(reader);
            started.await();
            for (int round = 0; round < 100; round++) {
                coming.forEach(sad::add);
                coming.forEach(sa -> sad.remove(sa.parameters()));
            }
            done.set(true);
            assertThat(one.get() + two.get()).isPositive();
        }
        assertThat(sad.size()).isEqualTo(staying.size());
    }
}
