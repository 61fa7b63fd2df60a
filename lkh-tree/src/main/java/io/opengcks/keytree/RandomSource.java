package io.opengcks.keytree;

/** Where new keys come from: {@code new SecureRandom()::nextBytes}, or a seeded source in a simulation. */
@FunctionalInterface
public interface RandomSource {
    /** Fills the whole array with octets nobody can predict. */
    void nextBytes(byte[] octets);
}
