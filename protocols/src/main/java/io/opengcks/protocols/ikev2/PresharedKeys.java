package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import java.util.Optional;

/** Pre-shared keys by peer. */
@FunctionalInterface
public interface PresharedKeys {
    PresharedKeys NONE = peer -> Optional.empty();

    /** The key shared with {@code peer}; empty where there is none. The secret stays the owner's. */
    Optional<Secret> find(Identity peer);
}
