package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Prf;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Registration;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.nio.charset.StandardCharsets;
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
     * @param privateAttributes the peer announced our Vendor ID, so it may get private-use attributes
     * @throws IllegalArgumentException if the registration breaks a rule of RFC 9838
     */
    public static List<Payload> encode(
            Registration registration, Secret gskW, KeyWrapAlgorithm algorithm, boolean privateAttributes) {
        return pending();
    }

    /**
     * Reads what a registration handed to this member.
     *
     * @param payloads  inner payloads of the response; others than GSA, KD and notifications are passed over
     * @param gskW      GSK_w of the IKE SA
     * @param algorithm key wrap algorithm of the IKE SA
     * @param sender    the request carried GROUP_SENDER
     * @param privateAttributes the server announced our Vendor ID, so its private-use attributes are ours
     */
    public static Registered decode(
            List<Payload> payloads, Secret gskW, KeyWrapAlgorithm algorithm, boolean sender, boolean privateAttributes)
            throws ProtocolFault {
        return pending();
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

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T pending() {
        throw new UnsupportedOperationException();
    }
}
