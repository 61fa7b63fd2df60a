package io.opengcks.member;

import io.opengcks.protocols.gsa.TrafficSelector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The newest SA in use on each flow, to tell when one follows another. */
final class TekHistory {
    /** More flows than one GSA names. */
    static final int MAX_FLOWS = 64;

    private record Newest(long spi, long order) {}

    private final Map<TrafficSelector, Newest> flows = new LinkedHashMap<>();

    /**
     * An SA is used for the first time.
     *
     * @param order grows from each SA to the next
     * @return the SPI it follows; empty if it is the flow's first, the same or an older one
     */
    OptionalLong used(TrafficSelector flow, long spi, long order) {
        Newest before = flows.get(flow);
        if (before != null && (before.order >= order || before.spi == spi)) {
            return OptionalLong.empty();
        }
        if (before == null && flows.size() == MAX_FLOWS) {
            flows.remove(flows.keySet().iterator().next());
        }
        flows.put(flow, new Newest(spi, order));
        return before == null ? OptionalLong.empty() : OptionalLong.of(before.spi);
    }
}
