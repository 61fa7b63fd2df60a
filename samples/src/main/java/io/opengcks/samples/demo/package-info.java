/**
 * The main job in half a minute: a key server, a sender and three receivers on loopback multicast, an MPEG transport stream that
 * plays, and an eviction that bites.
 */
@NullMarked
package io.opengcks.samples.demo;

import org.jspecify.annotations.NullMarked;
