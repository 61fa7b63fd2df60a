package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.RekeySigner;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Rekey;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.ikev2.EncryptedPayload;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.PayloadChain;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Replayed;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GSA_REKEY: the multicast message by which a GCKS changes keys (RFC 9838 §2.4.1). */
public final class RekeyMessage {
    private RekeyMessage() {}

    /**
     * The complete datagram. Its IV is the Message ID, so that a Message ID must never be used twice on one Rekey SA.
     *
     * @param carrier           the current Rekey SA
     * @param messageId         unsigned 32 bits
     * @param signer            null exactly where {@code carrier} has no signature
     * @param privateAttributes every member announced our Vendor ID, so private-use attributes may be sent
     * @throws IllegalArgumentException if {@code rekey} breaks a rule of RFC 9838, or the message is too long
     */
    public static byte[] seal(
            RekeySa carrier, long messageId, Rekey rekey, @Nullable RekeySigner signer, boolean privateAttributes) {
        if ((signer == null) != carrier.signature().isEmpty()) {
            throw new IllegalArgumentException("a signer exactly where the Rekey SA has a signature");
        }
        IkeHeader header = new IkeHeader(
                carrier.spi().initiatorHalf(),
                carrier.spi().responderHalf(),
                Ikev2.GSA_REKEY,
                IkeHeader.INITIATOR,
                messageId);
        List<Payload> content = RekeyContent.encode(carrier, rekey, privateAttributes);
        byte[] inner;
        if (signer == null) {
            inner = PayloadChain.encode(content);
        } else {
            if (!carrier.signature().equals(Optional.of(signer.signature()))) {
                throw new IllegalArgumentException("members of this Rekey SA expect another signer");
            }
            inner = RekeyAuthentication.sign(header, content, signer);
        }
        Secret key = encryptionKey(carrier);
        try {
            // The Message ID is the IV: unique on the Rekey SA, and the same in every copy of the message.
            return EncryptedPayload.seal(header, PayloadChain.firstType(content), inner, key, messageId);
        } finally {
            key.destroy();
        }
    }

    /** SPI of the Rekey SA that a datagram belongs to, not yet authentic. */
    public static RekeySpi spi(byte[] datagram) throws MalformedMessage {
        IkeHeader header;
        try {
            header = IkeHeader.decode(datagram);
        } catch (Unsupported e) {
            throw new MalformedMessage(String.valueOf(e.getMessage()));
        }
        if (header.initiatorSpi() == 0 || header.responderSpi() == 0) {
            throw new MalformedMessage("half of the SPI of a Rekey SA is 0");
        }
        return new RekeySpi(header.initiatorSpi(), header.responderSpi());
    }

    /**
     * Opens a message in the order of RFC 9838 §2.4.1.4: ICV, signature, Message ID, content. Changes nothing: the result
     * holds the new state, which the caller takes over.
     *
     * @param carrier       the Rekey SA with the SPI of {@code datagram}
     * @param leastExpected Message IDs below it are refused: at first GSA_INITIAL_MESSAGE_ID, then the last one plus 1
     * @param path          the member's tree keys
     * @param privateAttributes the server announced our Vendor ID, so its private-use attributes are ours
     * @throws ProtocolFault if the message is not authentic or not new, so that it is dropped silently
     */
    public static Opened open(
            byte[] datagram, RekeySa carrier, long leastExpected, KeyPath path, boolean privateAttributes)
            throws ProtocolFault {
        IkeHeader header = IkeHeader.decode(datagram);
        if (header.initiatorSpi() != carrier.spi().initiatorHalf()
                || header.responderSpi() != carrier.spi().responderHalf()
                || header.exchangeType() != Ikev2.GSA_REKEY
                || header.isResponse()) {
            throw new Unexpected("not a rekey message of this Rekey SA");
        }
        Secret key = encryptionKey(carrier);
        EncryptedPayload.Opened opened;
        try {
            opened = EncryptedPayload.open(datagram, key);
        } finally {
            key.destroy();
        }
        RekeyAuthentication.verify(header, opened.firstPayload(), opened.flags(), opened.inner(), carrier.signature());
        if (header.messageId() < leastExpected) {
            throw new Replayed("Message ID " + header.messageId() + " where " + leastExpected + " is the least");
        }
        try {
            return RekeyContent.decode(opened.payloads(), carrier, header.messageId(), path, privateAttributes);
        } catch (ProtocolFault e) {
            return new Opened.Unusable(header.messageId(), e);
        }
    }

    /** An authentic rekey message. */
    public sealed interface Opened {
        /** Its Message ID: the highest seen on the Rekey SA now. */
        long messageId();

        /**
         * New keys.
         *
         * @param carrier     the Rekey SA that carried the message, with the public key for its following messages
         * @param newRekeySa  replaces {@code carrier}
         * @param path        the member's tree keys from now on
         * @param dataSas     new Data-Security SAs
         * @param deletedSpis Data-Security SAs to give up after the deactivation delay; never 0
         * @param deletesAllData every Data-Security SA from before this message is to be given up so
         * @param deletedRekeySas Rekey SAs to give up
         * @param policy      delays that hold for this message
         */
        record Updated(
                long messageId,
                RekeySa carrier,
                Optional<RekeySa> newRekeySa,
                KeyPath path,
                List<DataSecuritySa> dataSas,
                List<Long> deletedSpis,
                boolean deletesAllData,
                List<RekeySpi> deletedRekeySas,
                GroupWidePolicy policy)
                implements Opened {
            public Updated {
                deletedRekeySas = List.copyOf(deletedRekeySas);
                dataSas = List.copyOf(dataSas);
                deletedSpis = List.copyOf(deletedSpis);
            }
        }

        /**
         * This member is out (RFC 9838 §2.4.3, §3.3): the Rekey SA is void at once, nothing is sent any more.
         *
         * @param why    one line for the log
         * @param policy delays: Data-Security SAs may be received on until the deactivation delay is over
         */
        record Excluded(long messageId, String why, GroupWidePolicy policy) implements Opened {}

        /**
         * It came from the GCKS, but cannot be followed: the member has to register again to get its keys.
         *
         * @param fault what is wrong with it
         */
        record Unusable(long messageId, ProtocolFault fault) implements Opened {}
    }

    /** GSK_e: AES key and salt (RFC 9838 §3.4). */
    private static Secret encryptionKey(RekeySa carrier) {
        return carrier.keymat().slice(0, carrier.encryptionBits() / 8 + 4);
    }
}
