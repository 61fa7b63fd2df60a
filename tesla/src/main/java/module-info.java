/** TESLA (RFC 4082): broadcast source authentication by hash-chain keys disclosed late. */
module io.opengcks.tesla {
    requires static org.jspecify;

    exports io.opengcks.tesla;
    exports io.opengcks.tesla.alc;
    exports io.opengcks.tesla.mikey;
    exports io.opengcks.tesla.plain;
    exports io.opengcks.tesla.srtp;
}
