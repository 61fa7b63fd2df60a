package io.opengcks.member;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters by the constants of one enum. Counting allocates nothing; any thread may read. */
final class Tally<E extends Enum<E>> {
    private final EnumMap<E, LongAdder> counts;

    Tally(Class<E> type) {
        counts = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            counts.put(constant, new LongAdder());
        }
    }

    void count(E constant) {
        adder(constant).increment();
    }

    long of(E constant) {
        return adder(constant).sum();
    }

    /** Those that are not 0, by their name in metrics. */
    Map<String, Long> snapshot() {
        Map<String, Long> map = new TreeMap<>();
        counts.forEach((constant, count) -> {
            if (count.sum() != 0) {
                map.put(name(constant), count.sum());
            }
        });
        return map;
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private LongAdder adder(E constant) {
        LongAdder adder = counts.get(constant);
        if (adder == null) {
            throw new IllegalStateException("a counter for each constant");
        }
        return adder;
    }
}
