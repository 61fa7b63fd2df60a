/** Who got which key when, who was thrown out, and what operators did: an append-only file of JSON lines, without any key. */
@NullMarked
package io.opengcks.gcks.audit;

import org.jspecify.annotations.NullMarked;
