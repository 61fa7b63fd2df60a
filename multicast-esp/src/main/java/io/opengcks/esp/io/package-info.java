/**
 * UDP in and out for members of a group: UDP-encapsulated ESP over multicast, the plain streams on the inner side, and
 * rekey messages. Start at {@link io.opengcks.esp.io.EventLoops} and {@link io.opengcks.esp.io.UdpPort}.
 *
 * <p>Netty's epoll transport where it loads, NIO elsewhere. The differences between the two that Netty leaves open
 * (multicast TTL, loopback) are settled here.
 */
@NullMarked
package io.opengcks.esp.io;

import org.jspecify.annotations.NullMarked;
