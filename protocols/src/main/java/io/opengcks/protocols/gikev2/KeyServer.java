package io.opengcks.protocols.gikev2;

/** The machine; under construction. */
public final class KeyServer {
    private KeyServer() {}
}
