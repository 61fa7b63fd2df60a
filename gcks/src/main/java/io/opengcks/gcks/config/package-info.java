/**
 * What an operator writes: {@code gcks.yaml} becomes a {@link io.opengcks.gcks.config.GcksConfig}, the definition of a group
 * becomes a policy. Everything wrong is a {@link io.opengcks.protocols.settings.SettingsException} with file, line and key.
 */
@NullMarked
package io.opengcks.gcks.config;

import org.jspecify.annotations.NullMarked;
