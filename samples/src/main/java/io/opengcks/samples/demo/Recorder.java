package io.opengcks.samples.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and digests what one party of the stream sent or got, in order. Safe for use by several threads. */
final class Recorder {
    private final MessageDigest digest = sha256();
    private long packets;
    private long octets;
    private long lastNs = Long.MIN_VALUE;

    synchronized void add(byte[] array, int offset, int length, long nowNs) {
        digest.update(array, offset, length);
        packets++;
        octets += length;
        lastNs = nowNs;
    }

    synchronized long packets() {
        return packets;
    }

    synchronized long octets() {
        return octets;
    }

    /** Monotonic time of the last packet; {@link Long#MIN_VALUE} before the first. */
    synchronized long lastNs() {
        return lastNs;
    }

    /** SHA-256 of everything so far. */
    synchronized String sha256Hex() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
