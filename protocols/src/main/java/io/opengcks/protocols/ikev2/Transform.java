package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A transform substructure (RFC 7296 §3.3.2), in SA payloads and in Group SA policies.
 *
 * @param type       transform type, such as 1 for ENCR
 * @param id         transform ID
 * @param attributes at most {@value #MAX_ATTRIBUTES}
 */
public record Transform(int type, int id, List<Attribute> attributes) {
    static final int MAX_ATTRIBUTES = 8;
    private static final int HEADER_BYTES = 8;
    private static final int MORE = 3;

    public Transform {
        if (type >>> 8 != 0 || id >>> 16 != 0) {
            throw new IllegalArgumentException("transform type or ID out of range");
        }
        attributes = List.copyOf(attributes);
    }

    /** A transform without attributes. */
    public static Transform of(int type, int id) {
        return new Transform(type, id, List.of());
    }

    /** A cipher with a Key Length attribute. */
    public static Transform encryption(int id, int keyBits) {
        return new Transform(Ikev2.TRANSFORM_ENCR, id, List.of(new Attribute.Tv(Ikev2.ATTRIBUTE_KEY_LENGTH, keyBits)));
    }

    /** GCAUTH Digital Signature with this DER AlgorithmIdentifier (RFC 9838 §4.4.2.1.1). */
    public static Transform digitalSignature(Octets algorithmIdentifier) {
        return new Transform(
                Ikev2.TRANSFORM_GCAUTH,
                Ikev2.GCAUTH_DIGITAL_SIGNATURE,
                List.of(new Attribute.Tlv(Ikev2.ATTRIBUTE_SIGNATURE_ALGORITHM, algorithmIdentifier)));
    }

    /** Bits of the Key Length attribute. */
    public OptionalInt keyLength() {
        for (Attribute attribute : attributes) {
            if (attribute instanceof Attribute.Tv(int kind, int bits) && kind == Ikev2.ATTRIBUTE_KEY_LENGTH) {
                return OptionalInt.of(bits);
            }
        }
        return OptionalInt.empty();
    }

    /** The Signature Algorithm Identifier attribute: DER AlgorithmIdentifier. */
    public Optional<Octets> signatureAlgorithm() {
        for (Attribute attribute : attributes) {
            if (attribute instanceof Attribute.Tlv(int kind, Octets value)
                    && kind == Ikev2.ATTRIBUTE_SIGNATURE_ALGORITHM) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** True if it carries an attribute that we do not know, so that we cannot use it (RFC 7296 §3.3.6). */
    public boolean hasUnknownAttribute() {
        return attributes.stream()
                .anyMatch(attribute -> attribute.type() != Ikev2.ATTRIBUTE_KEY_LENGTH
                        && attribute.type() != Ikev2.ATTRIBUTE_SIGNATURE_ALGORITHM);
    }

    /**
     * Reads transforms until the one that says it is the last; what follows in {@code in} is left (RFC 9838 §4.4.2: a
     * Group SA policy has no count of transforms).
     */
    public static List<Transform> decodeList(WireReader in, int limit) throws MalformedMessage {
        List<Transform> transforms = new ArrayList<>();
        int more;
        do {
            if (transforms.size() == limit) {
                throw new MalformedMessage("more than " + limit + " transforms");
            }
            more = in.u8("transform: last");
            if (more != 0 && more != MORE) {
                throw new MalformedMessage("a transform is followed by a substructure of kind " + more);
            }
            in.skip(1, "transform: reserved");
            int length = in.u16("transform: length");
            WireReader body = in.slice(length - 4, "transform");
            int type = body.u8("transform type");
            body.skip(1, "transform: reserved");
            int id = body.u16("transform ID");
            transforms.add(new Transform(type, id, attributes(body)));
        } while (more == MORE);
        return List.copyOf(transforms);
    }

    /** Writes transforms, the last one marked as such. */
    public static void encodeList(List<Transform> transforms, WireWriter out) {
        for (int i = 0; i < transforms.size(); i++) {
            Transform transform = transforms.get(i);
            int start = out.size();
            out.u8(i == transforms.size() - 1 ? 0 : MORE).u8(0).u16(HEADER_BYTES);
            out.u8(transform.type).u8(0).u16(transform.id);
            Attribute.encodeAll(transform.attributes, out);
            out.patchU16(start + 2, out.size() - start);
        }
    }

    private static List<Attribute> attributes(WireReader body) throws MalformedMessage {
        List<Attribute> attributes = Attribute.decodeAll(body, MAX_ATTRIBUTES);
        boolean keyLength = false;
        boolean algorithm = false;
        for (Attribute attribute : attributes) {
            if (attribute.type() == Ikev2.ATTRIBUTE_KEY_LENGTH) {
                once(keyLength, "Key Length");
                keyLength = true;
                if (!(attribute instanceof Attribute.Tv)) {
                    throw new MalformedMessage("Key Length has its own length");
                }
            } else if (attribute.type() == Ikev2.ATTRIBUTE_SIGNATURE_ALGORITHM) {
                once(algorithm, "Signature Algorithm Identifier");
                algorithm = true;
                if (!(attribute instanceof Attribute.Tlv)) {
                    throw new MalformedMessage("Signature Algorithm Identifier has no length");
                }
            }
        }
        return attributes;
    }

    private static void once(boolean seen, String name) throws MalformedMessage {
        if (seen) {
            throw new MalformedMessage(name + " twice in one transform");
        }
    }
}
