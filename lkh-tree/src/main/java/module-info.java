/** Key trees: which keys change when members come and go, and under which others they are sent. */
module io.opengcks.keytree {
    requires static hdds.erasurecode;
    requires static org.jspecify;

    exports io.opengcks.keytree;
}
