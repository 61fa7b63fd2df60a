/** Reads a program's YAML file into records and says in one line what is wrong with it, and where. */
@NullMarked
package io.opengcks.protocols.settings;

import org.jspecify.annotations.NullMarked;
