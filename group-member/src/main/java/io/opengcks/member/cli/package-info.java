/** The program {@code gm}: runs an agent as its configuration says, and asks a running one how it is. */
@NullMarked
package io.opengcks.member.cli;

import org.jspecify.annotations.NullMarked;
