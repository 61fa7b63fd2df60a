package io.opengcks.tesla.alc;

import io.opengcks.tesla.MalformedTesla;
import io.opengcks.tesla.NtpTime;
import io.opengcks.tesla.Parameters;
import io.opengcks.tesla.Prf;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.SchemeCodec;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The content of a TESLA EXT_AUTH header extension (RFC 5776 §3.4, §4.2.2.1, §5.1). The types of the time messages are 5 and
 * 6 as in §5.1; §5.2.3 and §5.2.4 say 7 and 8, which the list of types does not have.
 *
 * <p>Octets of records are the caller's: not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // octets straight to or from the wire; equality is never asked
public sealed interface ExtAuth {
    /** Authentication Scheme IDentifier, 0 to 15, agreed on out of band. */
    int asid();

    /** The group MAC, 4 octets, if the session uses it. */
    byte @Nullable [] groupMac();

    /** What an authentication tag says about keys; the type of the tag follows from it (§3.4.3 to §3.4.6). */
    enum Kind {
        /** Type 1: K_{i-d}. */
        STANDARD(1),
        /** Type 2: nothing. */
        COMPACT(2),
        /** Type 3: F of the first key of the next chain. */
        NEW_CHAIN(3),
        /** Type 4: the last key of the chain before. */
        LAST_KEY(4);

        final int type;

        Kind(int type) {
            this.type = type;
        }
    }

    /**
     * Types 1 to 4.
     *
     * @param interval i, unsigned 32 bits
     * @param key      what {@code kind} says, n_p octets; none for {@link Kind#COMPACT}
     * @param mac      n_m octets
     */
    record Tag(int asid, Kind kind, long interval, byte[] key, byte[] mac, byte @Nullable [] groupMac)
            implements ExtAuth {}

    /**
     * Type 0 (§3.4.1).
     *
     * @param singleChain   S
     * @param delay         d, at least 2
     * @param prf           PRF type
     * @param mac           MAC function type
     * @param groupFunction group MAC function type, if G
     * @param encoding      signature encoding algorithm: 1 RSASSA-PKCS1-v1_5, 2 RSASSA-PSS
     * @param digest        signature cryptographic function: 1 SHA-1, 2 to 5 SHA-224 to SHA-512
     * @param intervalMs    T_int, unsigned 16 bits, not 0
     * @param startNtp      T_0, an NTP timestamp
     * @param last          N, unsigned 32 bits; there are N + 1 keys in a chain
     * @param interval      i, unsigned 32 bits
     * @param commitment    F of the first key of the chain of i, n_p octets
     * @param signature     as long as "Signature Length" says
     * @param senderLag     D^O_t if A: an NTP time difference, seconds in the upper half, with its sign
     */
    record Bootstrap(
            int asid,
            boolean singleChain,
            int delay,
            Prf prf,
            Prf mac,
            @Nullable Prf groupFunction,
            int encoding,
            int digest,
            int intervalMs,
            long startNtp,
            long last,
            long interval,
            byte[] commitment,
            byte[] signature,
            @Nullable Long senderLag,
            byte @Nullable [] groupMac)
            implements ExtAuth {
        /**
         * What a receiver's core needs, once the signature was found good: lengths of functions as RFC 5776 §2.5 has them,
         * but keys as long as the commitment is.
         *
         * @throws MalformedTesla if these keys are too short or too long
         */
        public Parameters parameters() throws MalformedTesla {
            long length = last + 1;
            long chain = interval / length;
            Scheme scheme = SchemeCodec.of(prf.code(), commitment.length, prf.octets(), mac.code(), mac.octets() / 2);
            var schedule = new Schedule(NtpTime.toNs(startNtp), intervalMs * 1_000_000L, delay);
            return new Parameters(
                    scheme, schedule, length, new Parameters.Anchor(chain, chain * length - 1, commitment), null);
        }

        /** D^O_t in ns, rounded up; nothing if the session has no time reference. */
        public OptionalLong senderLagNs() {
            if (senderLag == null) {
                return OptionalLong.empty();
            }
            long seconds = senderLag >> 32;
            return OptionalLong.of(
                    seconds * 1_000_000_000L + ((((senderLag & 0xFFFF_FFFFL) * 1_000_000_000L) >>> 32) + 1));
        }
    }

    /** Type 5: the receiver's time. Figure 8 shows no octet before it; there is one, zero, as in all other types. */
    record TimeRequest(int asid, long receiverNtp, byte @Nullable [] groupMac) implements ExtAuth {}

    /** Type 6: the sender's time, the receiver's as asked, and a signature. */
    record TimeResponse(int asid, long senderNtp, long receiverNtp, byte[] signature, byte @Nullable [] groupMac)
            implements ExtAuth {}
}
