package io.opengcks.protocols.gikev2;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Random octets out of a seed, so that a simulation can be run again. */
final class SeededRandom extends SecureRandom {
    private final transient SplittableRandom random;

    SeededRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        // The parent's constructor may ask before there is a seed.
        if (random != null) {
            random.nextBytes(bytes);
        }
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public double nextDouble() {
        return random.nextDouble();
    }
}
