package io.opengcks.tesla.mikey;

import io.opengcks.tesla.KeyChain;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.NtpTime;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.SchemeCodec;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * TESLA's part of a MIKEY message (RFC 4442): a Security Policy payload with the parameters and a General Extension payload
 * with the first key. Both are authentic only by the message around them, and the next-payload octets are that message's.
 *
 * <p>Lengths of functions are in bits, as the table's "160" and "80" are; type 2 is n_f, and n_p is the length of the key in
 * the other payload. Numbers are as long as RFC 4442 recommends: 4 octets for the interval, 2 for the delay; the length of the
 * chain, for which it recommends none, has 8, because 2^40 keys are possible.
 */
public final class MikeyTesla {
    /** Prot type of the Security Policy payload. */
    public static final int PROT_TYPE = 1;

    /** Type of the General Extension payload. */
    public static final int INITIAL_KEY = 2;

    private static final int PRF = 1;
    private static final int MAC_KEY_BITS = 2;
    private static final int MAC = 3;
    private static final int MAC_BITS = 4;
    private static final int START = 5;
    private static final int INTERVAL_MS = 6;
    private static final int DELAY = 7;
    private static final int CHAIN_LENGTH = 8;
    private static final int RECEIVER_TIME = 9;
    private static final long MILLION = 1_000_000;

    private MikeyTesla() {}

    /**
     * The Security Policy payload.
     *
     * @param next        type of the payload that follows
     * @param policy      policy number, 0 to 255
     * @param receiverNtp t_r of the initiator's message, where the time is synchronised by MIKEY (§4.3)
     */
    public static byte[] policy(int next, int policy, Parameters parameters, @Nullable Long receiverNtp) {
        Schedule schedule = parameters.schedule();
        if (schedule.intervalNs() % MILLION != 0 || schedule.intervalNs() / MILLION > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("MIKEY carries intervals of whole milliseconds");
        }
        Scheme scheme = parameters.scheme();
        var out = ByteBuffer.allocate(128)
                .put((byte) next)
                .put((byte) policy)
                .put((byte) PROT_TYPE)
                .putShort((short) 0);
        out.put((byte) PRF).put((byte) 1).put((byte) scheme.prf().code());
        out.put((byte) MAC_KEY_BITS).put((byte) 2).putShort((short) (scheme.macKeyOctets() * 8));
        out.put((byte) MAC).put((byte) 1).put((byte) scheme.mac().code());
        out.put((byte) MAC_BITS).put((byte) 2).putShort((short) (scheme.macOctets() * 8));
        out.put((byte) START).put((byte) 8).putLong(NtpTime.ofNs(schedule.startNs()));
        out.put((byte) INTERVAL_MS).put((byte) 4).putInt((int) (schedule.intervalNs() / MILLION));
        out.put((byte) DELAY).put((byte) 2).putShort((short) schedule.delay());
        out.put((byte) CHAIN_LENGTH).put((byte) 8).putLong(parameters.chainLength());
        if (receiverNtp != null) {
            out.put((byte) RECEIVER_TIME).put((byte) 8).putLong(receiverNtp);
        }
        out.putShort(3, (short) (out.position() - 5));
        byte[] payload = new byte[out.position()];
        out.get(0, payload);
        return payload;
    }

    /** The General Extension payload with a key of the chain: the commitment. */
    public static byte[] initialKey(int next, byte[] key) {
        return ByteBuffer.allocate(4 + key.length)
                .put((byte) next)
                .put((byte) INITIAL_KEY)
                .putShort((short) key.length)
                .put(key)
                .array();
    }

    /** The parameters of two payloads and, if it was there, t_r. */
    public record Read(Parameters parameters, @Nullable Long receiverNtp) {}

    /**
     * Reads both payloads, each whole and with its own header. Types that are absent have the defaults of RFC 4442 §3;
     * start, interval, delay and length have none.
     *
     * @throws MalformedTesla if a field is missing, doubled, unknown or impossible
     */
    public static Read read(byte[] policy, byte[] initialKey) throws MalformedTesla {
        var fields = fields(policy);
        var in = ByteBuffer.wrap(initialKey);
        need(initialKey.length >= 4 && in.get(1) == INITIAL_KEY, "no initial key");
        byte[] key = new byte[initialKey.length - 4];
        need((in.getShort(2) & 0xFFFF) == key.length, "an initial key of another length");
        in.get(4, key);
        long macKeyBits = number(fields, MAC_KEY_BITS, 160L);
        long macBits = number(fields, MAC_BITS, 80L);
        need(macKeyBits % 8 == 0 && macBits % 8 == 0 && macKeyBits <= 512 && macBits <= 512, "odd lengths");
        Scheme scheme = SchemeCodec.of(
                small(number(fields, PRF, 0L)),
                key.length,
                (int) (macKeyBits / 8),
                small(number(fields, MAC, 0L)),
                (int) (macBits / 8));
        byte[] start = fields.get(START);
        need(start != null && start.length == 8, "no start");
        long intervalMs = number(fields, INTERVAL_MS, null);
        long delay = number(fields, DELAY, null);
        long length = number(fields, CHAIN_LENGTH, null);
        need(
                intervalMs >= 1 && intervalMs <= 0xFFFF_FFFFL && delay >= Schedule.MIN_DELAY && delay <= 255,
                "impossible times");
        need(length >= 1 && length <= KeyChain.MAX_LENGTH, "an impossible chain");
        byte[] receiver = fields.get(RECEIVER_TIME);
        need(receiver == null || receiver.length == 8, "a receiver's time of another length");
        var schedule = new Schedule(
                NtpTime.toNs(
                        ByteBuffer.wrap(start == null ? new byte[8] : start).getLong()),
                intervalMs * MILLION,
                (int) delay);
        return new Read(
                new Parameters(scheme, schedule, length, new Parameters.Anchor(0, -1, key), null),
                receiver == null ? null : ByteBuffer.wrap(receiver).getLong());
    }

    private static Map<Integer, byte[]> fields(byte[] policy) throws MalformedTesla {
        need(policy.length >= 5 && policy[2] == PROT_TYPE, "not a TESLA policy");
        var in = ByteBuffer.wrap(policy);
        need((in.getShort(3) & 0xFFFF) == policy.length - 5, "a policy of another length");
        in.position(5);
        var fields = new TreeMap<Integer, byte[]>();
        while (in.hasRemaining()) {
            need(in.remaining() >= 2, "a cut field");
            int type = in.get() & 0xFF;
            byte[] value = new byte[in.get() & 0xFF];
            need(value.length <= in.remaining(), "a cut field");
            need(type >= PRF && type <= RECEIVER_TIME, "an unknown field");
            in.get(value);
            need(fields.put(type, value) == null, "a field twice");
        }
        return fields;
    }

    /** A number of 1 to 8 octets. */
    private static long number(Map<Integer, byte[]> fields, int type, @Nullable Long otherwise) throws MalformedTesla {
        byte[] value = fields.get(type);
        if (value == null) {
            if (otherwise == null) {
                throw new MalformedTesla("MIKEY: a field is missing");
            }
            return otherwise;
        }
        need(value.length >= 1 && value.length <= 8, "a number of another length");
        long number = 0;
        for (byte octet : value) {
            number = (number << 8) | (octet & 0xFF);
        }
        need(number >= 0, "too large a number");
        return number;
    }

    private static int small(long code) {
        return (int) Math.min(code, 255);
    }

    private static void need(boolean good, String otherwise) throws MalformedTesla {
        if (!good) {
            throw new MalformedTesla("MIKEY: " + otherwise);
        }
    }
}
