package io.opengcks.tesla;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sender's one-way chain K_0 … K_N: K_i = F(K_{i+1}), K_N is drawn at random (RFC 4082 §3.2). K_i belongs to interval i;
 * F(K_0) is the commitment, the key receivers get authenticated (RFC 5776 §3.4.1).
 *
 * <p>Keeps about log2 N keys, and one interval forwards costs at most ½·log2 N applications of F: under a kilobyte and 15
 * hashes for 2^30 keys. Making the chain applies F N times, which takes minutes for 2^30 and days for 2^40; a
 * {@link #checkpoint} makes that a matter of once. Not thread-safe.
 */
public final class KeyChain implements KeySource {
    /** Longest chain, in keys. */
    public static final long MAX_LENGTH = 1L << 40;

    private static final int MAGIC = 0x54_43_4B_31; // "TCK1"
    private static final int HEADER = 4 + 5 + 8 + 8;
    private static final int DIGEST = 16;

    private final OneWay oneWay;
    private final long length;
    private final Pebbles pebbles;
    private final byte[] commitment;
    private boolean destroyed;

    private KeyChain(OneWay oneWay, long length, Pebbles pebbles, byte[] commitment) {
        this.oneWay = oneWay;
        this.length = length;
        this.pebbles = pebbles;
        this.commitment = commitment;
    }

    /**
     * Makes a chain; applies F {@code length} times.
     *
     * @param lastKey K_N, {@code scheme.keyOctets()} unpredictable octets; copied
     * @param length  N + 1, how many keys it has, 1 to {@link #MAX_LENGTH}
     */
    public static KeyChain generate(Scheme scheme, byte[] lastKey, long length) {
        checkLength(length);
        if (lastKey.length != scheme.keyOctets()) {
            throw new IllegalArgumentException(
                    "the last key has " + lastKey.length + " octets, not " + scheme.keyOctets());
        }
        var oneWay = new OneWay(scheme);
        var pebbles = Pebbles.from(oneWay, lastKey, length, 0);
        return new KeyChain(oneWay, length, pebbles, oneWay.back(pebbles.key()));
    }

    static KeyChain of(OneWay oneWay, long length, Pebbles pebbles, byte[] commitment) {
        return new KeyChain(oneWay, length, pebbles, commitment);
    }

    /**
     * Goes on where {@link #checkpoint} was taken, without any application of F.
     *
     * @param checkpoint octets of {@link #checkpoint}; not kept, not wiped
     * @throws MalformedTesla if they are anything else or were damaged
     */
    public static KeyChain restore(byte[] checkpoint) throws MalformedTesla {
        if (checkpoint.length < HEADER + DIGEST) {
            throw new MalformedTesla("a checkpoint of " + checkpoint.length + " octets is too short");
        }
        int body = checkpoint.length - DIGEST;
        if (!MessageDigest.isEqual(digest(checkpoint, body), Arrays.copyOfRange(checkpoint, body, checkpoint.length))) {
            throw new MalformedTesla("the checkpoint is damaged");
        }
        var in = ByteBuffer.wrap(checkpoint, 0, body);
        if (in.getInt() != MAGIC) {
            throw new MalformedTesla("not a checkpoint");
        }
        Scheme scheme = SchemeCodec.read(in);
        long length = in.getLong();
        long position = in.getLong();
        if (length < 1 || length > MAX_LENGTH || position < 0 || position >= length) {
            throw new MalformedTesla("the checkpoint names an impossible interval");
        }
        var oneWay = new OneWay(scheme);
        int count = Pebbles.count(length, position);
        if (in.remaining() != (count + 1) * scheme.keyOctets()) {
            throw new MalformedTesla("the checkpoint has another number of keys than its interval asks for");
        }
        byte[] commitment = new byte[scheme.keyOctets()];
        in.get(commitment);
        List<byte[]> held = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[scheme.keyOctets()];
            in.get(key);
            held.add(key);
        }
        return new KeyChain(oneWay, length, Pebbles.restore(oneWay, held, length, position), commitment);
    }

    /**
     * The whole state at the current interval, under 2 KiB for up to 2^40 keys of 32 octets. It holds keys that are not
     * disclosed yet: keep it as a secret. Going on from an old one is safe, it only costs the hashes in between; an
     * interval is never used again because the sender's clock has passed it.
     */
    public byte[] checkpoint() {
        checkAlive();
        List<byte[]> held = pebbles.held();
        int octets = scheme().keyOctets();
        var out = ByteBuffer.allocate(HEADER + (held.size() + 1) * octets + DIGEST);
        out.putInt(MAGIC);
        SchemeCodec.write(scheme(), out);
        out.putLong(length).putLong(pebbles.position()).put(commitment);
        held.forEach(out::put);
        out.put(digest(out.array(), out.position()));
        return out.array();
    }

    @Override
    public Scheme scheme() {
        return oneWay.scheme();
    }

    @Override
    public long last() {
        return length - 1;
    }

    @Override
    public long chainLength() {
        return length;
    }

    @Override
    public long interval() {
        return pebbles.position();
    }

    @Override
    public byte[] key() {
        checkAlive();
        return pebbles.key().clone();
    }

    @Override
    public void advanceTo(long interval) {
        checkAlive();
        if (interval < pebbles.position() || interval >= length) {
            throw new IllegalArgumentException(
                    "interval " + interval + " is not in " + pebbles.position() + ".." + (length - 1));
        }
        pebbles.jump(interval);
    }

    @Override
    public Commitment commitment() {
        return new Commitment(-1, commitment.clone());
    }

    /** How often F was computed so far. */
    long applied() {
        return oneWay.applied();
    }

    /** How many keys are held now. */
    int held() {
        return pebbles.held().size();
    }

    @Override
    public void destroy() {
        pebbles.wipe();
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** No octet of any key. */
    @Override
    public String toString() {
        return "KeyChain[" + scheme() + ", " + pebbles.position() + " of " + length + "]";
    }

    static void checkLength(long length) {
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a chain of " + length + " keys is not in 1.." + MAX_LENGTH);
        }
    }

    private void checkAlive() {
        if (destroyed) {
            throw new IllegalStateException("the chain was destroyed");
        }
    }

    /** Against damage, not against forgery: whoever can write the file has the keys anyway. */
    private static byte[] digest(byte[] octets, int length) {
        try {
            var sha = MessageDigest.getInstance("SHA-256", "SUN");
            sha.update(octets, 0, length);
            return Arrays.copyOf(sha.digest(), DIGEST);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java runtime has no SHA-256", absent);
        }
    }
}
