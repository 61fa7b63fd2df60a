package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Octets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Cookies of a responder that keeps no state for a peer before it has shown that it gets our answers (RFC 7296 §2.6):
 * version of the secret | prf(secret, Ni | SPIi | port | address). The secret changes with time; the one before is still
 * taken, so that nobody is turned away because of when it asked.
 */
public final class Cookies {
    private static final long LIFETIME_NS = 60_000_000_000L;
    private static final Prf PRF = Prf.HMAC_SHA2_256;

    private final SecureRandom random;
    private @Nullable Secret current;
    private @Nullable Secret previous;
    private byte version;
    private long sinceNs;

    public Cookies(SecureRandom random) {
        this.random = random;
    }

    /** The cookie that this peer has to send back; 33 octets. */
    public Octets make(InetSocketAddress peer, long initiatorSpi, Octets nonce, long nowNs) {
        Secret secret = rotated(nowNs); // before the version is read
        return Octets.of(cookie(version, secret, peer, initiatorSpi, nonce));
    }

    /** True if {@code cookie} was made for this peer, at most two lifetimes of a secret ago. */
    public boolean accepts(Octets cookie, InetSocketAddress peer, long initiatorSpi, Octets nonce, long nowNs) {
        Secret now = rotated(nowNs);
        byte[] given = cookie.toArray();
        Secret before = previous;
        boolean fits = MessageDigest.isEqual(given, cookie(version, now, peer, initiatorSpi, nonce));
        if (!fits && before != null) {
            fits = MessageDigest.isEqual(given, cookie((byte) (version - 1), before, peer, initiatorSpi, nonce));
        }
        return fits;
    }

    private Secret rotated(long nowNs) {
        Secret now = current;
        if (now == null || nowNs - sinceNs >= LIFETIME_NS) {
            // Idle for a second lifetime: the secret before it is too old as well.
            boolean stale = now == null || nowNs - sinceNs >= 2 * LIFETIME_NS;
            Secret old = previous;
            if (old != null) {
                old.destroy();
            }
            if (stale && now != null) {
                now.destroy();
            }
            previous = stale ? null : now;
            byte[] octets = new byte[PRF.keyBytes()];
            random.nextBytes(octets);
            now = Secret.adopt(octets);
            current = now;
            version++;
            sinceNs = nowNs;
        }
        return now;
    }

    private static byte[] cookie(byte version, Secret secret, InetSocketAddress peer, long initiatorSpi, Octets nonce) {
        byte[] address = peer.getAddress().getAddress();
        byte[] fixed = ByteBuffer.allocate(12)
                .putLong(initiatorSpi)
                .putInt(peer.getPort())
                .array();
        byte[] mac = PRF.compute(secret, nonce.toArray(), fixed, address);
        return ByteBuffer.allocate(1 + mac.length).put(version).put(mac).array();
    }
}
