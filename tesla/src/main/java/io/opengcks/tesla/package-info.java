/** TESLA (RFC 4082): broadcast source authentication by hash-chain keys disclosed late. */
@NullMarked
package io.opengcks.tesla;

import org.jspecify.annotations.NullMarked;
