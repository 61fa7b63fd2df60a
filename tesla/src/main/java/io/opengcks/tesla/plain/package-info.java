/** A framing of our own for any stream of UDP datagrams: data, idle disclosures, signed bootstraps, time synchronisation. */
@NullMarked
package io.opengcks.tesla.plain;

import org.jspecify.annotations.NullMarked;
