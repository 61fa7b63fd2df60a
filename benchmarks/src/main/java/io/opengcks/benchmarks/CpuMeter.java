package io.opengcks.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Processor time and allocation of one thread for one kind of work. Time of the processor, as openssl takes it too, so
 * that others on the machine disturb less; the median over many slices, so that a disturbed slice does not count.
 */
final class CpuMeter {
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Double> nanosPerUnit = new ArrayList<>();
    private long startedNs;
    private long startedOctets;
    private long units;
    private long octets;

    void start() {
        startedOctets = THREAD.getCurrentThreadAllocatedBytes();
        startedNs = THREAD.getCurrentThreadCpuTime();
    }

    /** Ends a slice in which {@code done} units of work were done. */
    void stop(long done) {
        long ns = THREAD.getCurrentThreadCpuTime() - startedNs;
        octets += THREAD.getCurrentThreadAllocatedBytes() - startedOctets;
        units += done;
        nanosPerUnit.add((double) ns / done);
    }

    /** Forgets what came before: it was warm-up. */
    void reset() {
        nanosPerUnit.clear();
        units = 0;
        octets = 0;
    }

    /** Nanoseconds of processor time for a unit of work, median of the slices. */
    double nanos() {
        var sorted = new ArrayList<>(nanosPerUnit);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** Octets allocated for a unit of work. */
    double octets() {
        return (double) octets / units;
    }
}
