/** The program {@code gcks}: runs a key server, and administers one over its HTTP API. */
@NullMarked
package io.opengcks.gcks.cli;

import org.jspecify.annotations.NullMarked;
