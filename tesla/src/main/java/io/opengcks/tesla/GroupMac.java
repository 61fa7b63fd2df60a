package io.opengcks.tesla;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * A short MAC under a key all members share, looked at first so that outsiders cannot fill buffers (RFC 4082 §3.7.1, RFC 5776
 * §3.3.3). It says nothing about who of the members sent. Not thread-safe.
 */
public final class GroupMac {
    /** n_w, in octets (RFC 5776 §2.5). */
    public static final int OCTETS = 4;

    private final Mac mac;

    /** @param key K_g, at least 16 octets; copied */
    public GroupMac(Prf function, byte[] key) {
        if (key.length < Scheme.MIN_KEY_OCTETS) {
            throw new IllegalArgumentException("a group key of " + key.length + " octets");
        }
        mac = function.mac();
        Prf.init(mac, key);
    }

    /** The MAC over the first {@code length} octets. */
    public byte[] of(byte[] octets, int length) {
        mac.update(octets, 0, length);
        return Arrays.copyOf(mac.doFinal(), OCTETS);
    }

    /** Compares in constant time. */
    public boolean isGood(byte[] octets, int length, byte[] candidate) {
        return MessageDigest.isEqual(of(octets, length), candidate);
    }
}
