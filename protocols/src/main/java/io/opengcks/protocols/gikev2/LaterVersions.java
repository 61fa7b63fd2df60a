package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.IkeMessage;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Tells a peer that speaks a later major version that we do not (RFC 7296 §1.5, §2.5), without any state and at a bounded
 * rate, because whoever asks is unknown (§2.21.4). A version before ours is somebody else's protocol and gets no answer.
 */
final class LaterVersions {
    private static final int OURS = 2;
    private static final int VERSION_AT = 17;
    private static final int EXCHANGE_AT = 18;
    private static final int FLAGS_AT = 19;
    private static final int MESSAGE_ID_AT = 20;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int ANSWERS_A_SECOND = 50;

    private int left = ANSWERS_A_SECOND;
    private long sinceNs;

    /** The answer to {@code datagram} if it is a request of a later version, and an answer may still be given. */
    Optional<byte[]> answer(byte[] datagram, long nowNs) {
        if (datagram.length < IkeHeader.BYTES
                || (datagram[VERSION_AT] & 0xff) >>> 4 <= OURS
                || (datagram[FLAGS_AT] & IkeHeader.RESPONSE) != 0) {
            return Optional.empty();
        }
        if (nowNs - sinceNs >= SECOND_NS || nowNs - sinceNs < 0) {
            left = ANSWERS_A_SECOND;
            sinceNs = nowNs;
        }
        if (left == 0) {
            return Optional.empty();
        }
        left--;
        ByteBuffer request = ByteBuffer.wrap(datagram);
        IkeHeader header = new IkeHeader(
                request.getLong(0),
                request.getLong(8),
                datagram[EXCHANGE_AT] & 0xff,
                IkeHeader.RESPONSE,
                request.getInt(MESSAGE_ID_AT) & 0xffff_ffffL);
        return Optional.of(new IkeMessage(header, List.of(new Payload.Notify(Ikev2.INVALID_MAJOR_VERSION))).encode());
    }
}
