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
    requires info.picocli;
    requires micrometer.registry.prometheus;
    requires java.net.http;
    requires jdk.httpserver;
    requires tools.jackson.databind;

    opens io.opengcks.member.cli to
            info.picocli;

    exports io.opengcks.member;
    exports io.opengcks.member.cli;
    exports io.opengcks.member.config;
}
