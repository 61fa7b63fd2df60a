package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.ikev2.Path;

/** What may happen to a {@link KeyServer}. */
public sealed interface KeyServerEvent {
    /** A datagram of unicast IKE, at most 65535 octets, without non-ESP marker. The machine may keep the array. */
    record Received(Path path, byte[] datagram) implements KeyServerEvent {}

    /** The time asked for by {@link KeyServerEffect.WakeAt} has come; too early or too often is harmless. */
    record Tick() implements KeyServerEvent {}

    /** The group's answer to {@link KeyServerEffect.Register} with this ticket. */
    record Answered(long ticket, RegistrationAnswer answer) implements KeyServerEvent {}
}
