package io.opengcks.tesla;

/** Checks what a {@link Signer} made. */
@FunctionalInterface
public interface SignatureCheck {
    /** Whether the signature is the sender's over the octets; false for anything that is none. */
    boolean isGood(byte[] octets, byte[] signature);
}
