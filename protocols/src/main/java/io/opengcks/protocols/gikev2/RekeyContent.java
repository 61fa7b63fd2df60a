package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gikev2.RekeyMessage.Opened;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Payloads of GSA_REKEY but AUTH: GSA, KD, N, D (RFC 9838 §2.4.1). */
final class RekeyContent {
    private static final Octets ALL_DATA_SAS = SaPolicies.spi(0);
    private static final Octets ALL_REKEY_SAS = Octets.of(new byte[16]);

    private RekeyContent() {}

    static List<Payload> encode(RekeySa carrier, Rekey rekey, boolean privateAttributes) {
        check(carrier, rekey);
        List<Payload> payloads = new ArrayList<>();
        Secret gskW = carrier.wrapKey();
        List<GroupSaPolicy> policies = new ArrayList<>();
        List<KeyBag.Group> bags = new ArrayList<>();
        rekey.newRekeySa().ifPresent(sa -> {
            policies.add(SaPolicies.encode(sa, false));
            bags.add(new KeyBag.Group(
                    Ikev2.PROTOCOL_GIKE_UPDATE, SaPolicies.spi(sa.spi()), wrapped(rekey.treeKeys(), true, gskW)));
        });
        DataSas.encode(rekey.dataSas(), gskW, privateAttributes, policies, bags);
        if (!policies.isEmpty()) {
            payloads.add(new GsaPayload(policies, GroupWideAttributes.of(rekey.policy(), 0)).encode());
            KeyBag.Member member =
                    new KeyBag.Member(wrapped(rekey.treeKeys(), false, gskW), newPublicKey(carrier, rekey), List.of());
            payloads.add(new KdPayload(bags, member).encode());
            payloads.addAll(DataSas.modeNotification(rekey.dataSas()));
        }
        gskW.destroy();
        if (!rekey.deletedSpis().isEmpty()) {
            payloads.add(new Payload.Delete(
                    Ikev2.PROTOCOL_ESP,
                    4,
                    rekey.deletedSpis().stream().map(SaPolicies::spi).toList()));
        }
        if (rekey.excludesAll()) {
            payloads.add(new Payload.Delete(Ikev2.PROTOCOL_ESP, 4, List.of(ALL_DATA_SAS)));
            payloads.add(new Payload.Delete(Ikev2.PROTOCOL_GIKE_UPDATE, 16, List.of(ALL_REKEY_SAS)));
        }
        return payloads;
    }

    /** Keys with ID 0 go into SA_KEY, the others into WRAP_KEY. */
    private static List<WrappedKey> wrapped(List<TreeKey> keys, boolean saKeys, Secret gskW) {
        return keys.stream()
                .filter(key -> (key.keyId() == 0) == saKeys)
                .map(key -> WrappedKey.wrap(key, gskW))
                .toList();
    }

    private static Optional<Octets> newPublicKey(RekeySa carrier, Rekey rekey) {
        return rekey.newRekeySa()
                .flatMap(RekeySa::signature)
                .filter(signature -> !Optional.of(signature).equals(carrier.signature()))
                .map(RekeySignature::publicKey);
    }

    private static void check(RekeySa carrier, Rekey rekey) {
        Optional<RekeySa> next = rekey.newRekeySa();
        boolean wrapsKeymat = false;
        for (TreeKey key : rekey.treeKeys()) {
            if (key.keyId() == 0) {
                wrapsKeymat = true;
                if (next.isEmpty() || !key.key().sameAs(next.get().keymat())) {
                    throw new IllegalArgumentException(
                            "key 0 is the keying material of the new Rekey SA, and only that");
                }
            } else if (key.key().length() != carrier.keyWrap().keyBytes()) {
                throw new IllegalArgumentException("a tree key has the length of a key of " + carrier.keyWrap());
            }
        }
        if (next.isPresent()) {
            // Never wrapped under GSK_w by default: in an eviction that would hand the new keys to the evicted.
            if (!wrapsKeymat) {
                throw new IllegalArgumentException("nobody gets the keys of the new Rekey SA");
            }
            if (next.get().initialMessageId() != 0) {
                throw new IllegalArgumentException("a new Rekey SA begins with Message ID 0 (RFC 9838 §2.4.1.3)");
            }
            if (!next.get()
                    .signature()
                    .map(RekeySignature::algorithmIdentifier)
                    .equals(carrier.signature().map(RekeySignature::algorithmIdentifier))) {
                throw new IllegalArgumentException("a rekey changes no authentication method (RFC 9838 §4.4.2.1.1)");
            }
        } else if (!rekey.treeKeys().isEmpty()) {
            throw new IllegalArgumentException("tree keys without a new Rekey SA");
        }
        if (next.isEmpty() && rekey.dataSas().isEmpty() && rekey.deletedSpis().isEmpty() && !rekey.excludesAll()) {
            throw new IllegalArgumentException("a rekey message that says nothing");
        }
        if (rekey.deletedSpis().contains(0L)) {
            throw new IllegalArgumentException("SPI 0 stands for all SAs");
        }
    }

