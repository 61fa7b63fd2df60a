package io.opengcks.benchmarks;

import java.util.Map;

/**
 * One measured figure.
 *
 * @param bench      the benchmark
 * @param figure     what was measured
 * @param value      how much of it
 * @param unit       in what
 * @param limit      the bare limit, measured in the same run, in the same unit
 * @param ratio      {@code value} as a share of {@code limit}; the documentation of a benchmark says whether more is better
 * @param parameters under which conditions
 */
record Figure(
        String bench, String figure, double value, String unit, double limit, double ratio, Map<String, ?> parameters) {
    static Figure of(String bench, String figure, double value, String unit, double limit, Map<String, ?> parameters) {
        return new Figure(bench, figure, value, unit, limit, value / limit, parameters);
    }
}
