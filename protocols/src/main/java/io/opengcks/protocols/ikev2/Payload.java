package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import java.util.List;

/**
 * A payload of an IKEv2 message (RFC 7296 §3), without its generic header, which {@link PayloadChain} owns. The constructors
 * check that the fields fit their place on the wire; what they mean is for the exchange to judge.
 */
public sealed interface Payload {
    int TYPE_SA = 33;
    int TYPE_KE = 34;
    int TYPE_IDI = 35;
    int TYPE_IDR = 36;
    int TYPE_CERT = 37;
    int TYPE_CERTREQ = 38;
    int TYPE_AUTH = 39;
    int TYPE_NONCE = 40;
    int TYPE_NOTIFY = 41;
    int TYPE_DELETE = 42;
    int TYPE_VENDOR_ID = 43;
    int TYPE_SK = 46;
    int TYPE_EAP = 48;
    int TYPE_IDG = 50;
    int TYPE_GSA = 51;
    int TYPE_KD = 52;
    int TYPE_SKF = 53;

    /** Type on the wire: the Next Payload field before it. */
    int type();

    /** SA (RFC 7296 §3.3), and SAg in GSA_AUTH and GSA_REGISTRATION (RFC 9838 §4.3). */
    record SecurityAssociation(List<Proposal> proposals) implements Payload {
        public SecurityAssociation {
            if (proposals.isEmpty() || proposals.size() > Proposal.MAX_PROPOSALS) {
                throw new IllegalArgumentException(proposals.size() + " proposals");
            }
            proposals = List.copyOf(proposals);
        }

        @Override
        public int type() {
            return TYPE_SA;
        }
    }

    /** Public value of a key exchange (RFC 7296 §3.4). */
    record KeyExchange(int method, Octets data) implements Payload {
        public KeyExchange {
            bits(method, 16);
        }

        @Override
        public int type() {
            return TYPE_KE;
        }
    }

    /** IDi, IDr (RFC 7296 §3.5) and IDg (RFC 9838 §4.2): type IDs as on the wire, also those we do not know. */
    record Identification(Role role, int idType, Octets data) implements Payload {
        /** Whose identity it is. */
        public enum Role {
            INITIATOR(TYPE_IDI),
            RESPONDER(TYPE_IDR),
            GROUP(TYPE_IDG);

            private final int payloadType;

            Role(int payloadType) {
                this.payloadType = payloadType;
            }
        }

        public Identification {
            bits(idType, 8);
        }

        @Override
        public int type() {
            return role.payloadType;
        }
    }

    /** CERT (RFC 7296 §3.6). */
    record Certificate(int encoding, Octets data) implements Payload {
        public Certificate {
            bits(encoding, 8);
        }

        @Override
        public int type() {
            return TYPE_CERT;
        }
    }

    /** CERTREQ (RFC 7296 §3.7): SHA-1 hashes of SubjectPublicKeyInfo, 20 octets each, for X.509 encodings. */
    record CertificateRequest(int encoding, Octets authorities) implements Payload {
        public CertificateRequest {
            bits(encoding, 8);
        }

        @Override
        public int type() {
            return TYPE_CERTREQ;
        }
    }

    /** AUTH (RFC 7296 §3.8). */
    record Authentication(int method, Octets data) implements Payload {
        public Authentication {
            bits(method, 8);
        }

        @Override
        public int type() {
            return TYPE_AUTH;
        }
    }

    /** Ni or Nr (RFC 7296 §3.9): the exchange checks for 16 to 256 octets. */
    record Nonce(Octets data) implements Payload {
        @Override
        public int type() {
            return TYPE_NONCE;
        }
    }

    /** Notify (RFC 7296 §3.10). */
    record Notify(int protocolId, Octets spi, int notifyType, Octets data) implements Payload {
        public Notify {
            bits(protocolId | spi.length(), 8);
            bits(notifyType, 16);
        }

        /** About no SA in particular: protocol 0, no SPI. */
        public Notify(int notifyType, Octets data) {
            this(0, Octets.of(new byte[0]), notifyType, data);
        }

        /** About no SA in particular, without data. */
        public Notify(int notifyType) {
            this(notifyType, Octets.of(new byte[0]));
        }

        /** True for an error, false for a status. */
        public boolean isError() {
            return notifyType < Ikev2.FIRST_STATUS_NOTIFY;
        }

        @Override
        public int type() {
            return TYPE_NOTIFY;
        }
    }

    /**
     * Delete (RFC 7296 §3.11, RFC 9838 §4.6).
     *
     * @param spis {@code spiSize} octets each; at most {@value #MAX_SPIS}
     */
    record Delete(int protocolId, int spiSize, List<Octets> spis) implements Payload {
        static final int MAX_SPIS = 1024;

        public Delete {
            bits(protocolId | spiSize, 8);
            if (spis.size() > MAX_SPIS) {
                throw new IllegalArgumentException(spis.size() + " SPIs in one Delete payload");
            }
            for (Octets spi : spis) {
                if (spi.length() != spiSize) {
                    throw new IllegalArgumentException("an SPI of " + spi.length() + " octets, not " + spiSize);
                }
            }
            spis = List.copyOf(spis);
        }

        /** Deletes the IKE SA that carries it. */
        public static Delete ikeSa() {
            return new Delete(Ikev2.PROTOCOL_IKE, 0, List.of());
        }

        @Override
        public int type() {
            return TYPE_DELETE;
        }
    }

    /** Vendor ID (RFC 7296 §3.12). */
    record VendorId(Octets data) implements Payload {
        @Override
        public int type() {
            return TYPE_VENDOR_ID;
        }
    }

    /** GSA (RFC 9838 §4.4); {@code gikev2} reads the body. */
    record GroupSecurityAssociation(Octets body) implements Payload {
        @Override
        public int type() {
            return TYPE_GSA;
        }
    }

    /** KD (RFC 9838 §4.5); {@code gikev2} reads the body. */
    record KeyDownload(Octets body) implements Payload {
        @Override
        public int type() {
            return TYPE_KD;
        }
    }

    /**
     * A payload that we pass over: of a type that RFC 7296 defines and we have no use for, or unknown and not critical.
     */
    record Ignored(int type, Octets body) implements Payload {
        public Ignored {
            bits(type, 8);
            if (type == 0) {
                throw new IllegalArgumentException("type 0 says that no payload follows");
            }
        }
    }

    private static void bits(int value, int width) {
        if (value >>> width != 0) {
            throw new IllegalArgumentException(value + " does not fit " + width + " bits");
        }
    }
}
