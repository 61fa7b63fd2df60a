package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import java.security.GeneralSecurityException;

/** A face that puts a rekey message on the wire. Called on the writer of a group; it must not block. */
@FunctionalInterface
public interface RekeyEncoder {
    /**
     * One rekey message.
     *
     * @param carrier    the Rekey SA that carries it
     * @param messageId  its Message ID, never used before on this SA
     * @param rekey      what it says
     * @param signingKey PKCS#8; the encoder neither keeps nor destroys it
     * @return the datagram, without non-ESP marker
     */
    byte[] encode(RekeySa carrier, long messageId, Rekey rekey, Secret signingKey) throws GeneralSecurityException;
}
