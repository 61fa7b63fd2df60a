/** The key server: {@link io.opengcks.gcks.GcksServer} puts groups, sockets and administration together. */
@NullMarked
package io.opengcks.gcks;

import org.jspecify.annotations.NullMarked;
