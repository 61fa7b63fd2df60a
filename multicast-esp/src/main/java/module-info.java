/** ESP for multicast groups: packets, SAD, replay protection, UDP encapsulation. */
module io.opengcks.esp {
    requires static org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    exports io.opengcks.esp;
    exports io.opengcks.esp.io;
}
