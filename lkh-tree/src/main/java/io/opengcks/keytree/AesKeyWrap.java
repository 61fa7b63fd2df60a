package io.opengcks.keytree;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES key wrap; the wrapping key has 16, 24 or 32 octets and chooses the strength. */
public enum AesKeyWrap implements KeyWrap {
    /** RFC 3394: keys of a multiple of 8 octets, at least 16; 8 octets longer on the wire. */
    KW("AES/KW/NoPadding"),
    /** RFC 5649: keys of any length; 8 octets longer on the wire after padding to a multiple of 8. */
    KWP("AES/KWP/NoPadding");

    private final String transformation;

    AesKeyWrap(String transformation) {
        this.transformation = transformation;
    }

    @Override
    public byte[] wrap(byte[] wrapping, byte[] key) {
        try {
            Cipher cipher = cipher();
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrapping, "AES"));
            return cipher.wrap(new SecretKeySpec(key, "RAW"));
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException(
                    this + " does not take a key of " + key.length + " octets under one of " + wrapping.length,
                    refused);
        }
    }

    @Override
    public Optional<byte[]> unwrap(byte[] wrapping, byte[] wrapped) {
        Cipher cipher = cipher();
        try {
            cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrapping, "AES"));
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException(this + " does not take a wrapping key of " + wrapping.length, refused);
        }
        try {
            Key key = cipher.unwrap(wrapped, "RAW", Cipher.SECRET_KEY);
            return Optional.of(key.getEncoded());
        } catch (GeneralSecurityException forged) {
            return Optional.empty();
        }
    }

    private Cipher cipher() {
        try {
            return Cipher.getInstance(transformation, "SunJCE");
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no " + transformation, absent);
        }
    }
}
