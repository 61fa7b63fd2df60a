package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.gsa.RegistrationRequest;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.gsa.TreeKey;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A group with real keys and the flattest of key trees: one key a member, directly below the group's. */
final class TestGroup {
    static final Identity ID = Identity.parse("key-id:tv-1");
    static final InetSocketAddress REKEY_ADDRESS = new InetSocketAddress("239.1.2.3", 849);

    final Map<Identity, TreeKey> members = new LinkedHashMap<>();
    final List<RegistrationRequest> requests = new ArrayList<>();
    final Set<Identity> banned = new HashSet<>();
    final RekeySigner signer;
    KeyWrapAlgorithm keyWrap = KeyWrapAlgorithm.KW_5649_256;
    Optional<Refusal> refusal = Optional.empty();
    GroupWidePolicy policy = GroupWidePolicy.NO_DELAY;
    boolean multicastRekey = true;
    long rekeyLifetimeSeconds = 3600;
    RekeySa rekeySa;
    DataSecuritySa dataSa;
    long nextMessageId;
    private final SecureRandom random;
    private long nextSenderId;
    private int nextKeyId = 1;
    private long nextSpi = 256;

    TestGroup(SecureRandom random) {
        this.random = random;
        this.signer = RekeySigner.generate(SignatureAlgorithm.ED25519, random);
        this.rekeySa = newRekeySa();
        this.dataSa = newDataSa(EspSuite.AES_256_GCM_16);
    }

    RegistrationAnswer answer(RegistrationRequest request) {
        requests.add(request);
        if (!request.group().equals(ID)) {
            return new RegistrationAnswer.Refused(Refusal.NO_SUCH_GROUP, "no group " + request.group());
        }
        if (banned.contains(request.peer().identity())) {
            return new RegistrationAnswer.Refused(
                    Refusal.NOT_AUTHORIZED, request.peer().identity() + " is banned");
        }
        if (refusal.isPresent()) {
            return new RegistrationAnswer.Refused(refusal.get(), "because the test says so");
        }
        List<TreeKey> path = new ArrayList<>();
        int rekeyWrap = 0;
        if (multicastRekey) {
            TreeKey leaf = new TreeKey(nextKeyId++, secret(keyWrap.keyBytes()), 0, null);
            members.put(request.peer().identity(), leaf);
            path.add(leaf);
            rekeyWrap = leaf.keyId();
        }
        List<Long> senderIds = new ArrayList<>();
        for (int i = 0; i < request.senderIdsWanted(); i++) {
            senderIds.add(nextSenderId++);
        }
        RekeySa current = rekeySa;
        return new RegistrationAnswer.Admitted(new Registration(
                List.of(dataSa),
                multicastRekey ? Optional.of(at(current, nextMessageId)) : Optional.empty(),
                path,
                rekeyWrap,
                policy,
                senderIds,
                senderIds.isEmpty() ? 0 : 12));
    }

    /** New traffic keys on the current Rekey SA. */
    byte[] rekeyTraffic() {
        DataSecuritySa old = dataSa;
        dataSa = newDataSa(old.suite());
        return seal(new Rekey(Optional.empty(), List.of(), List.of(dataSa), List.of(old.spi()), false, policy));
    }

    /** A new Rekey SA for everybody who has the current one. */
    byte[] rekeyKek() {
        RekeySa next = newRekeySa();
        byte[] message = seal(new Rekey(
                Optional.of(next),
                List.of(new TreeKey(0, next.keymat(), 0, null)),
                List.of(),
                List.of(),
                false,
                policy));
        rekeySa = next;
        nextMessageId = 0;
        return message;
    }

    /** A new Rekey SA for all but one; new traffic keys have to follow. */
    byte[] evict(Identity member) {
        members.remove(member);
        RekeySa next = newRekeySa();
        List<TreeKey> wrapped = members.values().stream()
                .map(leaf -> new TreeKey(0, next.keymat(), leaf.keyId(), leaf.key()))
                .toList();
        byte[] message = seal(new Rekey(Optional.of(next), wrapped, List.of(), List.of(), false, policy));
        rekeySa = next;
        nextMessageId = 0;
        return message;
    }

    /** Everybody out. */
    byte[] reset() {
        return seal(new Rekey(Optional.empty(), List.of(), List.of(), List.of(dataSa.spi()), true, policy));
    }

    byte[] seal(Rekey rekey) {
        return RekeyMessage.seal(rekeySa, nextMessageId++, rekey, signer, true);
    }

    RekeySa newRekeySa() {
        return new RekeySa(
                new RekeySpi(random.nextLong() | 1, random.nextLong() | 1),
                TrafficSelector.anyUdp(REKEY_ADDRESS.getAddress()),
                TrafficSelector.udp(REKEY_ADDRESS.getAddress(), REKEY_ADDRESS.getPort()),
                256,
                keyWrap,
                Optional.of(signer.signature()),
                rekeyLifetimeSeconds,
                0,
                secret(RekeySa.keymatBytes(256, keyWrap)));
    }

    DataSecuritySa newDataSa(EspSuite suite) {
        return new DataSecuritySa(
                nextSpi++,
                TrafficSelector.anyUdp(REKEY_ADDRESS.getAddress()),
                TrafficSelector.udp(REKEY_ADDRESS.getAddress(), 5004),
                suite,
                DataSecuritySa.Mode.TRANSPORT,
                true,
                OptionalInt.of(4790),
                64,
                3600,
                secret(suite.keymatBytes()));
    }

    Secret secret(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return Secret.adopt(octets);
    }

    private static RekeySa at(RekeySa sa, long messageId) {
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                sa.signature(),
                sa.lifetimeSeconds(),
                messageId,
                sa.keymat());
    }
}
