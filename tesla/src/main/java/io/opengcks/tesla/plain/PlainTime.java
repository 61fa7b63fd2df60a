package io.opengcks.tesla.plain;

import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.SignatureCheck;
import io.opengcks.tesla.Signer;
import io.opengcks.tesla.TimeBound;
import io.opengcks.tesla.TimeSync;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Direct time synchronisation in datagrams: the request (a nonce), the signed answer, and both sides of it. */
public final class PlainTime {
    private static final int REQUEST = 2 + TimeSync.NONCE_OCTETS;
    private static final int RESPONSE = REQUEST + 4 + 8;

    private PlainTime() {}

    /** The request; {@link TimeSync#ask} with the same nonce goes with it. */
    public static byte[] request(byte[] nonce) {
        return ByteBuffer.allocate(REQUEST)
                .put(head(PlainFrame.TIME_REQUEST))
                .put((byte) 0)
                .put(nonce)
                .array();
    }

    /**
     * Takes an answer. Nothing is checked but its length and nonce before it is known to be one to an open request.
     *
     * @return the tightest bound known; nothing if no such request is open
     * @throws MalformedTesla if it is malformed, of another source, or its signature is not the sender's
     */
    public static Optional<TimeBound> answer(byte[] datagram, long source, TimeSync sync, SignatureCheck check)
            throws MalformedTesla {
        ByteBuffer in = PlainBootstrap.Signed.open(datagram, null);
        PlainFrame.need(
                in.remaining() == RESPONSE && in.get() == head(PlainFrame.TIME_RESPONSE) && in.get() == 0, "no time");
        byte[] nonce = new byte[TimeSync.NONCE_OCTETS];
        in.get(nonce);
        PlainFrame.need((in.getInt() & 0xFFFF_FFFFL) == source, "the time of another source");
        if (!sync.expects(nonce)) {
            return Optional.empty();
        }
        PlainBootstrap.Signed.open(datagram, check);
        return sync.answered(nonce, in.getLong());
    }

    private static byte head(int type) {
        return (byte) (PlainFrame.VERSION << 4 | type);
    }

    /** The sender's side. A signature for each request is dear, so there is a limit (RFC 5776 §6.2.1). Not thread-safe. */
    public static final class Responder {
        private final long source;
        private final Signer signer;
        private final int perSecond;
        private long windowNs = Long.MIN_VALUE;
        private int answered;

        /** @param perSecond most answers a second, at least 1 */
        public Responder(long source, Signer signer, int perSecond) {
            this.source = source;
            this.signer = signer;
            this.perSecond = perSecond;
        }

        /**
         * The answer to a request.
         *
         * @param nowNs the sender's clock when the request came in or later, ns since 1970
         * @return nothing to what is no request, and to requests above the limit
         */
        public Optional<byte[]> answer(byte[] datagram, long nowNs) {
            if (datagram.length != REQUEST || datagram[0] != head(PlainFrame.TIME_REQUEST) || datagram[1] != 0) {
                return Optional.empty();
            }
            if (windowNs == Long.MIN_VALUE || nowNs - windowNs >= 1_000_000_000L || nowNs < windowNs) {
                windowNs = nowNs;
                answered = 0;
            }
            if (answered >= perSecond) {
                return Optional.empty();
            }
            answered++;
            byte[] message = ByteBuffer.allocate(RESPONSE)
                    .put(head(PlainFrame.TIME_RESPONSE))
                    .put((byte) 0)
                    .put(datagram, 2, TimeSync.NONCE_OCTETS)
                    .putInt((int) source)
                    .putLong(nowNs)
                    .array();
            return Optional.of(PlainBootstrap.Signed.append(message, signer));
        }
    }
}
