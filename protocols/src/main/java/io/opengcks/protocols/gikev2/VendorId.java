package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.Payloads;
import java.util.HexFormat;
import java.util.List;

/**
 * The Vendor ID by which two OpenGCKS peers know each other, so that one may send the other private-use attributes (RFC 7296
 * §3.12): ASCII "OpenGCKS" and one octet of version.
 */
public final class VendorId {
    private static final String NAME = HexFormat.of().formatHex(new byte[] {'O', 'p', 'e', 'n', 'G', 'C', 'K', 'S'});

    /** Ours: version 1. Goes into IKE_SA_INIT of both sides. */
    public static final Payload.VendorId PAYLOAD = new Payload.VendorId(Octets.ofHex(NAME + "01"));

    private VendorId() {}

    /** True if one of {@code payloads} says that the peer is an OpenGCKS of version 1 or later. */
    public static boolean isAmong(List<Payload> payloads) {
        return Payloads.all(payloads, Payload.VendorId.class).stream()
                .map(vendor -> vendor.data().toString())
                .anyMatch(hex -> hex.length() == NAME.length() + 2 && hex.startsWith(NAME) && !hex.endsWith("00"));
    }
}
