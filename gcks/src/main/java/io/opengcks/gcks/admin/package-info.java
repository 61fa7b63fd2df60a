/**
 * The administration over HTTP: JSON under {@code /v1}, described by the OpenAPI document that it serves; metrics and health. Every
 * request under {@code /v1} carries the bearer token.
 */
@NullMarked
package io.opengcks.gcks.admin;

import org.jspecify.annotations.NullMarked;
