package io.opengcks.keytree;

import java.util.List;

/**
 * One encrypted key of a message.
 *
 * @param keyId     ID of the key inside, unsigned; 0 is the group key
 * @param wrapKeyId ID of the key it is encrypted under, unsigned, never 0
 * @param octets    as {@link KeyWrap#wrap} made them; shared with the caller
 */
public record WrappedKey(int keyId, int wrapKeyId, byte[] octets) {
    /**
     * Encrypts all that {@link KeyTree#wraps} asks for.
     *
     * @param groupKey what ID 0 stands for in this message
     */
    public static List<WrappedKey> seal(List<Wrap> wraps, byte[] groupKey, KeyWrap with) {
        return wraps.stream()
                .map(wrap -> {
                    byte[] secret = wrap.secret();
                    byte[] octets = with.wrap(wrap.wrapSecret(), secret == null ? groupKey : secret);
                    return new WrappedKey(wrap.keyId(), wrap.wrapKeyId(), octets);
                })
                .toList();
    }

    @Override
    public String toString() {
        return "WrappedKey[" + Integer.toUnsignedString(wrapKeyId) + "{" + Integer.toUnsignedString(keyId) + "}]";
    }
}
