package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a registration hands out, as payloads of GSA_AUTH and GSA_REGISTRATION responses (RFC 9838 §2.3.4, §4.4, §4.5). */
public final class RegistrationPayloads {
    private RegistrationPayloads() {}

    /**
     * The default key wrap key of an IKE SA (RFC 9838 §3.1.1).
     *
     * @param skD the final SK_d of the IKE SA
     */
    public static Secret wrapKey(Prf prf, Secret skD, KeyWrapAlgorithm algorithm) {
        return prf.expand(skD, "Key Wrap for G-IKEv2".getBytes(StandardCharsets.US_ASCII), algorithm.keyBytes());
    }

    /**
     * GSA and KD, and USE_TRANSPORT_MODE where the Data-Security SAs are in transport mode.
     *
     * @param gskW              GSK_w of the IKE SA
     * @param algorithm         key wrap algorithm of the IKE SA
     * @param privateAttributes the peer announced our Vendor ID, so it may get private-use attributes. Without them it
     *                          does not learn of UDP encapsulation: whoever admits members to such a group sees to that
     * @throws IllegalArgumentException if the registration breaks a rule of RFC 9838
     */
    public static List<Payload> encode(
            Registration registration, Secret gskW, KeyWrapAlgorithm algorithm, boolean privateAttributes) {
        check(registration, algorithm);
        List<GroupSaPolicy> policies = new ArrayList<>();
        List<KeyBag.Group> bags = new ArrayList<>();
        registration.rekeySa().ifPresent(sa -> {
            policies.add(SaPolicies.encode(sa, true));
            int under = registration.rekeyWrap();
            WrappedKey key = WrappedKey.wrap(0, sa.keymat(), under, under == 0 ? gskW : find(registration, under));
            bags.add(new KeyBag.Group(Ikev2.PROTOCOL_GIKE_UPDATE, SaPolicies.spi(sa.spi()), List.of(key)));
        });
        DataSas.encode(registration.dataSas(), gskW, privateAttributes, policies, bags);
        boolean sender = !registration.senderIds().isEmpty();
        KeyBag.Member member = new KeyBag.Member(
                registration.keyPath().stream()
                        .map(key -> WrappedKey.wrap(key, gskW))
                        .toList(),
                registration.rekeySa().flatMap(RekeySa::signature).map(RekeySignature::publicKey),
                registration.senderIds());
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new GsaPayload(
                        policies,
                        GroupWideAttributes.of(registration.policy(), sender ? registration.senderIdBits() : 0))
                .encode());
        payloads.add(new KdPayload(bags, member).encode());
        payloads.addAll(DataSas.modeNotification(registration.dataSas()));
        return List.copyOf(payloads);
    }

    /**
     * Reads what a registration handed to this member. The keys of the result belong to the caller.
     *
     * @param payloads          inner payloads of the response; others than GSA, KD and notifications are passed over
     * @param gskW              GSK_w of the IKE SA
     * @param algorithm         key wrap algorithm of the IKE SA
     * @param sender            the request carried GROUP_SENDER
     * @param privateAttributes the server announced our Vendor ID, so its private-use attributes are ours
     * @throws MalformedMessage if a rule of the message is broken
     * @throws NotAuthentic     if a wrapped key does not open
     * @throws Refused          if the policy is one that we cannot carry out
     */
    public static Registered decode(
            List<Payload> payloads, Secret gskW, KeyWrapAlgorithm algorithm, boolean sender, boolean privateAttributes)
            throws ProtocolFault {
        GsaPayload gsa = GsaPayload.decode(Payloads.only(payloads, Payload.GroupSecurityAssociation.class));
        KdPayload kd = KdPayload.decode(Payloads.only(payloads, Payload.KeyDownload.class));
        KeyBags bags = KeyBags.match(gsa, kd);
        Optional<GroupSaPolicy> rekeyPolicy =
                gsa.policies().stream().filter(GroupSaPolicy::isRekeySa).findFirst();
        List<SaPolicies.DataPolicy> dataPolicies = DataSas.policies(gsa, rekeyPolicy.isPresent());
        List<Long> senderIds = kd.member().senderIds();
        int senderIdBits = senderIdBits(gsa, senderIds, sender && !dataPolicies.isEmpty());
        Optional<RekeySa> rekeySa = Optional.empty();
        KeyPath path = KeyPath.EMPTY;
        if (rekeyPolicy.isPresent()) {
            SaPolicies.RekeyPolicy policy = SaPolicies.rekeyPolicy(rekeyPolicy.get(), true);
            Optional<RekeySignature> signature = SaPolicies.signature(
                    policy.authentication().orElseThrow(), kd.member().authKey());
            List<WrappedKey> saKeys = bags.of(policy.policy());
            if (saKeys.size() != 1) {
                throw new MalformedMessage(saKeys.size() + " SA_KEY attributes for the Rekey SA of a registration");
            }
            KeyPath.Advanced advanced = KeyPath.EMPTY
                    .advance(saKeys, kd.member().wrapKeys(), gskW, algorithm.keyBytes(), policy.keymatBytes())
                    .orElseThrow(() -> new MalformedMessage("no way to the keys of the Rekey SA"));
            rekeySa = Optional.of(policy.with(advanced.keymat(), signature));
            path = advanced.path();
        } else if (!kd.member().wrapKeys().isEmpty() || kd.member().authKey().isPresent()) {
            throw new MalformedMessage("WRAP_KEY or AUTH_KEY without a Rekey SA");
        }
        List<DataSecuritySa> dataSas =
                DataSas.open(dataPolicies, bags, gskW, DataSas.transportMode(payloads), privateAttributes);
        return new Registered(dataSas, rekeySa, path, DataSas.delays(gsa), senderIds, senderIdBits);
    }

    /**
     * What a member got by registering.
     *
     * @param dataSas      in wire order; the last one is the one to send on
     * @param rekeySa      empty where the group is not rekeyed by multicast
     * @param keyPath      tree keys
     * @param policy       delays
     * @param senderIds    empty for a receiver
     * @param senderIdBits 0 where there are none
     */
    public record Registered(
            List<DataSecuritySa> dataSas,
            Optional<RekeySa> rekeySa,
            KeyPath keyPath,
            GroupWidePolicy policy,
            List<Long> senderIds,
            int senderIdBits) {
        public Registered {
            dataSas = List.copyOf(dataSas);
            senderIds = List.copyOf(senderIds);
        }
    }

    private static void check(Registration registration, KeyWrapAlgorithm algorithm) {
        if (registration.dataSas().isEmpty() && registration.rekeySa().isEmpty()) {
            throw new IllegalArgumentException("a registration hands out at least one SA (RFC 9838 §2.3.3)");
        }
        if (registration.rekeySa().isEmpty() && !registration.keyPath().isEmpty()) {
            throw new IllegalArgumentException("tree keys without a Rekey SA (RFC 9838 §4.5.3.1)");
        }
        for (TreeKey key : registration.keyPath()) {
            if (key.keyId() == 0 || key.key().length() != algorithm.keyBytes()) {
                throw new IllegalArgumentException("a tree key has an ID, and the length of a key of " + algorithm);
            }
        }
        int bits = registration.senderIdBits();
        for (long id : registration.senderIds()) {
            if (!isSenderIdLength(bits) || Long.compareUnsigned(id, 1L << bits) >= 0) {
                throw new IllegalArgumentException("Sender-ID " + id + " of " + bits + " bits");
            }
        }
        if (!registration.senderIds().isEmpty() && registration.dataSas().isEmpty()) {
            throw new IllegalArgumentException("Sender-IDs without a Data-Security SA (RFC 9838 §5)");
        }
    }

    private static Secret find(Registration registration, int keyId) {
        return registration.keyPath().stream()
                .filter(key -> key.keyId() == keyId)
                .map(TreeKey::key)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the Rekey SA is wrapped under a key not handed out"));
    }

    /** RFC 9838 §5: bits and IDs are there exactly for a sender in a group with counter mode, which all our suites are. */
    private static int senderIdBits(GsaPayload gsa, List<Long> senderIds, boolean expected)
            throws MalformedMessage, Refused {
        int bits =
                gsa.groupWide().orElse(GroupWideAttributes.NONE).senderIdBits().orElse(0);
        if (!expected) {
            if (bits != 0 || !senderIds.isEmpty()) {
                throw new MalformedMessage("Sender-IDs for a member that does not send");
            }
            return 0;
        }
        if (bits == 0 || senderIds.isEmpty()) {
            throw SaPolicies.refused("no Sender-ID for a sender");
        }
        if (!isSenderIdLength(bits)) {
            throw SaPolicies.refused("Sender-IDs of " + bits + " bits");
        }
        for (long id : senderIds) {
            if (Long.compareUnsigned(id, 1L << bits) >= 0) {
                throw new MalformedMessage("a Sender-ID does not fit " + bits + " bits"); // RFC 9838 §2.5.2: fatal
            }
        }
        if (senderIds.stream().distinct().count() != senderIds.size()) {
            throw new MalformedMessage("a Sender-ID twice");
        }
        return bits;
    }

    /** RFC 6054 §3. */
    private static boolean isSenderIdLength(int bits) {
        return bits == 8 || bits == 12 || bits == 16;
    }
}
