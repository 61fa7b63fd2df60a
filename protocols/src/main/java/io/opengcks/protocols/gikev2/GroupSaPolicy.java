package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.gsa.TrafficSelector;
import io.opengcks.protocols.ikev2.Attribute;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.TrafficSelectorCodec;
import io.opengcks.protocols.ikev2.Transform;
import io.opengcks.protocols.ikev2.WireReader;
import io.opengcks.protocols.ikev2.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Group SA policy substructure (RFC 9838 §4.4.2): one Rekey SA or Data-Security SA, without its keys. Attributes of types that we
 * do not know are passed over; transforms are kept, because an unknown one makes the policy unacceptable.
 *
 * @param protocolId       2, 3 or 6
 * @param spi              4 octets, 16 for protocol 6
 * @param transforms       1 to {@value #MAX_TRANSFORMS}
 * @param lifetimeSeconds  GSA_KEY_LIFETIME
 * @param initialMessageId GSA_INITIAL_MESSAGE_ID
 * @param nextSpis         GSA_NEXT_SPI, as long as {@code spi} each
 * @param udpPort          private use: UDP port of encapsulated ESP
 * @param replayWindow     private use: packets
 */
record GroupSaPolicy(
        int protocolId,
        Octets spi,
        TrafficSelector source,
        TrafficSelector destination,
        List<Transform> transforms,
        OptionalLong lifetimeSeconds,
        OptionalLong initialMessageId,
        List<Octets> nextSpis,
        OptionalInt udpPort,
        OptionalInt replayWindow) {
    static final int MAX_TRANSFORMS = 16;
    static final int MAX_ATTRIBUTES = 32;

    private static final int KEY_LIFETIME = 1;
    private static final int INITIAL_MESSAGE_ID = 2;
    private static final int NEXT_SPI = 3;
    private static final int UDP_PORT = 16384;
    private static final int REPLAY_WINDOW = 16385;

    GroupSaPolicy {
        if (spi.length() != spiBytes(protocolId) || nextSpis.stream().anyMatch(next -> next.length() != spi.length())) {
            throw new IllegalArgumentException("wrong length of an SPI for protocol " + protocolId);
        }
        if (transforms.isEmpty() || transforms.size() > MAX_TRANSFORMS) {
            throw new IllegalArgumentException(transforms.size() + " transforms");
        }
        transforms = List.copyOf(transforms);
        nextSpis = List.copyOf(nextSpis);
    }

    /** Octets of an SPI; 0 for protocols that have no place in a group. */
    static int spiBytes(int protocolId) {
        return switch (protocolId) {
            case Ikev2.PROTOCOL_AH, Ikev2.PROTOCOL_ESP -> 4;
            case Ikev2.PROTOCOL_GIKE_UPDATE -> 16;
            default -> 0;
        };
    }

    boolean isRekeySa() {
        return protocolId == Ikev2.PROTOCOL_GIKE_UPDATE;
    }

    /** Reads one substructure, whose first octet is next. */
    static GroupSaPolicy decode(WireReader in) throws MalformedMessage {
        int protocolId = in.u8("group SA: protocol");
        int spiBytes = in.u8("group SA: SPI size");
        if (spiBytes(protocolId) == 0 || spiBytes != spiBytes(protocolId)) {
            throw new MalformedMessage("group SA of protocol " + protocolId + " with an SPI of " + spiBytes);
        }
        WireReader body = in.slice(in.u16("group SA: length") - 4, "group SA");
        Octets spi = body.octets(spiBytes, "group SA: SPI");
        TrafficSelector source = TrafficSelectorCodec.decode(body);
        TrafficSelector destination = TrafficSelectorCodec.decode(body);
        List<Transform> transforms = Transform.decodeList(body, MAX_TRANSFORMS);
        OptionalLong lifetime = OptionalLong.empty();
        OptionalLong initialMessageId = OptionalLong.empty();
        List<Octets> nextSpis = new ArrayList<>();
        OptionalInt udpPort = OptionalInt.empty();
        OptionalInt replayWindow = OptionalInt.empty();
        for (Attribute attribute : Attribute.decodeAll(body, MAX_ATTRIBUTES)) {
            switch (attribute.type()) {
                case KEY_LIFETIME -> lifetime = Attributes.u32(attribute, lifetime, "GSA_KEY_LIFETIME");
                case INITIAL_MESSAGE_ID ->
                    initialMessageId = Attributes.u32(attribute, initialMessageId, "GSA_INITIAL_MESSAGE_ID");
                case NEXT_SPI -> nextSpis.add(nextSpi(attribute, spiBytes));
                case UDP_PORT -> udpPort = Attributes.u16(attribute, udpPort, "UDP port");
                case REPLAY_WINDOW -> replayWindow = Attributes.u16(attribute, replayWindow, "replay window");
                default -> {} // unknown: ignored
            }
        }
        return new GroupSaPolicy(
                protocolId,
                spi,
                source,
                destination,
                transforms,
                lifetime,
                initialMessageId,
                nextSpis,
                udpPort,
                replayWindow);
    }

    void encode(WireWriter out) {
        int start = out.size();
        out.u8(protocolId).u8(spi.length()).u16(0).octets(spi);
        TrafficSelectorCodec.encode(source, out);
        TrafficSelectorCodec.encode(destination, out);
        Transform.encodeList(transforms, out);
        List<Attribute> attributes = new ArrayList<>();
        lifetimeSeconds.ifPresent(seconds -> attributes.add(Attribute.u32(KEY_LIFETIME, seconds)));
        initialMessageId.ifPresent(id -> attributes.add(Attribute.u32(INITIAL_MESSAGE_ID, id)));
        nextSpis.forEach(next -> attributes.add(new Attribute.Tlv(NEXT_SPI, next)));
        udpPort.ifPresent(port -> attributes.add(new Attribute.Tv(UDP_PORT, port)));
        replayWindow.ifPresent(packets -> attributes.add(new Attribute.Tv(REPLAY_WINDOW, packets)));
        Attribute.encodeAll(attributes, out);
        out.patchU16(start + 2, out.size() - start);
    }

    private static Octets nextSpi(Attribute attribute, int spiBytes) throws MalformedMessage {
        Octets spi = Attributes.tlv(attribute, "GSA_NEXT_SPI");
        if (spi.length() != spiBytes) {
            throw new MalformedMessage("GSA_NEXT_SPI of " + spi.length() + " octets");
        }
        return spi;
    }
}
