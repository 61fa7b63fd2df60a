/** Base IKEv2 (RFC 7296): messages, payloads, the SK payload, key derivation, authentication. */
@NullMarked
package io.opengcks.protocols.ikev2;

import org.jspecify.annotations.NullMarked;
