/**
 * TESLA (RFC 4082): broadcast source authentication by hash-chain keys disclosed late. Usable alone; needs the JDK only.
 *
 * <p>{@link io.opengcks.tesla.KeyChain} and {@link io.opengcks.tesla.ChainSequence} are the sender's keys,
 * {@link io.opengcks.tesla.KeyVerifier} checks them at the receiver. Everything is pure: time comes in as a number, octets
 * come in and go out as arrays; no clock, no socket, no thread.
 */
@NullMarked
package io.opengcks.tesla;

import org.jspecify.annotations.NullMarked;
