/**
 * ESP for multicast groups (RFC 4303, RFC 5374): packets, the SAD, replay protection for many senders (RFC 6054), and
 * the inner packets of transport and tunnel mode. Nothing here opens a socket or reads a clock.
 *
 * <p>Start at {@link io.opengcks.esp.SaParameters}: from it an {@link io.opengcks.esp.OutboundSa} seals and an
 * {@link io.opengcks.esp.InboundSa} opens packets. {@link io.opengcks.esp.Sad} finds the SA of a packet,
 * {@link io.opengcks.esp.UdpFlow} and {@link io.opengcks.esp.InnerUdp} make and read what is inside,
 * {@link io.opengcks.esp.ParkedPackets} keeps packets whose SA is still on its way. The exact octets stand in
 * {@code docs/esp-octets.md}; sockets are in {@code io.opengcks.esp.io}.
 *
 * <p>Packets are {@code byte[]} with offset and length throughout: the JDK's ciphers are fastest there.
 */
@NullMarked
package io.opengcks.esp;

import org.jspecify.annotations.NullMarked;
