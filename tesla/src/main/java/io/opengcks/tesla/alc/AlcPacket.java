package io.opengcks.tesla.alc;

import io.opengcks.tesla.Arrival;
import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Sender;
import io.opengcks.tesla.SignatureCheck;
import io.opengcks.tesla.Signer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proofs over whole ALC or NORM packets (RFC 5776 §3.3, §4.1): the caller builds the packet with an {@link ExtAuth} whose
 * proof and group MAC are zero and says where it stands. MAC and signature are computed with their own field and the group
 * MAC zero, the group MAC last, over the finished rest. UDP and IP headers are no part of it.
 *
 * <p>For the MAC §3.3.1 names only its own field as zero; the group MAC is zero too, because it is computed afterwards.
 *
 * @param codec       the layout of the session
 * @param chainLength N + 1
 * @param delay       d
 */
public record AlcPacket(ExtAuthCodec codec, long chainLength, int delay) {
    /** Fills in the MAC, and the group MAC if there is one, of a packet with a tag at {@code at}. */
    public void protect(byte[] packet, int at, Sender.Stamp stamp, @Nullable GroupMac group) throws MalformedTesla {
        if (!(read(packet, at) instanceof ExtAuth.Tag tag) || tag.interval() != (stamp.interval() & 0xFFFF_FFFFL)) {
            throw new MalformedTesla("no tag of this interval");
        }
        put(packet, at, tag, stamp.mac(0, covered(packet, at, tag)), group);
    }

    /** Fills in the signature, and the group MAC if there is one, of a bootstrap or time response at {@code at}. */
    public void sign(byte[] packet, int at, Signer signer, @Nullable GroupMac group) throws MalformedTesla {
        ExtAuth content = read(packet, at);
        byte[] signature = signer.sign(covered(packet, at, content));
        ExtAuthCodec.Span span = codec.proof(content);
        if (content instanceof ExtAuth.Tag || signature.length != span.to() - span.from()) {
            throw new MalformedTesla("no room for this signature");
        }
        put(packet, at, content, signature, group);
    }

    /** Whether the signature of a bootstrap or time response is good. */
    public boolean isSigned(byte[] packet, int at, SignatureCheck check) throws MalformedTesla {
        return switch (read(packet, at)) {
            case ExtAuth.Bootstrap b -> check.isGood(covered(packet, at, b), b.signature());
            case ExtAuth.TimeResponse r -> check.isGood(covered(packet, at, r), r.signature());
            case ExtAuth.Tag _, ExtAuth.TimeRequest _ -> false;
        };
    }

    /** Whether the group MAC is there and good; to be asked before anything else where the session uses one. */
    public boolean isFromGroup(byte[] packet, int at, GroupMac group) throws MalformedTesla {
        byte[] candidate = read(packet, at).groupMac();
        if (candidate == null) {
            return false;
        }
        byte[] zeroed = packet.clone();
        clearGroup(zeroed, at);
        return group.isGood(zeroed, zeroed.length, candidate);
    }

    /** A packet with a tag at {@code at}, as the receiver's core takes it. */
    public <P> Arrival<P> arrival(byte[] packet, int at, P content) throws MalformedTesla {
        if (!(read(packet, at) instanceof ExtAuth.Tag tag)) {
            throw new MalformedTesla("no authentication tag");
        }
        long chain = tag.interval() / chainLength;
        List<Disclosure> disclosures = switch (tag.kind()) {
            case STANDARD -> List.of(new Disclosure.Key(tag.interval() - delay, tag.key()));
            case COMPACT -> List.of();
            case NEW_CHAIN -> List.of(new Disclosure.NewChain(chain + 1, tag.key()));
            case LAST_KEY -> List.of(new Disclosure.Key(chain * chainLength - 1, tag.key()));
        };
        if (tag.kind() == ExtAuth.Kind.STANDARD && tag.interval() < delay) {
            throw new MalformedTesla("a key disclosed before there can be one"); // §3.4.3
        }
        return new Arrival<>(tag.interval(), covered(packet, at, tag), tag.mac(), disclosures, null, null, content);
    }

    private ExtAuth read(byte[] packet, int at) throws MalformedTesla {
        if (at < 0 || at > packet.length) {
            throw new MalformedTesla("the extension is not in the packet");
        }
        return codec.decode(ByteBuffer.wrap(packet, at, packet.length - at));
    }

    private byte[] covered(byte[] packet, int at, ExtAuth content) {
        byte[] zeroed = packet.clone();
        ExtAuthCodec.Span span = codec.proof(content);
        Arrays.fill(zeroed, at + span.from(), at + span.to(), (byte) 0);
        if (content.groupMac() != null) {
            clearGroup(zeroed, at);
        }
        return zeroed;
    }

    private static void clearGroup(byte[] packet, int at) {
        int end = at + (packet[at + 1] & 0xFF) * 4;
        Arrays.fill(packet, end - GroupMac.OCTETS, end, (byte) 0);
    }

    private void put(byte[] packet, int at, ExtAuth content, byte[] proof, @Nullable GroupMac group) {
        if ((group == null) != (content.groupMac() == null)) {
            throw new IllegalArgumentException("a group key and room for the group MAC go together");
        }
        System.arraycopy(proof, 0, packet, at + codec.proof(content).from(), proof.length);
        if (group != null) {
            clearGroup(packet, at);
            int end = at + (packet[at + 1] & 0xFF) * 4;
            System.arraycopy(group.of(packet, packet.length), 0, packet, end - GroupMac.OCTETS, GroupMac.OCTETS);
        }
    }
}
