package io.opengcks.keytree;

/**
 * A key of a message that nobody has to send: whoever has what it follows from computes it with a one-way function. It holds
 * no secret, only IDs; it may go in clear, authenticated with the message.
 *
 * @param kind  which function
 * @param keyId ID of the result, unsigned; 0 is the group key
 * @param from  ID of what it follows from, unsigned, never 0
 * @param with  ID of the second input, the right one, with {@link Kind#COMBINED}; else 0
 */
public record Derivation(Kind kind, int keyId, int from, int with) {
    /** The functions. */
    public enum Kind {
        /** The new version of a key that takes the old one's place: members inside step forward, a joiner cannot step back. */
        EVOLVED(1),
        /** A key above the one it follows from, which stays: the tree grew at the top. */
        GROWN(2),
        /** OFC: the seed of a node from the seed of its child. */
        CHAINED(3),
        /** OFT: the blinded key of a node. */
        BLINDED(4),
        /** OFT: the key of a node from the blinded keys of its two children. */
        COMBINED(5),
        /** OFT: the key of a node from the key of its only child with members. */
        LIFTED(6),
        /** The group key from the key of the root. */
        GROUP(7);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        /** 1 to 63: part of what the function computes, and of the octets of a delta. */
        byte code() {
            return code;
        }

        static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no one-way function " + code);
        }
    }

    public Derivation {
        if (from == 0 || (kind == Kind.COMBINED) == (with == 0) || (kind == Kind.GROUP) != (keyId == 0)) {
            throw new IllegalArgumentException("not a derivation: " + kind + " of " + keyId);
        }
    }

    static Derivation of(Kind kind, int keyId, int from) {
        return new Derivation(kind, keyId, from, 0);
    }

    @Override
    public String toString() {
        return kind
                + "["
                + Integer.toUnsignedString(from)
                + (with == 0 ? "" : "+" + Integer.toUnsignedString(with))
                + "->"
                + Integer.toUnsignedString(keyId)
                + "]";
    }
}