    // ----------------------------------------------------------------------------------------- from the wire

    /** Deletes of one message. */
    private record Deletes(boolean excluded, boolean allData, List<Long> spis, List<RekeySpi> rekeySas) {}

    /** Reads the payloads of an authentic message. */
    static Opened decode(
            List<Payload> payloads, RekeySa carrier, long messageId, KeyPath path, boolean privateAttributes)
            throws ProtocolFault {
        Deletes deletes = deletes(payloads);
        Optional<Payload.GroupSecurityAssociation> gsaPayload =
                Payloads.atMostOne(payloads, Payload.GroupSecurityAssociation.class);
        Optional<Payload.KeyDownload> kdPayload = Payloads.atMostOne(payloads, Payload.KeyDownload.class);
        if (gsaPayload.isPresent() != kdPayload.isPresent()) {
            throw new MalformedMessage("one of GSA and KD without the other");
        }
        if (gsaPayload.isEmpty()) {
            if (Payloads.all(payloads, Payload.Delete.class).isEmpty()) {
                throw new MalformedMessage("a rekey message with neither keys nor deletions");
            }
            GroupWidePolicy policy = GroupWidePolicy.NO_DELAY;
            return deletes.excluded
                    ? new Opened.Excluded(messageId, "the GCKS deleted the group's SAs", policy)
                    : updated(messageId, carrier, Optional.empty(), path, List.of(), deletes, policy);
        }
        GsaPayload gsa = GsaPayload.decode(gsaPayload.get());
        KdPayload kd = KdPayload.decode(kdPayload.orElseThrow());
        GroupWidePolicy policy = DataSas.delays(gsa);
        if (deletes.excluded) {
            return new Opened.Excluded(messageId, "the GCKS deleted the group's SAs", policy);
        }
        Secret gskW = carrier.wrapKey();
        try {
            return keys(payloads, gsa, kd, deletes, carrier, messageId, path, gskW, privateAttributes);
        } finally {
            gskW.destroy();
        }
    }

    private static Opened keys(
            List<Payload> payloads,
            GsaPayload gsa,
            KdPayload kd,
            Deletes deletes,
            RekeySa carrier,
            long messageId,
            KeyPath path,
            Secret gskW,
            boolean privateAttributes)
            throws MalformedMessage, NotAuthentic, Refused {
        boolean senderIds = !kd.member().senderIds().isEmpty()
                || gsa.groupWide()
                        .orElse(GroupWideAttributes.NONE)
                        .senderIdBits()
                        .isPresent();
        if (senderIds) {
            throw new MalformedMessage("Sender-IDs in a rekey message (RFC 9838 §4.5.3.3)");
        }
        KeyBags bags = KeyBags.match(gsa, kd);
        GroupWidePolicy policy = DataSas.delays(gsa);
        List<SaPolicies.DataPolicy> dataPolicies = DataSas.policies(gsa, true);
        Optional<RekeySignature> signature = signature(carrier, kd.member().authKey());
        Optional<GroupSaPolicy> rekeyPolicy =
                gsa.policies().stream().filter(GroupSaPolicy::isRekeySa).findFirst();
        Optional<RekeySa> next = Optional.empty();
        KeyPath newPath = path;
        if (rekeyPolicy.isPresent()) {
            SaPolicies.RekeyPolicy nextPolicy = SaPolicies.rekeyPolicy(rekeyPolicy.get(), false);
            if (nextPolicy.spi().equals(carrier.spi())) {
                throw new MalformedMessage("the new Rekey SA has the SPI of the old one");
            }
            Optional<KeyPath.Advanced> advanced = path.advance(
                    bags.of(rekeyPolicy.get()),
                    kd.member().wrapKeys(),
                    gskW,
                    carrier.keyWrap().keyBytes(),
                    nextPolicy.keymatBytes());
            if (advanced.isEmpty()) {
                return new Opened.Excluded(messageId, "no way to the keys of the new Rekey SA", policy);
            }
            next = Optional.of(nextPolicy.with(advanced.get().keymat(), signature));
            newPath = advanced.get().path();
        } else if (!kd.member().wrapKeys().isEmpty()) {
            throw new MalformedMessage("WRAP_KEY without a new Rekey SA");
        }
        List<DataSecuritySa> dataSas =
                DataSas.open(dataPolicies, bags, gskW, DataSas.transportMode(payloads), privateAttributes);
        return updated(messageId, withSignature(carrier, signature), next, newPath, dataSas, deletes, policy);
    }

