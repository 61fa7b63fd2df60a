/** RFC 5776: TESLA in the EXT_AUTH header extension of ALC and NORM packets. One record for each type, one codec. */
@NullMarked
package io.opengcks.tesla.alc;

import org.jspecify.annotations.NullMarked;
