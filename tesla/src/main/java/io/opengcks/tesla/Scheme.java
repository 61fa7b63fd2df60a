package io.opengcks.tesla;

/**
 * The functions of a session and the lengths they are cut to (RFC 4383 §4.3 parameters 1 to 5, RFC 5776 §2.5). A function
 * cut to n octets keeps its first n, as RFC 2104 §5 says.
 *
 * @param prf          f, of which F (chain) and F' (MAC keys) are made
 * @param keyOctets    n_p, length of a key of the chain, {@link #MIN_KEY_OCTETS} to {@code prf.octets()}
 * @param macKeyOctets n_f, length of a MAC key, {@link #MIN_KEY_OCTETS} to {@code prf.octets()}
 * @param mac          the MAC, one of the same functions
 * @param macOctets    n_m, length of a MAC in a packet, {@link #MIN_MAC_OCTETS} to {@code mac.octets()}
 */
public record Scheme(Prf prf, int keyOctets, int macKeyOctets, Prf mac, int macOctets) {
    /** Shortest chain or MAC key: 128 bits, below which a chain could be inverted. */
    public static final int MIN_KEY_OCTETS = 16;

    /** Shortest MAC: 80 bits, as RFC 2104 §5 and RFC 4383 §7 ask. */
    public static final int MIN_MAC_OCTETS = 10;

    /** The default: HMAC-SHA-256 throughout, 32-octet keys, 16-octet MACs (RFC 5776 §2.5). */
    public static final Scheme DEFAULT = rfc5776(Prf.HMAC_SHA_256);

    /** SRTP's default: HMAC-SHA-1, 20-octet keys, 10-octet MACs (RFC 4383 §6). */
    public static final Scheme SRTP = rfc5776(Prf.HMAC_SHA_1);

    public Scheme {
        check("chain key", keyOctets, MIN_KEY_OCTETS, prf.octets());
        check("MAC key", macKeyOctets, MIN_KEY_OCTETS, prf.octets());
        check("MAC", macOctets, MIN_MAC_OCTETS, mac.octets());
    }

    /** The lengths RFC 5776 §2.5 fixes for a function: whole keys, a MAC of 10, 14, 16, 24 or 32 octets. */
    public static Scheme rfc5776(Prf function) {
        return new Scheme(function, function.octets(), function.octets(), function, function.octets() / 2);
    }

    private static void check(String what, int octets, int least, int most) {
        if (octets < least || octets > most) {
            throw new IllegalArgumentException(
                    "a " + what + " of " + octets + " octets is not in " + least + ".." + most);
        }
    }
}
