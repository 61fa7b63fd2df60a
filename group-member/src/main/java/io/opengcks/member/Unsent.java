package io.opengcks.member;

/** Why a payload was not sent; each is a value of the metric tag {@code reason}. */
enum Unsent {
    /** There is no SA to send on. */
    NO_SA,
    TOO_LONG,
    /** The queue of payloads, or of the socket, is full. */
    QUEUE_FULL,
    /** The SA or the Sender-ID is used up. */
    EXHAUSTED
}
