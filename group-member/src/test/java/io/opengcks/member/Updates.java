package io.opengcks.member;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** SAs and updates made by hand. */
final class Updates {
    static final InetAddress GROUP = InetAddress.ofLiteral("239.255.42.1");
    static final GroupWidePolicy ATD_5_DTD_10 = new GroupWidePolicy(5, 10);

    private Updates() {}

    /** Its key is made of its number, so that one SPI is one key. */
    static DataSecuritySa sa(long spi, long lifetimeSeconds) {
        return sa(spi, lifetimeSeconds, GROUP, 5004, 4500);
    }

    static DataSecuritySa sa(long spi, long lifetimeSeconds, InetAddress group, int port, int udpPort) {
        byte[] keymat = new byte[EspSuite.AES_128_GCM_16.keymatBytes()];
        Arrays.fill(keymat, (byte) (31 * spi));
        keymat[0] = (byte) (spi >> 8);
        keymat[1] = (byte) spi;
        return new DataSecuritySa(
                spi,
                TrafficSelector.anyUdp(group),
                TrafficSelector.udp(group, port),
                EspSuite.AES_128_GCM_16,
                DataSecuritySa.Mode.TRANSPORT,
                true,
                OptionalInt.of(udpPort),
                64,
                lifetimeSeconds,
                Secret.adopt(keymat));
    }

    static GsaUpdate registration(List<Long> senderIds, DataSecuritySa... sas) {
        return update(true, List.of(sas), List.of(), ATD_5_DTD_10, senderIds);
    }

    static GsaUpdate rekey(List<Long> deleted, GroupWidePolicy policy, DataSecuritySa... sas) {
        return update(false, List.of(sas), deleted, policy, List.of());
    }

    static GsaUpdate update(
            boolean replacesAll,
            List<DataSecuritySa> sas,
            List<Long> deleted,
            GroupWidePolicy policy,
            List<Long> senderIds) {
        return new GsaUpdate(
                replacesAll,
                sas,
                deleted,
                policy,
                senderIds,
                senderIds.isEmpty() ? 0 : 8,
                Optional.<InetSocketAddress>empty(),
                Optional.empty());
    }
}
