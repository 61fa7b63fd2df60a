package io.opengcks.keytree;

import java.util.Optional;

/** How one key is encrypted under another. A face brings the one its wire format demands; {@link AesKeyWrap} has the usual. */
public interface KeyWrap {
    /**
     * Encrypts a key.
     *
     * @param wrapping the key to encrypt under; not kept
     * @param key      the key to encrypt; not kept
     */
    byte[] wrap(byte[] wrapping, byte[] key);

    /**
     * Decrypts what {@link #wrap} made.
     *
     * @param wrapped of any length, straight from the wire
     * @return the key, which the caller owns; empty if the length or the integrity check fails
     */
    Optional<byte[]> unwrap(byte[] wrapping, byte[] wrapped);
}
