package io.opengcks.tesla;

/** Octets that are not what they should be. Peers cause it at line rate: no stack trace, no octet of the input in the text. */
public final class MalformedTesla extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedTesla(String detail) {
        super(detail, null, false, false);
    }
}
