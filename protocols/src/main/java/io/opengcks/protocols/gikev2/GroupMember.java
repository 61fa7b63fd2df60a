package io.opengcks.protocols.gikev2;

/** The machine; under construction. */
public final class GroupMember {
    private GroupMember() {}
}
