package io.opengcks.keytree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A new key and the key it is sent under: {@code X{Y}} in RFC 9838, Appendix A.
 *
 * <p>Every record owns its arrays, so that one may be destroyed while others are still in use.
 *
 * @param keyId      ID of the new key, unsigned; 0 is the caller's group key
 * @param secret     the new key; null exactly where {@code keyId} is 0, as the tree does not know the group key
 * @param wrapKeyId  ID of the key it is wrapped under, unsigned, never 0
 * @param wrapSecret the wrapping key
 */
public record Wrap(int keyId, byte @Nullable [] secret, int wrapKeyId, byte[] wrapSecret) {
    public Wrap {
        if ((keyId == 0) != (secret == null)) {
            throw new IllegalArgumentException("the group key, and only it, has ID 0 and is not given");
        }
    }

    /** Overwrites both copies; the tree keeps its own. */
    public void destroy() {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
        }
        Arrays.fill(wrapSecret, (byte) 0);
    }

    @Override
    public String toString() {
        return "Wrap[" + Integer.toUnsignedString(wrapKeyId) + "{" + Integer.toUnsignedString(keyId) + "}]";
    }
}