    private static Opened updated(
            long messageId,
            RekeySa carrier,
            Optional<RekeySa> next,
            KeyPath path,
            List<DataSecuritySa> dataSas,
            Deletes deletes,
            GroupWidePolicy policy) {
        return new Opened.Updated(
                messageId, carrier, next, path, dataSas, deletes.spis, deletes.allData, deletes.rekeySas, policy);
    }

    /** The public key for the messages after this one: AUTH_KEY where it is there (RFC 9838 §5). */
    private static Optional<RekeySignature> signature(RekeySa carrier, Optional<Octets> authKey)
            throws MalformedMessage {
        if (authKey.isEmpty()) {
            return carrier.signature();
        }
        if (carrier.signature().isEmpty()) {
            throw new MalformedMessage("AUTH_KEY with implicit authentication");
        }
        Octets identifier = carrier.signature().get().algorithmIdentifier();
        SignatureAlgorithm.of(identifier)
                .orElseThrow(() -> new IllegalStateException("a message was verified with an unknown algorithm"))
                .publicKey(authKey.get());
        return Optional.of(new RekeySignature(identifier, authKey.get()));
    }

    private static RekeySa withSignature(RekeySa sa, Optional<RekeySignature> signature) {
        if (signature.equals(sa.signature())) {
            return sa;
        }
        return new RekeySa(
                sa.spi(),
                sa.source(),
                sa.destination(),
                sa.encryptionBits(),
                sa.keyWrap(),
                signature,
                sa.lifetimeSeconds(),
                sa.initialMessageId(),
                sa.keymat());
    }

    /** RFC 9838 §2.4.3, §4.6. Deletions of protocols that are not in the group, such as AH, concern no SA of ours. */
    private static Deletes deletes(List<Payload> payloads) throws MalformedMessage {
        boolean excluded = false;
        boolean allData = false;
        List<Long> spis = new ArrayList<>();
        List<RekeySpi> rekeySas = new ArrayList<>();
        for (Payload.Delete delete : Payloads.all(payloads, Payload.Delete.class)) {
            int spiBytes = GroupSaPolicy.spiBytes(delete.protocolId());
            if (delete.protocolId() == Ikev2.PROTOCOL_NONE) {
                excluded = true;
            } else if (spiBytes != 0 && delete.spiSize() != spiBytes) {
                throw new MalformedMessage(
                        "Delete of protocol " + delete.protocolId() + " with an SPI of " + delete.spiSize());
            }
            for (Octets spi : delete.spis()) {
                WireReader in = new WireReader(spi.toArray());
                if (delete.protocolId() == Ikev2.PROTOCOL_ESP) {
                    allData |= spi.equals(ALL_DATA_SAS);
                    if (!spi.equals(ALL_DATA_SAS)) {
                        spis.add(in.u32("D: SPI"));
                    }
                } else if (delete.protocolId() == Ikev2.PROTOCOL_GIKE_UPDATE) {
                    excluded |= spi.equals(ALL_REKEY_SAS);
                    if (!spi.equals(ALL_REKEY_SAS)) {
                        rekeySas.add(rekeySpi(in));
                    }
                }
            }
        }
        return new Deletes(excluded, allData, spis, rekeySas);
    }

    private static RekeySpi rekeySpi(WireReader in) throws MalformedMessage {
        long initiatorHalf = in.u64("D: SPI");
        long responderHalf = in.u64("D: SPI");
        if (initiatorHalf == 0 || responderHalf == 0) {
            throw new MalformedMessage("half of the SPI of a Rekey SA is 0");
        }
        return new RekeySpi(initiatorHalf, responderHalf);
    }
}
