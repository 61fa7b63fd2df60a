/**
 * The unicast side of the G-IKEv2 face: UDP sockets around the {@link io.opengcks.protocols.gikev2.KeyServer} machine. What it
 * wants done is done here: datagrams, timers, questions to the groups, log lines and counters.
 */
@NullMarked
package io.opengcks.gcks.registration;

import org.jspecify.annotations.NullMarked;
