package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;

/**
 * NAT_DETECTION_*_IP (RFC 7296 §2.23). We send them, because a peer may want to know. What a peer sends is not acted upon:
 * answers go to where a request came from, and no unicast ESP needs encapsulation (RFC 9838 §2.1.1).
 */
final class NatDetection {
    private NatDetection() {}

    static List<Payload> payloads(Path path, long initiatorSpi, long responderSpi) {
        return List.of(
                notify(Ikev2.NAT_DETECTION_SOURCE_IP, path.local(), initiatorSpi, responderSpi),
                notify(Ikev2.NAT_DETECTION_DESTINATION_IP, path.remote(), initiatorSpi, responderSpi));
    }

    private static Payload.Notify notify(int type, InetSocketAddress address, long initiatorSpi, long responderSpi) {
        try {
            MessageDigest sha1 = Providers.digest("SHA-1"); // RFC 7296 fixes it; it protects nothing
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(initiatorSpi)
                    .putLong(responderSpi)
                    .array());
            sha1.update(address.getAddress().getAddress());
            sha1.update(
                    ByteBuffer.allocate(2).putShort((short) address.getPort()).array());
            return new Payload.Notify(type, Octets.of(sha1.digest()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no SHA-1 for NAT detection", e);
        }
    }
}
