package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.NotAuthentic;
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The SK payload with AES-GCM and a 16-octet ICV (RFC 7296 §3.14, RFC 5282), of IKE SAs and of Rekey SAs. The key is the AES key
 * followed by 4 octets of salt; the nonce is the salt followed by the 8 octets of explicit IV; associated data are the IKE
 * header and the SK payload's generic header with their real lengths. OpenGCKS sends the SK payload alone and takes no
 * message in which others stand before it.
 */
public final class EncryptedPayload {
    /** Octets that a message is longer than its inner payloads where nothing is padded. */
    public static final int OVERHEAD_BYTES = IkeHeader.BYTES + PayloadChain.HEADER_BYTES + 8 + 1 + 16;

    private static final int SALT_BYTES = 4;
    private static final int IV_BYTES = 8;
    private static final int ICV_BYTES = 16;
    private static final int AAD_BYTES = IkeHeader.BYTES + PayloadChain.HEADER_BYTES;

    private EncryptedPayload() {}

    /**
     * A message that was opened.
     *
     * @param header       as received
     * @param flags        second octet of the SK payload's generic header as received: C bit and RESERVED, which rekey
     *                     messages sign
     * @param firstPayload type of the first inner payload
     * @param inner        inner payloads with their headers; the opener's own array
     */
    public record Opened(IkeHeader header, int flags, int firstPayload, byte[] inner) {
        /** The inner payloads, read. */
        public List<Payload> payloads() throws MalformedMessage, Unsupported {
            return PayloadChain.decode(firstPayload, new WireReader(inner));
        }

        /** Header and inner payloads. */
        public IkeMessage message() throws MalformedMessage, Unsupported {
            return new IkeMessage(header, payloads());
        }

        @Override
        public String toString() {
            return "Opened[" + header + ", " + inner.length + " octets]";
        }
    }

    /**
     * Encrypts payloads into a whole message.
     *
     * @param header Next Payload is set here
     * @param inner  the payloads; may be empty
     * @param key    AES key | salt, 20 or 36 octets
     * @param iv     never twice under one key: a counter of the caller's, durable where the key is
     */
    public static byte[] seal(IkeHeader header, List<? extends Payload> inner, Secret key, long iv) {
        return seal(header, PayloadChain.firstType(inner), PayloadChain.encode(inner), key, iv);
    }

    /** As {@link #seal(IkeHeader, List, Secret, long)}, with a chain already on the wire. */
    public static byte[] seal(IkeHeader header, int firstPayload, byte[] inner, Secret key, long iv) {
        int total = inner.length + OVERHEAD_BYTES;
        if (total > IkeMessage.MAX_BYTES) {
            throw new IllegalArgumentException("a message of " + total + " octets");
        }
        WireWriter out = new WireWriter();
        header.withNextPayload(Payload.TYPE_SK).encode(out, total);
        out.u8(firstPayload).u8(0).u16(total - IkeHeader.BYTES).u64(iv);
        byte[] message = Arrays.copyOf(out.toByteArray(), total);
        byte[] plain = Arrays.copyOf(inner, inner.length + 1); // Pad Length 0
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, message);
            cipher.doFinal(plain, 0, plain.length, message, AAD_BYTES + IV_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not encrypt", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        return message;
    }

    /**
     * Checks and decrypts a message. Nothing of it is to be believed if this throws.
     *
     * @param datagram a whole message, without non-ESP marker; not changed
     * @param key      AES key | salt, 20 or 36 octets
     * @throws MalformedMessage if it is not one SK payload behind a header, or is padded beyond its length
     * @throws NotAuthentic     if the ICV does not fit
     */
    public static Opened open(byte[] datagram, Secret key) throws MalformedMessage, NotAuthentic, Unsupported {
        IkeHeader header = IkeHeader.decode(datagram);
        WireReader in = new WireReader(datagram, IkeHeader.BYTES, datagram.length);
        if (header.nextPayload() == Payload.TYPE_SKF) {
            throw new Unsupported(Ikev2.UNSUPPORTED_CRITICAL_PAYLOAD, "fragments were not negotiated");
        }
        if (header.nextPayload() != Payload.TYPE_SK) {
            throw new MalformedMessage("payload " + header.nextPayload() + " where SK is expected");
        }
        int firstPayload = in.u8("SK: next payload");
        int flags = in.u8("SK: flags");
        int length = in.u16("SK: length");
        if (length != datagram.length - IkeHeader.BYTES || in.remaining() < IV_BYTES + 1 + ICV_BYTES) {
            throw new MalformedMessage("SK of " + length + " octets in a message of " + datagram.length);
        }
        byte[] plain = decrypt(datagram, key);
        int padding = plain[plain.length - 1] & 0xff;
        if (padding > plain.length - 1) {
            throw new MalformedMessage("SK: " + padding + " octets of padding in " + plain.length);
        }
        byte[] inner = Arrays.copyOf(plain, plain.length - 1 - padding);
        Arrays.fill(plain, (byte) 0);
        return new Opened(header, flags, firstPayload, inner);
    }

    private static byte[] decrypt(byte[] datagram, Secret key) throws NotAuthentic {
        try {
            int from = AAD_BYTES + IV_BYTES;
            return cipher(Cipher.DECRYPT_MODE, key, datagram).doFinal(datagram, from, datagram.length - from);
        } catch (AEADBadTagException _) {
            throw new NotAuthentic("the ICV does not fit");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not decrypt", e);
        }
    }

    /** Ready to take the plaintext or ciphertext: {@code message} holds headers and IV already. */
    private static Cipher cipher(int mode, Secret key, byte[] message) throws GeneralSecurityException {
        byte[] octets = key.copy();
        byte[] nonce = new byte[SALT_BYTES + IV_BYTES];
        try {
            int keyBytes = octets.length - SALT_BYTES;
            if (keyBytes != 16 && keyBytes != 32) {
                throw new IllegalArgumentException("not an AES-GCM key with salt: " + octets.length + " octets");
            }
            System.arraycopy(octets, keyBytes, nonce, 0, SALT_BYTES);
            System.arraycopy(message, AAD_BYTES, nonce, SALT_BYTES, IV_BYTES);
            Cipher cipher = Providers.cipher("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(octets, 0, keyBytes, "AES"), new GCMParameterSpec(ICV_BYTES * 8, nonce));
            cipher.updateAAD(message, 0, AAD_BYTES);
            return cipher;
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
