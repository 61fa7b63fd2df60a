package io.opengcks.tesla.alc;

import io.opengcks.tesla.GroupMac;
import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.Prf;
import io.opengcks.tesla.Scheme;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@link ExtAuth} to octets and back: the whole header extension with HET, HEL, ASID and type (RFC 5776 §5.1). Every field
 * that must be zero must be zero.
 *
 * @param keyOctets       n_p. RFC 5776 §2.5 says 32 for HMAC-SHA-256, its own examples (Figures 10 and 11) have 20
 * @param macOctets       n_m
 * @param signatureOctets length of signatures, for time responses; bootstraps say it themselves
 * @param groupMac        whether the session uses the group MAC
 */
public record ExtAuthCodec(int keyOctets, int macOctets, int signatureOctets, boolean groupMac) {
    /** HET of EXT_AUTH (RFC 5651). */
    public static final int HET = 1;

    private static final int TYPE_BOOTSTRAP = 0;
    private static final int TYPE_REQUEST = 5;
    private static final int TYPE_RESPONSE = 6;
    private static final int MAX_OCTETS = 255 * 4;

    /** The layout of a session of the scheme. */
    public static ExtAuthCodec of(Scheme scheme, int signatureOctets, boolean groupMac) {
        return new ExtAuthCodec(scheme.keyOctets(), scheme.macOctets(), signatureOctets, groupMac);
    }

    /** Octets {@code from} to {@code to} of an extension. */
    public record Span(int from, int to) {}

    /** Where the MAC of a tag, or the signature of the other types, stands in the extension; no octets for a request. */
    public Span proof(ExtAuth content) {
        return switch (content) {
            case ExtAuth.Tag tag -> span(8 + tag.key().length, tag.mac().length);
            case ExtAuth.Bootstrap bootstrap ->
                span(32 + padded(bootstrap.commitment().length), bootstrap.signature().length);
            case ExtAuth.TimeResponse response -> span(20, response.signature().length);
            case ExtAuth.TimeRequest _ -> span(12, 0);
        };
    }

    /** The header extension, a multiple of 4 octets. */
    public byte[] encode(ExtAuth content) {
        var out = ByteBuffer.allocate(MAX_OCTETS + 8);
        out.position(2);
        switch (content) {
            case ExtAuth.Tag tag -> {
                head(out, tag.asid(), tag.kind().type).put((byte) 0);
                out.putInt((int) tag.interval()).put(tag.key()).put(tag.mac());
                pad(out);
            }
            case ExtAuth.Bootstrap bootstrap -> bootstrap(bootstrap, out);
            case ExtAuth.TimeRequest request ->
                head(out, request.asid(), TYPE_REQUEST).put((byte) 0).putLong(request.receiverNtp());
            case ExtAuth.TimeResponse response -> {
                head(out, response.asid(), TYPE_RESPONSE).put((byte) 0);
                out.putLong(response.senderNtp())
                        .putLong(response.receiverNtp())
                        .put(response.signature());
                pad(out);
            }
        }
        byte[] group = content.groupMac();
        if (group != null) {
            out.put(group);
        }
        int octets = out.position();
        if (octets > MAX_OCTETS) {
            throw new IllegalArgumentException("an extension of " + octets + " octets is longer than HEL can say");
        }
        out.put(0, (byte) HET).put(1, (byte) (octets / 4));
        byte[] whole = new byte[octets];
        out.get(0, whole);
        return whole;
    }

    /**
     * Reads one header extension.
     *
     * @param in positioned at HET; positioned behind the extension afterwards
     * @throws MalformedTesla if it is anything but one well-formed extension of this session
     */
    public ExtAuth decode(ByteBuffer in) throws MalformedTesla {
        need(in.remaining() >= 4, "too short");
        need((in.get(in.position()) & 0xFF) == HET, "not EXT_AUTH");
        int octets = (in.get(in.position() + 1) & 0xFF) * 4;
        need(octets >= 8 && octets <= in.remaining(), "wrong length");
        ByteBuffer body = in.slice(in.position(), octets);
        body.position(2);
        int asidAndType = body.get() & 0xFF;
        int asid = asidAndType >> 4;
        ExtAuth content = switch (asidAndType & 0xF) {
            case TYPE_BOOTSTRAP -> bootstrap(asid, body);
            case 1 -> tag(asid, ExtAuth.Kind.STANDARD, body);
            case 2 -> tag(asid, ExtAuth.Kind.COMPACT, body);
            case 3 -> tag(asid, ExtAuth.Kind.NEW_CHAIN, body);
            case 4 -> tag(asid, ExtAuth.Kind.LAST_KEY, body);
            case TYPE_REQUEST -> request(asid, body);
            case TYPE_RESPONSE -> response(asid, body);
            default -> throw new MalformedTesla("EXT_AUTH of unknown type");
        };
        need(!body.hasRemaining(), "octets left over");
        in.position(in.position() + octets);
        return content;
    }

    private ExtAuth tag(int asid, ExtAuth.Kind kind, ByteBuffer in) throws MalformedTesla {
        zero(in, 1);
        need(in.remaining() >= 4, "too short");
        long interval = in.getInt() & 0xFFFF_FFFFL;
        byte[] key = take(in, kind == ExtAuth.Kind.COMPACT ? 0 : keyOctets);
        byte[] mac = take(in, macOctets);
        skipPadding(in);
        return new ExtAuth.Tag(asid, kind, interval, key, mac, group(in, groupMac));
    }

