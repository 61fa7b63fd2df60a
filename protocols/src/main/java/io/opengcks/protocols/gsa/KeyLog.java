package io.opengcks.protocols.gsa;

import io.opengcks.protocols.crypto.Secret;

/** Takes the keys that a protocol analyser needs. Off unless the operator asks for it. */
public interface KeyLog {
    KeyLog OFF = new KeyLog() {
        @Override
        public void ikeSa(long initiatorSpi, long responderSpi, Secret initiatorKey, Secret responderKey) {}

        @Override
        public void rekeySa(RekeySa sa) {}

        @Override
        public void dataSa(DataSecuritySa sa) {}
    };

    /** SK_ei and SK_er of an IKE SA, AES-GCM with a 16-octet ICV: key and 4 octets of salt each. */
    void ikeSa(long initiatorSpi, long responderSpi, Secret initiatorKey, Secret responderKey);

    /** A Rekey SA, before its first message. */
    void rekeySa(RekeySa sa);

    /** A Data-Security SA, before its first packet. */
    void dataSa(DataSecuritySa sa);
}
