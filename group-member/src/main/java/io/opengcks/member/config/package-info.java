/** Reads {@code gm.yaml} into the settings of an agent. */
@NullMarked
package io.opengcks.member.config;

import org.jspecify.annotations.NullMarked;
