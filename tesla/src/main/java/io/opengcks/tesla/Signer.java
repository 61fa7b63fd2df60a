package io.opengcks.tesla;

/** The sender's signature, for what has to be believed before any key is: bootstraps and answers about the time. */
@FunctionalInterface
public interface Signer {
    /** A signature over the octets, of a length that fits 16 bits. */
    byte[] sign(byte[] octets);
}
