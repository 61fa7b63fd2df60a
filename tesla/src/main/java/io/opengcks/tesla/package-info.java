/**
 * TESLA (RFC 4082): broadcast source authentication by hash-chain keys disclosed late. Usable alone; needs the JDK only.
 *
 * <p>The sender makes a {@link io.opengcks.tesla.KeyChain} and uses its keys forwards in time; a receiver starts from one
 * authentic key and checks every disclosed one with a {@link io.opengcks.tesla.KeyVerifier}. Both are pure: no clock, no
 * socket. Whether a packet came in before its key could have been disclosed is for the caller to decide.
 */
@NullMarked
package io.opengcks.tesla;

import org.jspecify.annotations.NullMarked;
