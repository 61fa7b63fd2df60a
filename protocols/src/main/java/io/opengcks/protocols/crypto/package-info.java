/** The one place where algorithms and providers are chosen, and the types that hold keys. */
@NullMarked
package io.opengcks.protocols.crypto;

import org.jspecify.annotations.NullMarked;
