package io.opengcks.gcks.group;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** A policy that no group can have. The message names the field and what was expected. */
public final class PolicyException extends IllegalArgumentException {
    private final String field;

    PolicyException(String field, String expected) {
        super(field + ": " + expected);
        this.field = field;
    }

    /** Name of the record component that is wrong, for instance {@code tekLifetime}. */
    public String field() {
        return field;
    }

    static void check(boolean holds, String field, String expected) {
        if (!holds) {
            throw new PolicyException(field, expected);
        }
    }

    static void multicast(String field, InetAddress address) {
        check(address.isMulticastAddress(), field, "a multicast address, not " + address.getHostAddress());
    }

    static void port(String field, int port) {
        check(port >= 1 && port <= 65535, field, "a port from 1 to 65535, not " + port);
    }

    static void source(String field, InetAddress group, Optional<InetAddress> source) {
        source.ifPresent(address -> check(
                address.getClass() == group.getClass() && !address.isMulticastAddress(),
                field,
                "a unicast source of the same address family, not " + address.getHostAddress()));
    }

    static void lifetime(String field, Duration lifetime) {
        check(
                lifetime.toSeconds() >= GroupPolicy.MIN_LIFETIME_SECONDS
                        && lifetime.toSeconds() <= GroupPolicy.MAX_LIFETIME_SECONDS
                        && lifetime.equals(Duration.ofSeconds(lifetime.toSeconds())),
                field,
                "whole seconds from " + GroupPolicy.MIN_LIFETIME_SECONDS + " to " + GroupPolicy.MAX_LIFETIME_SECONDS);
    }

    static void delay(String field, int seconds) {
        check(seconds >= 0 && seconds <= 65535, field, "0 to 65535 seconds, not " + seconds);
    }
}
