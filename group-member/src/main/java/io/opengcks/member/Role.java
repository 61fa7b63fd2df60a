package io.opengcks.member;

/** What a member does with the packets of the group. */
public enum Role {
    SENDER,
    RECEIVER,
    /** Sends, and receives what the others send. */
    BOTH;

    boolean sends() {
        return this != RECEIVER;
    }

    boolean receives() {
        return this != SENDER;
    }
}
