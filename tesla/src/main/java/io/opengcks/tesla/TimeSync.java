package io.opengcks.tesla;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's side of direct synchronisation (RFC 4082 §3.3.1): ask with a nonce, and when the signed answer is there,
 * conclude that at the time of asking the sender's clock showed at most what the answer says. A slow or delayed answer is
 * safe, it gives a looser bound; the tightest one known is kept. The carrier checks the signature first.
 */
public final class TimeSync {
    /** Octets of a nonce of the plain framing. */
    public static final int NONCE_OCTETS = 16;

    /** The shortest there may be: t_r of RFC 5776 §4.2.2.1, the receiver's own time, stands for a nonce there. */
    private static final int SHORTEST = 8;

    private final int driftPpm;
    private byte @Nullable [] nonce;
    private long askedNs;
    private @Nullable TimeBound best;

    /** @param driftPpm how many millionths the two clocks may drift apart */
    public TimeSync(int driftPpm) {
        this.driftPpm = driftPpm;
    }

    /**
     * Starts an exchange; an older one that is still open is forgotten.
     *
     * @param fresh {@link #NONCE_OCTETS} unpredictable octets, or 8 that this receiver never used before
     * @param nowNs the receiver's clock just before the request leaves
     */
    public void ask(byte[] fresh, long nowNs) {
        if (fresh.length < SHORTEST || fresh.length > NONCE_OCTETS) {
            throw new IllegalArgumentException("a nonce of " + fresh.length + " octets");
        }
        nonce = fresh.clone();
        askedNs = nowNs;
    }

    /** Whether an answer with this nonce would be one to the open request; ask before checking a signature. */
    public boolean expects(byte[] echoed) {
        return nonce != null && Arrays.equals(nonce, echoed);
    }

    /**
     * Takes an answer whose signature was good.
     *
     * @param senderNs t_s, the sender's clock when it got the request, ns since 1970
     * @return the tightest bound known; nothing if the answer is to no open request
     */
    public Optional<TimeBound> answered(byte[] echoed, long senderNs) {
        if (!expects(echoed)) {
            return Optional.empty();
        }
        nonce = null;
        var bound = new TimeBound(senderNs - askedNs, askedNs, driftPpm);
        TimeBound known = best;
        // compared at one time, because the older one has had more time to drift
        best = known == null || bound.boundNs(askedNs) <= known.boundNs(askedNs) ? bound : known;
        return Optional.of(best);
    }
}
