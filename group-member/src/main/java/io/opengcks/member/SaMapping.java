package io.opengcks.member;

import io.opengcks.esp.EspMode;
import io.opengcks.esp.EspTransform;
import io.opengcks.esp.Keymat;
import io.opengcks.esp.SaParameters;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From the policy of a Data-Security SA to what the ESP code takes. */
final class SaMapping {
    /**
     * Bits of the IV by which a receiver tells senders apart. It is not told how many bits Sender-IDs have (RFC 9838 §5), but
     * they are the topmost of the IV and the sender's own counter never reaches up to the sixteenth (RFC 6054 §3).
     */
    static final int RECEIVER_ID_BITS = 16;

    private SaMapping() {}

    /** Why we cannot carry an SA out; empty where we can. */
    static Optional<String> unsupported(DataSecuritySa sa) {
        if (!isOne(sa.destination()) || !sa.destination().start().isMulticastAddress()) {
            return Optional.of("its destination is not one multicast address");
        }
        if (sa.destination().ipProtocol() != TrafficSelector.UDP
                && sa.destination().ipProtocol() != 0) {
            return Optional.of("it is not for UDP");
        }
        if (sa.udpPort().isEmpty()) {
            return Optional.of("it is for ESP as IP protocol 50, and this agent does UDP encapsulation only");
        }
        return Optional.empty();
    }

    /** The only outer source of a source-specific SA, else null. */
    static @Nullable InetAddress onlySource(DataSecuritySa sa) {
        return isOne(sa.source()) ? sa.source().start() : null;
    }

    static SaParameters inbound(DataSecuritySa sa, Limits limits) {
        return parameters(sa, RECEIVER_ID_BITS, replayWindow(sa, limits));
    }

    static SaParameters outbound(DataSecuritySa sa, int senderIdBits) {
        return parameters(sa, senderIdBits, SaParameters.MIN_REPLAY_WINDOW);
    }

    private static SaParameters parameters(DataSecuritySa sa, int senderIdBits, int replayWindow) {
        byte[] octets = sa.keymat().copy();
        try {
            return new SaParameters(
                    sa.spi(),
                    sa.destination().start(),
                    onlySource(sa),
                    transform(sa.suite()),
                    Keymat.copyOf(octets),
                    switch (sa.mode()) {
                        case TRANSPORT -> EspMode.TRANSPORT;
                        case TUNNEL -> EspMode.TUNNEL;
                    },
                    senderIdBits,
                    replayWindow);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static EspTransform transform(EspSuite suite) {
        return switch (suite) {
            case AES_128_GCM_16 -> EspTransform.AES_128_GCM_16;
            case AES_256_GCM_16 -> EspTransform.AES_256_GCM_16;
            case CHACHA20_POLY1305 -> EspTransform.CHACHA20_POLY1305;
        };
    }

    /**
     * The window a receiver keeps for each sender. Where the group has many senders and names none, sequence numbers mean
     * nothing (RFC 9838 §4.4.2.1.3).
     */
    private static int replayWindow(DataSecuritySa sa, Limits limits) {
        if (sa.replayWindow() == 0) {
            return sa.multipleSenders() ? 0 : limits.replayWindow();
        }
        int rounded = (sa.replayWindow() + 63) / 64 * 64;
        return Math.clamp(rounded, SaParameters.MIN_REPLAY_WINDOW, SaParameters.MAX_REPLAY_WINDOW);
    }

    private static boolean isOne(TrafficSelector selector) {
        return selector.start().equals(selector.end());
    }
}
