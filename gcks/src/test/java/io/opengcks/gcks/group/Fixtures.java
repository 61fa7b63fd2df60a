package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.gsa.AuthenticatedPeer;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.RegistrationRequest;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What tests of the core share. */
final class Fixtures {
    static final Identity GROUP = Identity.parse("fqdn:tv.example.org");
    static final long START = 1_700_000_000_000L;

    private Fixtures() {}

    static GroupPolicy.Builder policy() {
        return GroupPolicy.builder(
                        List.of(new Flow(InetAddress.ofLiteral("239.1.1.1"), 5004, Optional.empty())),
                        RekeyPolicy.of(InetAddress.ofLiteral("239.1.1.2"), 848))
                .mayJoin(List.of(MemberRule.identity("fqdn:rx-*.example.org")))
                .maySend(List.of(MemberRule.identity("fqdn:tx-*.example.org")));
    }

    static Identity receiver(int number) {
        return Identity.parse("fqdn:rx-" + number + ".example.org");
    }

    static Identity sender(int number) {
        return Identity.parse("fqdn:tx-" + number + ".example.org");
    }

    static RegistrationRequest request(Identity member, boolean sender) {
        return new RegistrationRequest(
                new AuthenticatedPeer(member, Optional.empty()),
                GROUP,
                sender,
                sender ? 1 : 0,
                KeyWrapAlgorithm.KW_5649_256,
                Set.of(),
                true);
    }

    /** Octets from a seed; signing keys, which take no part in any property, once for all tests. */
    static Randomness seeded(long seed) {
        Random random = new Random(seed);
        return new Randomness() {
            @Override
            public void nextBytes(byte[] octets) {
                random.nextBytes(octets);
            }

            @Override
            public RekeySigner signer(RekeySignatureAlgorithm algorithm) {
                return Objects.requireNonNull(SIGNERS.get(algorithm));
            }
        };
    }

    private static final Map<RekeySignatureAlgorithm, RekeySigner> SIGNERS =
            new EnumMap<>(RekeySignatureAlgorithm.class);

    static {
        for (RekeySignatureAlgorithm algorithm : RekeySignatureAlgorithm.values()) {
            SIGNERS.put(algorithm, RekeySigner.generate(algorithm.algorithm(), new SecureRandom()));
        }
    }
}
