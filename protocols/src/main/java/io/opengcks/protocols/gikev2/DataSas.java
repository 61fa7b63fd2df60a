package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import java.util.ArrayList;
import java.util.List;

/** Data-Security SAs of a message: the same in a registration and in a rekey message (RFC 9838 §2.4.1.4). */
final class DataSas {
    private DataSas() {}

    /** Adds a policy and a key bag for each SA; keys are wrapped under GSK_w alone (RFC 9838 §4.5.2.1). */
    static void encode(
            List<DataSecuritySa> sas,
            Secret gskW,
            boolean privateAttributes,
            List<GroupSaPolicy> policies,
            List<KeyBag.Group> bags) {
        for (DataSecuritySa sa : sas) {
            policies.add(SaPolicies.encode(sa, privateAttributes));
            WrappedKey key = WrappedKey.wrap(0, sa.keymat(), 0, gskW);
            bags.add(new KeyBag.Group(Ikev2.PROTOCOL_ESP, SaPolicies.spi(sa.spi()), List.of(key)));
        }
    }

    /** USE_TRANSPORT_MODE is about all Data-Security SAs of its message (RFC 9838 §2.3.4). */
    static List<Payload> modeNotification(List<DataSecuritySa> sas) {
        long transport = sas.stream()
                .filter(sa -> sa.mode() == DataSecuritySa.Mode.TRANSPORT)
                .count();
        if (transport != 0 && transport != sas.size()) {
            throw new IllegalArgumentException("one message cannot carry SAs of both modes");
        }
        return transport == 0 ? List.of() : List.of(new Payload.Notify(Ikev2.USE_TRANSPORT_MODE));
    }

    static boolean transportMode(List<Payload> payloads) {
        return Payloads.notification(payloads, Ikev2.USE_TRANSPORT_MODE).isPresent();
    }

    static GroupWidePolicy delays(GsaPayload gsa) {
        return gsa.groupWide().orElse(GroupWideAttributes.NONE).delays();
    }

    /** The policies of the Data-Security SAs, checked. */
    static List<SaPolicies.DataPolicy> policies(GsaPayload gsa, boolean lifetimeRequired)
            throws MalformedMessage, Refused {
        List<SaPolicies.DataPolicy> policies = new ArrayList<>();
        for (GroupSaPolicy policy : gsa.policies()) {
            if (!policy.isRekeySa()) {
                policies.add(SaPolicies.dataPolicy(policy, lifetimeRequired));
            }
        }
        return policies;
    }

    /** Opens the keys of the SAs. */
    static List<DataSecuritySa> open(
            List<SaPolicies.DataPolicy> policies,
            KeyBags bags,
            Secret gskW,
            boolean transportMode,
            boolean privateAttributes)
            throws MalformedMessage, NotAuthentic {
        List<DataSecuritySa> sas = new ArrayList<>();
        for (SaPolicies.DataPolicy policy : policies) {
            List<WrappedKey> keys = bags.of(policy.policy());
            if (keys.size() != 1 || keys.getFirst().wrapKeyId() != 0) {
                throw new MalformedMessage("a Data-Security SA takes one SA_KEY, wrapped under GSK_w");
            }
            Secret keymat = keys.getFirst().unwrap(gskW, policy.suite().keymatBytes());
            sas.add(policy.with(keymat, transportMode, privateAttributes));
        }
        return sas;
    }
}
