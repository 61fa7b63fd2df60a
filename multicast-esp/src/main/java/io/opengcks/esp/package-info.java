/** ESP for multicast groups: packets, SAD, replay protection, UDP encapsulation. */
@NullMarked
package io.opengcks.esp;

import org.jspecify.annotations.NullMarked;
