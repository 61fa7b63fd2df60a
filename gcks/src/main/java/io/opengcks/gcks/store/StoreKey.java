package io.opengcks.gcks.store;

import io.opengcks.protocols.crypto.Secret;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key under which a journal is encrypted (AES-256). Where it comes from is the configuration's affair. */
public final class StoreKey {
    public static final int BYTES = 32;

    private final Secret octets;

    /**
     * A key from {@value #BYTES} octets.
     *
     * @param octets from now on owned by this object
     */
    public StoreKey(Secret octets) {
        if (octets.length() != BYTES) {
            throw new IllegalArgumentException("a store key has " + BYTES + " octets, not " + octets.length());
        }
        this.octets = octets;
    }

    SecretKey aes() {
        byte[] copy = octets.copy();
        try {
            return new SecretKeySpec(copy, "AES");
        } finally {
            java.util.Arrays.fill(copy, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "<redacted>";
    }
}
