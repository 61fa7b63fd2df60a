/** G-IKEv2 (RFC 9838): its payloads, the key server's and the member's machine, rekey messages. */
@NullMarked
package io.opengcks.protocols.gikev2;

import org.jspecify.annotations.NullMarked;
