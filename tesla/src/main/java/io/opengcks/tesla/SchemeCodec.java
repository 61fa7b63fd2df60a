package io.opengcks.tesla;

import java.nio.ByteBuffer;

/** Five octets: PRF, key length, MAC key length, MAC, MAC length; functions by their registry number (RFC 5776 §7). */
public final class SchemeCodec {
    /** Length of the form. */
    public static final int OCTETS = 5;

    private SchemeCodec() {}

    /** Appends the five octets. */
    public static void write(Scheme scheme, ByteBuffer out) {
        out.put((byte) scheme.prf().code());
        out.put((byte) scheme.keyOctets());
        out.put((byte) scheme.macKeyOctets());
        out.put((byte) scheme.mac().code());
        out.put((byte) scheme.macOctets());
    }

    /** Takes five octets, which must be there. */
    public static Scheme read(ByteBuffer in) throws MalformedTesla {
        return of(in.get() & 0xFF, in.get() & 0xFF, in.get() & 0xFF, in.get() & 0xFF, in.get() & 0xFF);
    }

    /** A scheme of numbers a peer sent. */
    public static Scheme of(int prf, int keyOctets, int macKeyOctets, int mac, int macOctets) throws MalformedTesla {
        Prf function = Prf.ofCode(prf);
        Prf macFunction = Prf.ofCode(mac);
        try {
            return new Scheme(function, keyOctets, macKeyOctets, macFunction, macOctets);
        } catch (IllegalArgumentException refused) {
            throw new MalformedTesla("the lengths of the functions are not possible");
        }
    }
}
