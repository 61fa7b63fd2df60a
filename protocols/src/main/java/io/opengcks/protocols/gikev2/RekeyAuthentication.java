package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.SignatureAlgorithm;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.RekeySa.RekeySignature;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.PayloadChain;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The AUTH payload of GSA_REKEY with Digital Signature (RFC 9838 §2.4.1.1). Signed are A, the IKE header and the SK payload's
 * generic header with lengths as if the inner payloads stood there in the clear, and P, the inner payloads with zeros in place
 * of the signature.
 */
final class RekeyAuthentication {
    /** ECDSA signatures differ in length; about every second one fits, so that this many tries fail about never. */
    private static final int MAX_TRIES = 256;

    /** Authentication Method and RESERVED (RFC 7296 §3.8), before the authentication data. */
    private static final int FIXED_BYTES = 4;

    private RekeyAuthentication() {}

    /**
     * The inner payloads on the wire, with a signed AUTH payload behind them.
     *
     * @param header  header of the message
     * @param content payloads without AUTH
     */
    static byte[] sign(IkeHeader header, List<Payload> content, RekeySigner signer) {
        Octets identifier = signer.algorithm().identifier();
        int length = signer.signatureBytes();
        List<Payload> payloads = new ArrayList<>(content);
        payloads.add(payload(identifier, new byte[length]));
        byte[] inner = PayloadChain.encode(payloads);
        byte[] adjusted = adjusted(header, PayloadChain.firstType(payloads), 0, inner.length);
        for (int i = 0; i < MAX_TRIES; i++) {
            byte[] signature = signer.sign(adjusted, inner);
            if (signature.length == length) {
                System.arraycopy(signature, 0, inner, inner.length - length, length);
                return inner;
            }
        }
        throw new IllegalStateException("no signature of " + length + " octets in " + MAX_TRIES + " tries");
    }

    /**
     * Verifies the signature of a message, or that it has none where the policy says so.
     *
     * @param header       as received
     * @param firstPayload type of the first inner payload
     * @param flags        second octet of the SK payload's header, as received
     * @param inner        inner payloads as received; not changed
     */
    static void verify(IkeHeader header, int firstPayload, int flags, byte[] inner, Optional<RekeySignature> expected)
            throws MalformedMessage, NotAuthentic {
        Optional<int[]> found = find(firstPayload, inner);
        if (expected.isEmpty()) {
            if (found.isPresent()) {
                throw new NotAuthentic("a signature where authentication is implicit");
            }
            return;
        }
        if (found.isEmpty()) {
            throw new NotAuthentic("no signature");
        }
        Octets identifier = expected.get().algorithmIdentifier();
        WireReader auth = new WireReader(inner, found.get()[0], found.get()[1]);
        int method = auth.u8("AUTH: method");
        auth.skip(FIXED_BYTES - 1, "AUTH: reserved");
        Octets received = auth.octets(auth.u8("AUTH: length of the algorithm"), "AUTH: algorithm");
        if (method != Ikev2.AUTH_DIGITAL_SIGNATURE || !received.equals(identifier)) {
            throw new NotAuthentic("signed in another way than the policy says");
        }
        int from = auth.position();
        byte[] signature = auth.bytes(auth.remaining(), "AUTH: signature");
        byte[] signed = inner.clone();
        Arrays.fill(signed, from, from + signature.length, (byte) 0);
        SignatureAlgorithm algorithm =
                SignatureAlgorithm.of(identifier).orElseThrow(() -> new NotAuthentic("unknown signature algorithm"));
        algorithm.verify(
                algorithm.publicKey(expected.get().publicKey()),
                signature,
                adjusted(header, firstPayload, flags, inner.length),
                signed);
        Arrays.fill(signed, (byte) 0);
    }

    private static Payload payload(Octets identifier, byte[] signature) {
        WireWriter data = new WireWriter();
        data.u8(identifier.length()).octets(identifier).bytes(signature);
        return new Payload.Authentication(Ikev2.AUTH_DIGITAL_SIGNATURE, Octets.of(data.toByteArray()));
    }

    /** A: 32 octets. */
    private static byte[] adjusted(IkeHeader header, int firstPayload, int flags, int innerBytes) {
        WireWriter out = new WireWriter();
        int skBytes = PayloadChain.HEADER_BYTES + innerBytes;
        header.withNextPayload(Payload.TYPE_SK).encode(out, IkeHeader.BYTES + (long) skBytes);
        return out.u8(firstPayload).u8(flags).u16(skBytes).toByteArray();
    }

    /** Where the body of the AUTH payload begins and ends; only generic headers are read. */
    private static Optional<int[]> find(int firstPayload, byte[] inner) throws MalformedMessage {
        WireReader in = new WireReader(inner);
        Optional<int[]> found = Optional.empty();
        int type = firstPayload;
        for (int count = 0; type != 0; count++) {
            if (count == PayloadChain.MAX_PAYLOADS) {
                throw new MalformedMessage("more than " + PayloadChain.MAX_PAYLOADS + " payloads");
            }
            int next = in.u8("next payload");
            in.skip(1, "critical bit");
            WireReader body = in.slice(in.u16("payload length") - PayloadChain.HEADER_BYTES, "payload");
            if (type == Payload.TYPE_AUTH) {
                Attributes.once(found.isPresent(), "AUTH");
                found = Optional.of(new int[] {body.position(), body.position() + body.remaining()});
            }
            type = next;
        }
        in.end("message");
        return found;
    }
}
