/** RFC 4383: TESLA in SRTP and SRTCP: the fields behind the packet, what the MAC covers, the context's parameters. */
@NullMarked
package io.opengcks.tesla.srtp;

import org.jspecify.annotations.NullMarked;
