/** TESLA (RFC 4082): broadcast source authentication by hash-chain keys disclosed late. */
module io.opengcks.tesla {
    requires static org.jspecify;

    exports io.opengcks.tesla;
}
