package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Substructures of the KD payload. Attributes of types that we do not know are passed over. */
sealed interface KeyBag {
    /** Attributes in one bag: a WRAP_KEY takes 28 octets at least, so that no message holds more. */
    int MAX_ATTRIBUTES = 2400;

    void encode(WireWriter out);

    /**
     * Group Key Bag (RFC 9838 §4.5.2): keying material of one group SA.
     *
     * @param protocolId 2, 3 or 6
     * @param spi        4 octets, 16 for protocol 6
     * @param keys       SA_KEY attributes, with key ID 0; at least one
     */
    record Group(int protocolId, Octets spi, List<WrappedKey> keys) implements KeyBag {
        private static final int SA_KEY = 1;

        public Group {
            if (spi.length() != GroupSaPolicy.spiBytes(protocolId) || spi.length() == 0) {
                throw new IllegalArgumentException("wrong length of an SPI for protocol " + protocolId);
            }
            keys = List.copyOf(keys);
        }

        static Group decode(WireReader in) throws MalformedMessage {
            int protocolId = in.u8("key bag: protocol");
            int spiBytes = in.u8("key bag: SPI size");
            if (GroupSaPolicy.spiBytes(protocolId) == 0 || spiBytes != GroupSaPolicy.spiBytes(protocolId)) {
                throw new MalformedMessage("key bag of protocol " + protocolId + " with an SPI of " + spiBytes);
            }
            WireReader body = in.slice(in.u16("key bag: length") - 4, "key bag");
            Octets spi = body.octets(spiBytes, "key bag: SPI");
            List<WrappedKey> keys = new ArrayList<>();
            for (Attribute attribute : Attribute.decodeAll(body, MAX_ATTRIBUTES)) {
                if (attribute.type() == SA_KEY) {
                    WrappedKey key = WrappedKey.decode(attribute, "SA_KEY");
                    if (key.keyId() != 0) {
                        throw new MalformedMessage("SA_KEY with key ID " + Integer.toUnsignedString(key.keyId()));
                    }
                    keys.add(key);
                }
            }
            if (keys.isEmpty()) {
                throw new MalformedMessage("key bag without SA_KEY");
            }
            return new Group(protocolId, spi, keys);
        }

        @Override
        public void encode(WireWriter out) {
            int start = out.size();
            out.u8(protocolId).u8(spi.length()).u16(0).octets(spi);
            Attribute.encodeAll(keys.stream().map(key -> key.encode(SA_KEY)).toList(), out);
            out.patchU16(start + 2, out.size() - start);
        }
    }

    /**
     * Member Key Bag (RFC 9838 §4.5.3).
     *
     * @param wrapKeys  WRAP_KEY attributes, with a key ID that is not 0
     * @param authKey   AUTH_KEY: DER SubjectPublicKeyInfo
     * @param senderIds GM_SENDER_ID: 1 to 8 octets on receipt, 4 when sent, as an unsigned number
     */
    record Member(List<WrappedKey> wrapKeys, Optional<Octets> authKey, List<Long> senderIds) implements KeyBag {
        static final Member EMPTY = new Member(List.of(), Optional.empty(), List.of());

        private static final int WRAP_KEY = 1;
        private static final int AUTH_KEY = 2;
        private static final int GM_SENDER_ID = 3;

        public Member {
            wrapKeys = List.copyOf(wrapKeys);
            senderIds = List.copyOf(senderIds);
        }

        boolean isEmpty() {
            return wrapKeys.isEmpty() && authKey.isEmpty() && senderIds.isEmpty();
        }

        static Member decode(WireReader in) throws MalformedMessage {
            in.skip(2, "member key bag: protocol and reserved");
            WireReader body = in.slice(in.u16("member key bag: length") - 4, "member key bag");
            List<WrappedKey> wrapKeys = new ArrayList<>();
            Optional<Octets> authKey = Optional.empty();
            List<Long> senderIds = new ArrayList<>();
            for (Attribute attribute : Attribute.decodeAll(body, MAX_ATTRIBUTES)) {
                switch (attribute.type()) {
                    case WRAP_KEY -> wrapKeys.add(wrapKey(attribute));
                    case AUTH_KEY -> {
                        Attributes.once(authKey.isPresent(), "AUTH_KEY");
                        authKey = Optional.of(Attributes.tlv(attribute, "AUTH_KEY"));
                    }
                    case GM_SENDER_ID -> senderIds.add(senderId(attribute));
                    default -> {} // unknown: ignored
                }
            }
            return new Member(wrapKeys, authKey, senderIds);
        }

        @Override
        public void encode(WireWriter out) {
            int start = out.size();
            out.u8(0).u8(0).u16(0);
            List<Attribute> attributes = new ArrayList<>();
            wrapKeys.forEach(key -> attributes.add(key.encode(WRAP_KEY)));
            authKey.ifPresent(key -> attributes.add(new Attribute.Tlv(AUTH_KEY, key)));
            senderIds.forEach(id -> attributes.add(Attribute.u32(GM_SENDER_ID, id)));
            Attribute.encodeAll(attributes, out);
            out.patchU16(start + 2, out.size() - start);
        }

        private static WrappedKey wrapKey(Attribute attribute) throws MalformedMessage {
            WrappedKey key = WrappedKey.decode(attribute, "WRAP_KEY");
            if (key.keyId() == 0) {
                throw new MalformedMessage("WRAP_KEY with key ID 0");
            }
            return key;
        }

        private static long senderId(Attribute attribute) throws MalformedMessage {
            byte[] octets = Attributes.tlv(attribute, "GM_SENDER_ID").toArray();
            if (octets.length < 1 || octets.length > 8) {
                throw new MalformedMessage("GM_SENDER_ID of " + octets.length + " octets");
            }
            long value = 0;
            for (byte octet : octets) {
                value = (value << 8) | (octet & 0xff);
            }
            return value;
        }
    }
}
