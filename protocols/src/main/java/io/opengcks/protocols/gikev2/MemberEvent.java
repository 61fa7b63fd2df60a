package io.opengcks.protocols.gikev2;

/** What may happen to a {@link GroupMember}. */
public sealed interface MemberEvent {
    /** Register, or register again: a new IKE SA with the server of the settings. Ends whatever exchange is under way. */
    record Register() implements MemberEvent {}

    /** A unicast datagram from the server, without non-ESP marker. */
    record Received(byte[] datagram) implements MemberEvent {}

    /** A datagram from the group's rekey address, without non-ESP marker. */
    record RekeyReceived(byte[] datagram) implements MemberEvent {}

    /** The time asked for by {@link MemberEffect.WakeAt} has come; too early or too often is harmless. */
    record Tick() implements MemberEvent {}

    /** Leave the group: tell the server (over a new IKE SA where none lives), then forget every key. */
    record Leave() implements MemberEvent {}
}
