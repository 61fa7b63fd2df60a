package io.opengcks.tesla.srtp;

import io.opengcks.tesla.Arrival;
import io.opengcks.tesla.Disclosure;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.Sender;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The TESLA authentication extension of SRTP and SRTCP (RFC 4383 §4.1): interval, disclosed key and MAC behind the encrypted
 * portion (SRTCP: behind E and index), before MKI and authentication tag. Nothing is padded. SRTP itself is not done here:
 * the caller encrypts first and authenticates the whole afterwards.
 *
 * <p>There is one chain only (§4). In the first d intervals there is no key to disclose and the field is mandatory: it then
 * holds zeros, and a receiver does not look at it.
 *
 * @param scheme n_p, n_f, n_m and the functions
 * @param delay  d
 */
public record SrtpTesla(Scheme scheme, int delay) {
    private static final int INTERVAL = 4;
    private static final int RTP_HEADER = 12;

    /** Octets the extension adds; 34 with the defaults (the 38 of RFC 4383 §6 count an SRTP MAC of 32 bits too). */
    public int octets() {
        return INTERVAL + scheme.keyOctets() + scheme.macOctets();
    }

    /**
     * Appends the extension to an SRTP packet.
     *
     * @param portion RTP header and encrypted portion
     * @param roc     rollover counter, unsigned 32 bits
     */
    public byte[] protectRtp(byte[] portion, long roc, Sender.Stamp stamp) {
        return append(portion, stamp, stamp.mac(0, word(roc), portion));
    }

    /**
     * Appends the extension to an SRTCP packet. The MAC covers header and encrypted portion only (§4.6), not E and index.
     *
     * @param portion RTCP packet, encrypted from its ninth octet on
     * @param eIndex  E flag and SRTCP index, 32 bits
     */
    public byte[] protectRtcp(byte[] portion, int eIndex, Sender.Stamp stamp) {
        byte[] whole = ByteBuffer.allocate(portion.length + 4)
                .put(portion)
                .putInt(eIndex)
                .array();
        return append(whole, stamp, stamp.mac(0, portion));
    }

    /**
     * Takes an SRTP packet apart; its authentication tag and MKI have been checked and removed.
     *
     * @param packet RTP header, encrypted portion, extension
     */
    public <P> Arrival<P> arrivalRtp(byte[] packet, long roc, P content) throws MalformedTesla {
        int portion = portion(packet, RTP_HEADER);
        byte[] covered = ByteBuffer.allocate(4 + portion)
                .put(word(roc))
                .put(packet, 0, portion)
                .array();
        return arrival(packet, portion, covered, content);
    }

    /** The same for SRTCP: header, encrypted portion, E and index, extension. */
    public <P> Arrival<P> arrivalRtcp(byte[] packet, P content) throws MalformedTesla {
        int end = portion(packet, 8 + 4);
        return arrival(packet, end, Arrays.copyOf(packet, end - 4), content);
    }

    /** The packet without its extension, for the next step of SRTP (RFC 4383 §4.4.2). */
    public byte[] strip(byte[] packet) throws MalformedTesla {
        return Arrays.copyOf(packet, portion(packet, 0));
    }

    private int portion(byte[] packet, int least) throws MalformedTesla {
        int portion = packet.length - octets();
        if (portion < least) {
            throw new MalformedTesla("an SRTP packet too short for the TESLA fields");
        }
        return portion;
    }

    private byte[] append(byte[] packet, Sender.Stamp stamp, byte[] mac) {
        var out = ByteBuffer.allocate(packet.length + octets()).put(packet).putInt((int) stamp.interval());
        out.put(stamp.key().map(Disclosure.Key::key).orElseGet(() -> new byte[scheme.keyOctets()]));
        return out.put(mac).array();
    }

    private <P> Arrival<P> arrival(byte[] packet, int at, byte[] covered, P content) {
        var in = ByteBuffer.wrap(packet, at, octets());
        long interval = in.getInt() & 0xFFFF_FFFFL;
        byte[] key = new byte[scheme.keyOctets()];
        in.get(key);
        byte[] mac = new byte[scheme.macOctets()];
        in.get(mac);
        List<Disclosure> disclosures =
                interval < delay ? List.of() : List.of(new Disclosure.Key(interval - delay, key));
        return new Arrival<>(interval, covered, mac, disclosures, null, null, content);
    }

    private static byte[] word(long value) {
        return ByteBuffer.allocate(4).putInt((int) value).array();
    }
}