    private ExtAuth request(int asid, ByteBuffer in) throws MalformedTesla {
        zero(in, 1);
        need(in.remaining() >= 8, "too short");
        return new ExtAuth.TimeRequest(asid, in.getLong(), group(in, groupMac));
    }

    private ExtAuth response(int asid, ByteBuffer in) throws MalformedTesla {
        zero(in, 1);
        need(in.remaining() >= 16, "too short");
        long sender = in.getLong();
        long receiver = in.getLong();
        byte[] signature = take(in, signatureOctets);
        skipPadding(in);
        return new ExtAuth.TimeResponse(asid, sender, receiver, signature, group(in, groupMac));
    }

    private ExtAuth bootstrap(int asid, ByteBuffer in) throws MalformedTesla {
        need(in.remaining() >= 29, "too short");
        int flags = in.get() & 0xFF;
        need(flags >> 3 == 0, "unknown version or reserved bits");
        boolean group = (flags & 2) != 0;
        int delay = in.get() & 0xFF;
        need(delay >= 2, "a delay below 2");
        Prf prf = Prf.ofCode(in.get() & 0xFF);
        Prf mac = Prf.ofCode(in.get() & 0xFF);
        int groupCode = in.get() & 0xFF;
        need(group || groupCode == 0, "a group MAC function without a group MAC");
        int encoding = in.get() & 0xFF;
        int digest = in.get() & 0xFF;
        need(encoding == 1 || encoding == 2, "unknown signature encoding");
        need(digest >= 1 && digest <= 5, "unknown signature function");
        int length = in.getShort() & 0xFFFF;
        zero(in, 2);
        int intervalMs = in.getShort() & 0xFFFF;
        need(intervalMs > 0, "an interval of nothing");
        long start = in.getLong();
        long last = in.getInt() & 0xFFFF_FFFFL;
        long interval = in.getInt() & 0xFFFF_FFFFL;
        byte[] commitment = take(in, keyOctets);
        skipPadding(in);
        byte[] signature = take(in, length);
        skipPadding(in);
        Long lag = null;
        if ((flags & 1) != 0) {
            need(in.remaining() >= 8, "too short");
            long signed = in.getLong();
            long size = signed & Long.MAX_VALUE;
            need(signed < 0 || size != 0, "a lag of minus nothing");
            lag = signed < 0 ? size : -size; // the P bit set means positive
        }
        return new ExtAuth.Bootstrap(
                asid,
                (flags & 4) != 0,
                delay,
                prf,
                mac,
                group ? Prf.ofCode(groupCode) : null,
                encoding,
                digest,
                intervalMs,
                start,
                last,
                interval,
                commitment,
                signature,
                lag,
                group(in, group));
    }

    private static void bootstrap(ExtAuth.Bootstrap b, ByteBuffer out) {
        Prf group = b.groupFunction();
        Long lag = b.senderLag();
        if ((group == null) != (b.groupMac() == null)) {
            throw new IllegalArgumentException("a group MAC and its function go together");
        }
        head(out, b.asid(), TYPE_BOOTSTRAP);
        out.put((byte) ((b.singleChain() ? 4 : 0) | (group != null ? 2 : 0) | (lag != null ? 1 : 0)));
        out.put((byte) b.delay()).put((byte) b.prf().code()).put((byte) b.mac().code());
        out.put((byte) (group == null ? 0 : group.code()));
        out.put((byte) b.encoding()).put((byte) b.digest()).putShort((short) b.signature().length);
        out.putShort((short) 0).putShort((short) b.intervalMs()).putLong(b.startNtp());
        out.putInt((int) b.last()).putInt((int) b.interval()).put(b.commitment());
        pad(out);
        out.put(b.signature());
        pad(out);
        if (lag != null) {
            out.putLong(lag >= 0 ? lag | Long.MIN_VALUE : -lag);
        }
    }

    private static ByteBuffer head(ByteBuffer out, int asid, int type) {
        if (asid < 0 || asid > 15) {
            throw new IllegalArgumentException("an ASID of " + asid);
        }
        return out.put((byte) (asid << 4 | type));
    }

    private static byte @Nullable [] group(ByteBuffer in, boolean present) throws MalformedTesla {
        return present ? take(in, GroupMac.OCTETS) : null;
    }

    private static byte[] take(ByteBuffer in, int octets) throws MalformedTesla {
        need(in.remaining() >= octets, "too short");
        byte[] taken = new byte[octets];
        in.get(taken);
        return taken;
    }

    private static void zero(ByteBuffer in, int octets) throws MalformedTesla {
        for (int i = 0; i < octets; i++) {
            need(in.hasRemaining() && in.get() == 0, "a reserved field is not zero");
        }
    }

    private static void pad(ByteBuffer out) {
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    private static void skipPadding(ByteBuffer in) throws MalformedTesla {
        zero(in, padded(in.position()) - in.position());
    }

    private static int padded(int octets) {
        return (octets + 3) / 4 * 4;
    }

    private static Span span(int from, int length) {
        return new Span(from, from + length);
    }

    private static void need(boolean good, String otherwise) throws MalformedTesla {
        if (!good) {
            throw new MalformedTesla("EXT_AUTH: " + otherwise);
        }
    }
}
