package io.opengcks.protocols.gsa;

import io.opengcks.protocols.crypto.Secret;

/**
 * A key of the key tree on its way to members: {@code X{Y}} in RFC 9838, Appendix A.
 *
 * @param keyId      ID of {@code key}, an unsigned 32-bit value; 0 is the keying material of the Rekey SA itself
 * @param key        the key that is wrapped
 * @param wrapKeyId  ID of the wrapping key; 0 is GSK_w of the SA that carries the message
 * @param wrapKey    the wrapping key; null exactly where {@code wrapKeyId} is 0
 */
public record TreeKey(
        int keyId,
        Secret key,
        int wrapKeyId,
        @org.jspecify.annotations.Nullable Secret wrapKey) {
    public TreeKey {
        if ((wrapKeyId == 0) != (wrapKey == null)) {
            throw new IllegalArgumentException("GSK_w, and only it, has ID 0 and is not given");
        }
    }
}
