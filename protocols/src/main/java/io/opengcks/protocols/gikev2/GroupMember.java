package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.KeyLog;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Retransmission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A member's side of one group (RFC 9838): registers, takes rekey messages, leaves. Times are ns on one monotonic clock,
 * compared by subtraction. One event loop owns an instance; nothing here blocks, and nothing a peer sends makes it throw.
 */
public final class GroupMember {
    /**
     * What an operator may choose.
     *
     * @param server         who the server must prove to be
     * @param group          the group
     * @param sender         true: it wants to send, not only to receive
     * @param senderIds      Sender-IDs a sender asks for, 1 to 255; not read for a receiver
     * @param suites         ESP suites it accepts, at least one
     * @param keyWraps       key wrap algorithms it accepts, preferred first, at least one
     * @param keyExchanges   key exchange methods it accepts, preferred first, at least one
     * @param path           addresses for NAT detection (RFC 7296 §2.23), where they are known
     * @param retransmission of its requests
     */
    public record Settings(
            Identity server,
            Identity group,
            boolean sender,
            int senderIds,
            Set<EspSuite> suites,
            List<KeyWrapAlgorithm> keyWraps,
            List<KeyExchangeMethod> keyExchanges,
            Optional<Path> path,
            Retransmission retransmission) {
        public Settings {
            suites = Set.copyOf(suites);
            keyWraps = List.copyOf(keyWraps);
            keyExchanges = List.copyOf(keyExchanges);
            if (suites.isEmpty() || keyWraps.isEmpty() || keyExchanges.isEmpty()) {
                throw new IllegalArgumentException("at least one algorithm of each kind");
            }
            if (sender && (senderIds < 1 || senderIds > 255)) {
                throw new IllegalArgumentException("1 to 255 Sender-IDs, not " + senderIds);
            }
        }

        /** A receiver that accepts every algorithm we have. */
        public static Settings receiver(Identity server, Identity group) {
            return of(server, group, false);
        }

        /** A sender with one Sender-ID that accepts every algorithm we have. */
        public static Settings sender(Identity server, Identity group) {
            return of(server, group, true);
        }

        private static Settings of(Identity server, Identity group, boolean sender) {
            return new Settings(
                    server,
                    group,
                    sender,
                    1,
                    Set.of(EspSuite.values()),
                    List.of(KeyWrapAlgorithm.KW_5649_256, KeyWrapAlgorithm.KW_5649_192, KeyWrapAlgorithm.KW_5649_128),
                    List.of(KeyExchangeMethod.values()),
                    Optional.empty(),
                    Retransmission.DEFAULT);
        }
    }

    /**
     * @param credentials own identity and proof, and how the server's is checked
     * @param random      of SPIs, nonces, key exchanges and jitter
     * @param wallClock   read only to see whether certificates are valid
     */
    public GroupMember(
            Settings settings, Credentials credentials, SecureRandom random, InstantSource wallClock, KeyLog keyLog) {
        java.util.Objects.requireNonNull(settings);
    }

    /** The only way in. The caller carries the effects out, in order. */
    public List<MemberEffect> on(MemberEvent event, long nowNs) {
        return List.of();
    }
}
