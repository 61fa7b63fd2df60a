package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Registration;

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

    /** Group errors (RFC 9838 §2.3.1). */
    enum Refusal {
        INVALID_GROUP_ID(45),
        AUTHORIZATION_FAILED(46),
        REGISTRATION_FAILED(49),
        NO_PROPOSAL_CHOSEN(14);

        private final int notifyType;

        Refusal(int notifyType) {
            this.notifyType = notifyType;
        }

        public int notifyType() {
            return notifyType;
        }
    }
}
