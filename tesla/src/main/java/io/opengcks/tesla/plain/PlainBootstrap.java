package io.opengcks.tesla.plain;

import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.SchemeCodec;
import io.opengcks.tesla.SignatureCheck;
import io.opengcks.tesla.Signer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a receiver needs to start, signed: to be sent now and then in the stream, delivered by a registration, or kept
 * as a file.
 *
 * @param source      unsigned 32 bits
 * @param parameters  schedule, functions and an authentic key
 * @param senderLagNs D^O_t, how far the sender's clock may be from its time reference; below 0 if it has none
 * @param groupMac    whether datagrams carry a group MAC
 */
public record PlainBootstrap(long source, Parameters parameters, long senderLagNs, boolean groupMac) {
    private static final int MAX_OCTETS = 512;

    public PlainBootstrap {
        if (source < 0 || source > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("not an unsigned 32-bit source: " + source);
        }
    }

    /** The datagram, or file. */
    public byte[] encode(Signer signer) {
        Schedule schedule = parameters.schedule();
        var out = ByteBuffer.allocate(MAX_OCTETS);
        out.put((byte) (PlainFrame.VERSION << 4 | PlainFrame.BOOTSTRAP));
        out.put((byte) (groupMac ? PlainFrame.GROUP : 0)).putInt((int) source);
        SchemeCodec.write(parameters.scheme(), out);
        out.put((byte) schedule.delay()).put((byte) schedule.longerBy().size());
        schedule.longerBy().forEach(longer -> out.put(longer.byteValue()));
        out.putLong(schedule.startNs()).putLong(schedule.intervalNs()).putLong(parameters.chainLength());
        out.putLong(senderLagNs);
        anchor(parameters.anchor(), out);
        Parameters.Anchor upper = parameters.upper();
        out.put((byte) (upper == null ? 0 : 1));
        if (upper != null) {
            anchor(upper, out);
        }
        return Signed.append(Arrays.copyOf(out.array(), out.position()), signer);
    }

    /**
     * Reads and checks one.
     *
     * @throws MalformedTesla if it is malformed, or its signature is not the sender's
     */
    public static PlainBootstrap decode(byte[] datagram, SignatureCheck check) throws MalformedTesla {
        ByteBuffer in = Signed.open(datagram, check);
        try {
            return read(in);
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException impossible) {
            throw new MalformedTesla("plain framing: an impossible bootstrap");
        }
    }

    private static PlainBootstrap read(ByteBuffer in) throws MalformedTesla {
        PlainFrame.need(PlainFrame.type(in.get()) == PlainFrame.BOOTSTRAP, "not a bootstrap");
        int flags = in.get() & 0xFF;
        PlainFrame.need((flags & ~PlainFrame.GROUP) == 0, "unknown flags");
        long source = in.getInt() & 0xFFFF_FFFFL;
        Scheme scheme = SchemeCodec.read(in);
        int delay = in.get() & 0xFF;
        int further = in.get() & 0xFF;
        PlainFrame.need(further < Schedule.MAX_INSTANCES, "too many instances");
        List<Integer> longerBy = new ArrayList<>();
        for (int i = 0; i < further; i++) {
            longerBy.add(in.get() & 0xFF);
        }
        var schedule = new Schedule(in.getLong(), in.getLong(), delay, longerBy);
        long length = in.getLong();
        long lag = in.getLong();
        Parameters.Anchor anchor = anchor(scheme, in);
        int above = in.get();
        PlainFrame.need(above == 0 || above == 1, "neither one chain nor two levels");
        Parameters.Anchor upper = above == 0 ? null : anchor(scheme, in);
        PlainFrame.need(!in.hasRemaining(), "octets left over");
        return new PlainBootstrap(
                source, new Parameters(scheme, schedule, length, anchor, upper), lag, flags == PlainFrame.GROUP);
    }

    private static void anchor(Parameters.Anchor anchor, ByteBuffer out) {
        out.putLong(anchor.chain()).putLong(anchor.interval()).put(anchor.key());
    }

    private static Parameters.Anchor anchor(Scheme scheme, ByteBuffer in) {
        long chain = in.getLong();
        long interval = in.getLong();
        byte[] key = new byte[scheme.keyOctets()];
        in.get(key);
        return new Parameters.Anchor(chain, interval, key);
    }

    /** A message, its signature and the signature's length in the last two octets. */
    static final class Signed {
        private Signed() {}

        static byte[] append(byte[] message, Signer signer) {
            byte[] signature = signer.sign(message);
            return ByteBuffer.allocate(message.length + signature.length + 2)
                    .put(message)
                    .put(signature)
                    .putShort((short) signature.length)
                    .array();
        }

        static ByteBuffer open(byte[] datagram, @Nullable SignatureCheck check) throws MalformedTesla {
            PlainFrame.need(datagram.length >= 3, "too short");
            int length = ByteBuffer.wrap(datagram).getShort(datagram.length - 2) & 0xFFFF;
            int message = datagram.length - 2 - length;
            PlainFrame.need(message >= 1, "a signature longer than the whole");
            if (check != null) {
                byte[] signature = Arrays.copyOfRange(datagram, message, message + length);
                PlainFrame.need(
                        check.isGood(Arrays.copyOf(datagram, message), signature), "not the sender's signature");
            }
            return ByteBuffer.wrap(datagram, 0, message);
        }
    }
}
