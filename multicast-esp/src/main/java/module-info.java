/** ESP for multicast groups: packets, SAD, replay protection, UDP encapsulation. */
module io.opengcks.esp {
    requires static org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;

    exports io.opengcks.esp;
}
