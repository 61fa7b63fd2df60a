package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Payload.Identification.Role;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.util.ArrayList;
import java.util.List;

/**
 * A chain of payloads, each with its generic header (RFC 7296 §3.2): what stands behind the IKE header of a clear message, or
 * inside an SK payload. The C bit is sent as 0; RESERVED is sent as 0 and ignored on receipt.
 */
public final class PayloadChain {
    /** More payloads in one message are refused. */
    public static final int MAX_PAYLOADS = 64;

    /** Octets of the generic payload header. */
    public static final int HEADER_BYTES = 4;

    private static final int CRITICAL = 0x80;

    private PayloadChain() {}

    /** Type of the first payload, 0 where there is none. */
    public static int firstType(List<? extends Payload> payloads) {
        return payloads.isEmpty() ? 0 : payloads.getFirst().type();
    }

    /** The chain on the wire. */
    public static byte[] encode(List<? extends Payload> payloads) {
        WireWriter out = new WireWriter();
        for (int i = 0; i < payloads.size(); i++) {
            int start = out.size();
            int next = i + 1 < payloads.size() ? payloads.get(i + 1).type() : 0;
            out.u8(next).u8(0).u16(HEADER_BYTES);
            encodeBody(payloads.get(i), out);
            out.patchU16(start + 2, out.size() - start);
        }
        return out.toByteArray();
    }

    /**
     * Reads a chain to the end of {@code in}.
     *
     * @param first type of its first payload; 0 for an empty chain
     * @throws MalformedMessage if a length does not fit, or more than {@value #MAX_PAYLOADS} payloads follow one another
     * @throws Unsupported      if a critical payload is unknown, with UNSUPPORTED_CRITICAL_PAYLOAD
     */
    public static List<Payload> decode(int first, WireReader in) throws MalformedMessage, Unsupported {
        List<Payload> payloads = new ArrayList<>();
        int type = first;
        while (type != 0) {
            if (payloads.size() == MAX_PAYLOADS) {
                throw new MalformedMessage("more than " + MAX_PAYLOADS + " payloads");
            }
            int next = in.u8("next payload");
            boolean critical = (in.u8("critical bit") & CRITICAL) != 0;
            WireReader body = in.slice(in.u16("payload length") - HEADER_BYTES, "payload of type " + type);
            payloads.add(decodeBody(type, critical, body));
            type = next;
        }
        in.end("message");
        return List.copyOf(payloads);
    }

    private static Payload decodeBody(int type, boolean critical, WireReader in) throws MalformedMessage, Unsupported {
        return switch (type) {
            case Payload.TYPE_SA -> new Payload.SecurityAssociation(Proposal.decodeList(in));
            case Payload.TYPE_KE -> {
                int method = in.u16("KE: method");
                in.skip(2, "KE: reserved");
                yield new Payload.KeyExchange(method, in.rest());
            }
            case Payload.TYPE_IDI -> identification(Role.INITIATOR, in);
            case Payload.TYPE_IDR -> identification(Role.RESPONDER, in);
            case Payload.TYPE_IDG -> identification(Role.GROUP, in);
            case Payload.TYPE_CERT -> new Payload.Certificate(in.u8("CERT: encoding"), in.rest());
            case Payload.TYPE_CERTREQ -> new Payload.CertificateRequest(in.u8("CERTREQ: encoding"), in.rest());
            case Payload.TYPE_AUTH -> {
                int method = in.u8("AUTH: method");
                in.skip(3, "AUTH: reserved");
                yield new Payload.Authentication(method, in.rest());
            }
            case Payload.TYPE_NONCE -> new Payload.Nonce(in.rest());
            case Payload.TYPE_NOTIFY -> {
                int protocolId = in.u8("N: protocol ID");
                int spiSize = in.u8("N: SPI size");
                int notifyType = in.u16("N: type");
                yield new Payload.Notify(protocolId, in.octets(spiSize, "N: SPI"), notifyType, in.rest());
            }
            case Payload.TYPE_DELETE -> delete(in);
            case Payload.TYPE_VENDOR_ID -> new Payload.VendorId(in.rest());
            case Payload.TYPE_GSA -> new Payload.GroupSecurityAssociation(in.rest());
            case Payload.TYPE_KD -> new Payload.KeyDownload(in.rest());
            case Payload.TYPE_SK -> throw new MalformedMessage("an SK payload is not the only one of its message");
            case Payload.TYPE_SKF ->
                throw new Unsupported(Ikev2.UNSUPPORTED_CRITICAL_PAYLOAD, "fragments were not negotiated");
            default -> {
                // RFC 7296 §2.5: the bit says nothing about payloads that every implementation must understand.
                if (critical && (type < Payload.TYPE_SA || type > Payload.TYPE_EAP)) {
                    throw new Unsupported(
                            Ikev2.UNSUPPORTED_CRITICAL_PAYLOAD,
                            Octets.of(new byte[] {(byte) type}),
                            "critical payload of type " + type);
                }
                yield new Payload.Ignored(type, in.rest());
            }
        };
    }

    private static Payload identification(Role role, WireReader in) throws MalformedMessage {
        int idType = in.u8("ID: type");
        in.skip(3, "ID: reserved");
        return new Payload.Identification(role, idType, in.rest());
    }

    private static Payload delete(WireReader in) throws MalformedMessage {
        int protocolId = in.u8("D: protocol ID");
        int spiSize = in.u8("D: SPI size");
        int count = in.u16("D: number of SPIs");
        if (count > Payload.Delete.MAX_SPIS) {
            throw new MalformedMessage("more than " + Payload.Delete.MAX_SPIS + " SPIs in one Delete payload");
        }
        if ((long) count * spiSize != in.remaining()) {
            throw new MalformedMessage(count + " SPIs of " + spiSize + " octets do not fill " + in.remaining());
        }
        List<Octets> spis = new ArrayList<>();
        // Without octets a count says nothing: nothing is stored for it.
        for (int i = 0; i < count && spiSize > 0; i++) {
            spis.add(in.octets(spiSize, "D: SPI"));
        }
        return new Payload.Delete(protocolId, spiSize, spis);
    }

    private static void encodeBody(Payload payload, WireWriter out) {
        switch (payload) {
            case Payload.SecurityAssociation(var proposals) -> Proposal.encodeList(proposals, out);
            case Payload.KeyExchange(int method, Octets data) ->
                out.u16(method).u16(0).octets(data);
            case Payload.Identification id -> out.u8(id.idType()).zeros(3).octets(id.data());
            case Payload.Certificate(int encoding, Octets data) ->
                out.u8(encoding).octets(data);
            case Payload.CertificateRequest(int encoding, Octets authorities) ->
                out.u8(encoding).octets(authorities);
            case Payload.Authentication(int method, Octets data) ->
                out.u8(method).zeros(3).octets(data);
            case Payload.Nonce(Octets data) -> out.octets(data);
            case Payload.Notify(int protocolId, Octets spi, int notifyType, Octets data) ->
                out.u8(protocolId).u8(spi.length()).u16(notifyType).octets(spi).octets(data);
            case Payload.Delete(int protocolId, int spiSize, var spis) -> {
                out.u8(protocolId).u8(spiSize).u16(spis.size());
                spis.forEach(out::octets);
            }
            case Payload.VendorId(Octets data) -> out.octets(data);
            case Payload.GroupSecurityAssociation(Octets body) -> out.octets(body);
            case Payload.KeyDownload(Octets body) -> out.octets(body);
            case Payload.Ignored ignored -> out.octets(ignored.body());
        }
    }
}
