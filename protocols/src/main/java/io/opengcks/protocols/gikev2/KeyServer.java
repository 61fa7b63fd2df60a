package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.KeyLog;
import io.opengcks.protocols.ikev2.Retransmission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/**
 * The key server's side of registration (RFC 9838 §2.3): all IKE SAs of one node. Times are ns on one monotonic clock,
 * compared by subtraction. One event loop owns an instance; nothing here blocks, and nothing a peer sends makes it throw.
 */
public final class KeyServer {
    /**
     * What an operator may choose.
     *
     * @param keyWraps       key wrap algorithms of registrations, the one of the groups first (one a server: members of one
     *                       key tree share their keys)
     * @param keyExchanges   key exchange methods, preferred first
     * @param cookieThreshold half-open IKE SAs from which on a cookie is demanded (RFC 7296 §2.6); 0: always
     * @param maxHalfOpen    most IKE SAs that await authentication
     * @param maxIkeSas      most authenticated IKE SAs
     * @param halfOpenNs     how long an IKE SA may await authentication, ns
     * @param idleNs         how long an authenticated IKE SA lives after its last request, ns, before we delete it
     *                       (RFC 9838 §2.3.4)
     * @param retransmission of our own requests
     */
    public record Settings(
            List<KeyWrapAlgorithm> keyWraps,
            List<KeyExchangeMethod> keyExchanges,
            int cookieThreshold,
            int maxHalfOpen,
            int maxIkeSas,
            long halfOpenNs,
            long idleNs,
            Retransmission retransmission) {
        public static final Settings DEFAULT = new Settings(
                List.of(KeyWrapAlgorithm.KW_5649_256),
                List.of(KeyExchangeMethod.values()),
                64,
                4096,
                65536,
                10_000_000_000L,
                30_000_000_000L,
                Retransmission.DEFAULT);

        public Settings {
            keyWraps = List.copyOf(keyWraps);
            keyExchanges = List.copyOf(keyExchanges);
            if (keyWraps.isEmpty() || keyExchanges.isEmpty()) {
                throw new IllegalArgumentException("at least one key wrap algorithm and one key exchange method");
            }
            if (cookieThreshold < 0 || maxHalfOpen < 1 || maxIkeSas < 1 || halfOpenNs < 1 || idleNs < 1) {
                throw new IllegalArgumentException("limits and times are positive");
            }
        }
    }

    /**
     * @param random    of SPIs, nonces and key exchanges
     * @param wallClock read only to see whether certificates are valid
     */
    public KeyServer(
            Settings settings, Credentials credentials, SecureRandom random, InstantSource wallClock, KeyLog keyLog) {
        java.util.Objects.requireNonNull(settings);
    }

    /** The only way in. The caller carries the effects out, in order. */
    public List<KeyServerEffect> on(KeyServerEvent event, long nowNs) {
        return List.of();
    }
}
