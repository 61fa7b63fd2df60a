package io.opengcks.gcks.group;

/** What a member may do with the traffic of the group. */
public enum Role {
    RECEIVER,
    /** Sends, and may receive. */
    SENDER
}
