/** RFC 4442: TESLA's parameters and first key as MIKEY payloads. */
@NullMarked
package io.opengcks.tesla.mikey;

import org.jspecify.annotations.NullMarked;
