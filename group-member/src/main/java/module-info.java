/** The group member: agent and Java API. */
module io.opengcks.member {
    requires static org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.opengcks.esp;
    requires transitive io.opengcks.protocols;
    requires transitive micrometer.core;
    requires org.slf4j;

    exports io.opengcks.member;
}
