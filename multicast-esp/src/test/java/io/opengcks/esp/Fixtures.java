package io.opengcks.esp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** SAs and addresses that tests share. */
final class Fixtures {
    static final InetAddress GROUP = address("239.1.2.3");
    static final InetAddress OTHER_GROUP = address("239.1.2.4");
    static final InetAddress ALICE = address("192.0.2.1");
    static final InetAddress BOB = address("192.0.2.2");

    private Fixtures() {}

    static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    static Keymat keymat(EspTransform transform, int seed) {
        byte[] octets = new byte[transform.keymatBytes()];
        new java.util.Random(seed).nextBytes(octets);
        return Keymat.copyOf(octets);
    }

    static SaParameters sa(int senderIdBits, int replayWindow) {
        return sa(0x1234_5678L, GROUP, null, senderIdBits, replayWindow);
    }

    static SaParameters sa(
            long spi, InetAddress destination, @Nullable InetAddress source, int senderIdBits, int replayWindow) {
        EspTransform transform = EspTransform.AES_128_GCM_16;
        return new SaParameters(
                spi,
                destination,
                source,
                transform,
                keymat(transform, (int) spi),
                EspMode.TRANSPORT,
                senderIdBits,
                replayWindow);
    }

    /** The next packet of a sender with these octets inside. */
    static byte[] seal(OutboundSa sender, byte[] payload) {
        byte[] out = new byte[sender.parameters().sealedLength(payload.length)];
        int length = sender.seal(payload, 0, payload.length, EspPacket.NEXT_HEADER_UDP, out, 0);
        if (length != out.length) {
            throw new AssertionError("sealed " + length);
        }
        return out;
    }

    /** Seals octets as they are, trailer included, so that authentic nonsense can be made. */
    static byte[] sealRaw(SaParameters sa, long sequence, long iv, byte[] plain) {
        byte[] packet =
                new byte[sa.payloadOffset() + plain.length + sa.transform().icvBytes()];
        EspPacket.int32(packet, 0, (int) sa.spi());
        EspPacket.int32(packet, 4, (int) sequence);
        EspPacket.int64(packet, 8, iv);
        System.arraycopy(plain, 0, packet, sa.payloadOffset(), plain.length);
        PacketCipher.of(sa, javax.crypto.Cipher.ENCRYPT_MODE)
                .seal(sequence, iv, packet, 0, sa.payloadOffset(), plain.length);
        return packet;
    }

    static Verdict open(InboundSa receiver, byte[] packet, Opened found) {
        return receiver.open(packet, 0, packet.length, new byte[packet.length], 0, found);
    }

    static Verdict open(InboundSa receiver, byte[] packet) {
        return open(receiver, packet, new Opened());
    }

    static byte[] random(RandomGenerator chance, int length) {
        byte[] octets = new byte[length];
        chance.nextBytes(octets);
        return octets;
    }

    static byte[] slice(byte[] octets, int off, int len) {
        return Arrays.copyOfRange(octets, off, off + len);
    }
}
