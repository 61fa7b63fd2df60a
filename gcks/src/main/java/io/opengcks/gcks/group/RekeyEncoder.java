package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;

/**
 * A face that puts a rekey message on the wire; for G-IKEv2 this is {@code RekeyMessage::seal}. Called on the writer of a group; it
 * must not block. An exception makes the command fail that wanted the message, and nothing changes.
 */
@FunctionalInterface
public interface RekeyEncoder {
    /**
     * One rekey message.
     *
     * @param carrier           the Rekey SA that carries it
     * @param messageId         its Message ID, never used before on this SA
     * @param rekey             what it says
     * @param signer            the group's signing key
     * @param privateAttributes every member announced our Vendor ID, so private-use attributes may be sent
     * @return the datagram, without non-ESP marker
     */
    byte[] encode(RekeySa carrier, long messageId, Rekey rekey, RekeySigner signer, boolean privateAttributes);
}
