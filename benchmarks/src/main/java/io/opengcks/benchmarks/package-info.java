/**
 * Figures against a limit measured in the same run: on shared machines only the ratio means something. {@code ./opengcks bench NAME} runs a
 * {@link io.opengcks.benchmarks.Bench}; a new one is named in {@link io.opengcks.benchmarks.Main}.
 */
@NullMarked
package io.opengcks.benchmarks;

import org.jspecify.annotations.NullMarked;
