/** Wire formats and state machines of the faces. Reads no clock and opens no socket. */
module io.opengcks.protocols {
    requires static org.jspecify;
    requires transitive java.naming;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pkix;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports io.opengcks.protocols.crypto;
    exports io.opengcks.protocols.gikev2;
    exports io.opengcks.protocols.gsa;
    exports io.opengcks.protocols.ikev2;
    exports io.opengcks.protocols.settings;
}
