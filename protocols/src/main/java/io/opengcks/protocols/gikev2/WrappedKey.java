package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyWrap;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.TreeKey;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;

/**
 * Value of SA_KEY and WRAP_KEY (RFC 9838 §4.5.4).
 *
 * @param keyId     unsigned 32 bits; 0: keying material of an SA
 * @param wrapKeyId unsigned 32 bits; 0: wrapped under GSK_w of the SA that carries the message
 * @param encrypted output of the key wrap algorithm
 */
record WrappedKey(int keyId, int wrapKeyId, Octets encrypted) {
    static WrappedKey wrap(int keyId, Secret key, int wrapKeyId, Secret wrapKey) {
        return new WrappedKey(keyId, wrapKeyId, Octets.of(KeyWrap.wrap(wrapKey, key)));
    }

    /** @param gskW GSK_w of the SA that will carry the message */
    static WrappedKey wrap(TreeKey key, Secret gskW) {
        Secret wrapKey = key.wrapKey();
        return wrap(key.keyId(), key.key(), key.wrapKeyId(), wrapKey == null ? gskW : wrapKey);
    }

    /**
     * Opens it.
     *
     * @param expectedBytes the only length that the key may have
     */
    Secret unwrap(Secret wrapKey, int expectedBytes) throws NotAuthentic, MalformedMessage {
        Secret key = KeyWrap.unwrap(wrapKey, encrypted.toArray());
        if (key.length() != expectedBytes) {
            int length = key.length();
            key.destroy();
            throw new MalformedMessage("a key of " + length + " octets where the policy takes " + expectedBytes);
        }
        return key;
    }

    static WrappedKey decode(Attribute attribute, String name) throws MalformedMessage {
        WireReader in = new WireReader(Attributes.tlv(attribute, name).toArray());
        return new WrappedKey((int) in.u32(name + ": key ID"), (int) in.u32(name + ": KWK ID"), in.rest());
    }

    Attribute encode(int type) {
        WireWriter out = new WireWriter();
        out.u32(Integer.toUnsignedLong(keyId))
                .u32(Integer.toUnsignedLong(wrapKeyId))
                .octets(encrypted);
        return new Attribute.Tlv(type, Octets.of(out.toByteArray()));
    }
}
