package io.opengcks.protocols.ikev2;

/** Numbers of the IANA registry "Internet Key Exchange Version 2 (IKEv2) Parameters" that OpenGCKS speaks of. */
public final class Ikev2 {
    /** Exchange types (RFC 7296 §3.1, RFC 9838 §9.2). */
    public static final int IKE_SA_INIT = 34;

    public static final int IKE_AUTH = 35;
    public static final int CREATE_CHILD_SA = 36;
    public static final int INFORMATIONAL = 37;
    public static final int GSA_AUTH = 39;
    public static final int GSA_REGISTRATION = 40;
    public static final int GSA_REKEY = 41;
    public static final int GSA_INBAND_REKEY = 42;

    /** Security protocol identifiers (RFC 7296 §3.3.1, RFC 9838 §4.4.2). */
    public static final int PROTOCOL_NONE = 0;

    public static final int PROTOCOL_IKE = 1;
    public static final int PROTOCOL_AH = 2;
    public static final int PROTOCOL_ESP = 3;
    public static final int PROTOCOL_GIKE_UPDATE = 6;

    /** Transform types (RFC 7296 §3.3.2, RFC 9838 §9.1). */
    public static final int TRANSFORM_ENCR = 1;

    public static final int TRANSFORM_PRF = 2;
    public static final int TRANSFORM_INTEG = 3;
    public static final int TRANSFORM_KE = 4;
    public static final int TRANSFORM_SN = 5;
    public static final int TRANSFORM_KWA = 13;
    public static final int TRANSFORM_GCAUTH = 14;

    public static final int ENCR_AES_GCM_16 = 20;
    public static final int ENCR_CHACHA20_POLY1305 = 28;
    public static final int INTEG_NONE = 0;
    public static final int SN_32_BIT_SEQUENTIAL = 0;
    public static final int SN_32_BIT_UNSPECIFIED = 2;
    public static final int GCAUTH_IMPLICIT = 1;
    public static final int GCAUTH_DIGITAL_SIGNATURE = 2;

    /** Transform attribute types (RFC 7296 §3.3.5, RFC 9838 §9.1): the first is TV, the second TLV. */
    public static final int ATTRIBUTE_KEY_LENGTH = 14;

    public static final int ATTRIBUTE_SIGNATURE_ALGORITHM = 18;

    /** Authentication methods (RFC 7296 §3.8, RFC 7427). */
    public static final int AUTH_SHARED_KEY = 2;

    public static final int AUTH_DIGITAL_SIGNATURE = 14;

    /** X.509 certificate - signature (RFC 7296 §3.6). */
    public static final int CERT_X509_SIGNATURE = 4;

    /** Error notifications (RFC 7296 §3.10.1, RFC 9838 §9.1). */
    public static final int UNSUPPORTED_CRITICAL_PAYLOAD = 1;

    public static final int INVALID_IKE_SPI = 4;
    public static final int INVALID_MAJOR_VERSION = 5;
    public static final int INVALID_SYNTAX = 7;
    public static final int INVALID_MESSAGE_ID = 9;
    public static final int NO_PROPOSAL_CHOSEN = 14;
    public static final int INVALID_KE_PAYLOAD = 17;
    public static final int AUTHENTICATION_FAILED = 24;
    public static final int TEMPORARY_FAILURE = 43;
    public static final int INVALID_GROUP_ID = 45;
    public static final int AUTHORIZATION_FAILED = 46;
    public static final int REGISTRATION_FAILED = 49;

    /** From here on a notification tells a status, below it an error (RFC 7296 §3.10.1). */
    public static final int FIRST_STATUS_NOTIFY = 16384;

    public static final int INITIAL_CONTACT = 16384;
    public static final int NAT_DETECTION_SOURCE_IP = 16388;
    public static final int NAT_DETECTION_DESTINATION_IP = 16389;
    public static final int COOKIE = 16390;
    public static final int USE_TRANSPORT_MODE = 16391;
    public static final int GROUP_SENDER = 16429;
    public static final int SIGNATURE_HASH_ALGORITHMS = 16431;

    private Ikev2() {}
}
