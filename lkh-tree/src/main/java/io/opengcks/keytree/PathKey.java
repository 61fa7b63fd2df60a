package io.opengcks.keytree;

import java.util.Arrays;

/**
 * One key that a member holds.
 *
 * @param keyId  unsigned 32-bit value, never 0
 * @param secret a copy the receiver of this record owns; {@link #destroy()} overwrites it
 */
public record PathKey(int keyId, byte[] secret) {
    /** Overwrites this copy of the secret; the tree keeps its own. */
    public void destroy() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "PathKey[" + Integer.toUnsignedString(keyId) + ", <redacted>]";
    }
}
