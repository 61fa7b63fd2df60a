/** What a registration hands to a member, said without any wire format: shared by every face, the server and the agent. */
@NullMarked
package io.opengcks.protocols.gsa;

import org.jspecify.annotations.NullMarked;
