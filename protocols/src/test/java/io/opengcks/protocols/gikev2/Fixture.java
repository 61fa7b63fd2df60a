package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Credentials.CertificateTrust;
import io.opengcks.protocols.ikev2.Credentials.SigningKey;
import io.opengcks.protocols.ikev2.PresharedKeys;
import io.opengcks.protocols.ikev2.TestPki;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Credentials and machines that fit each other. */
final class Fixture {
    static final Identity SERVER = Identity.parse("fqdn:gcks.example.org");

    private Fixture() {}

    static Identity member(int number) {
        return Identity.parse("fqdn:rx-" + number + ".example.org");
    }

    static Secret psk(String text) {
        return Secret.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One pre-shared key for every member whose name begins as ours do. */
    static Credentials server() {
        return new Credentials(
                SERVER,
                Optional.empty(),
                peer -> peer.text().startsWith("fqdn:rx-") ? Optional.of(psk("secret")) : Optional.empty(),
                Optional.empty());
    }

    static Credentials memberPsk(Identity own, String key) {
        return psk(own, Map.of(SERVER, key));
    }

    static Credentials psk(Identity own, Map<Identity, String> keys) {
        PresharedKeys psks = peer -> Optional.ofNullable(keys.get(peer)).map(Fixture::psk);
        return new Credentials(own, Optional.empty(), psks, Optional.empty());
    }

    static Credentials certificate(Identity own, SigningKey key, CertificateTrust trust) {
        return new Credentials(own, Optional.of(key), PresharedKeys.NONE, Optional.of(trust));
    }

    static SimServer server(World world, KeyServer.Settings settings, Credentials credentials) {
        return new SimServer(world, settings, credentials, new TestGroup(new SeededRandom(world.random.nextLong())));
    }

    static SimServer server(World world) {
        return server(world, KeyServer.Settings.DEFAULT, server());
    }

    static SimMember member(World world, int number) {
        return member(
                world,
                number,
                GroupMember.Settings.receiver(SERVER, TestGroup.ID),
                memberPsk(member(number), "secret"));
    }

    static SimMember member(World world, int number, GroupMember.Settings settings, Credentials credentials) {
        return new SimMember(
                world,
                number,
                new GroupMember(
                        settings,
                        credentials,
                        new SeededRandom(world.random.nextLong()),
                        () -> TestPki.NOW,
                        KeyLog.OFF));
    }
}
