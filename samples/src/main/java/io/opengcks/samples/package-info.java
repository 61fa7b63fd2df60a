/** Programs to copy from. */
@NullMarked
package io.opengcks.samples;

import org.jspecify.annotations.NullMarked;
