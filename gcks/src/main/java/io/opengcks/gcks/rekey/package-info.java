/** The multicast side: rekey messages leave here, in as many copies as the policy wants. */
@NullMarked
package io.opengcks.gcks.rekey;

import org.jspecify.annotations.NullMarked;
