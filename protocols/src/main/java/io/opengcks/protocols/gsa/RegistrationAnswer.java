package io.opengcks.protocols.gsa;

/** The group's answer to a {@link RegistrationRequest}. */
public sealed interface RegistrationAnswer {
    /** Admitted: these are its keys. Durable before it is given. */
    record Admitted(Registration registration) implements RegistrationAnswer {}

    /**
     * Not admitted.
     *
     * @param refusal what the member is told
     * @param why     one line for the log, not for the member
     */
    record Refused(Refusal refusal, String why) implements RegistrationAnswer {}

    /** Why a group takes no member; each face has its own word for it. */
    enum Refusal {
        NO_SUCH_GROUP,
        NOT_AUTHORIZED,
        CANNOT_TAKE_MEMBERS,
        NO_COMMON_POLICY
    }
}
