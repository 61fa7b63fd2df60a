package io.opengcks.protocols.ikev2;

import java.security.cert.X509Certificate;

/** What came of looking at a peer's certificates. */
public sealed interface CertificateCheck {
    /** Valid now, revoked by none of the lists, and bound to the identity. */
    record Valid(X509Certificate endEntity) implements CertificateCheck {}

    /**
     * Not to be trusted.
     *
     * @param why    the kind
     * @param detail one line for the log, not for the peer
     */
    record Invalid(Why why, String detail) implements CertificateCheck {}

    /** Kinds of refusal. */
    enum Why {
        /** None came, too many came, or one cannot be read. */
        UNREADABLE,
        EXPIRED,
        NOT_YET_VALID,
        REVOKED,
        /** Lists are configured and none that is current speaks of it. */
        REVOCATION_UNKNOWN,
        UNKNOWN_ISSUER,
        BAD_SIGNATURE,
        /** Its key usage, extended key usage or basic constraints do not allow what it is used for. */
        WRONG_USE,
        /** Too weak, or of a kind that we do not have. */
        WEAK_KEY,
        IDENTITY_NOT_IN_CERTIFICATE
    }
}
