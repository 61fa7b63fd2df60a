package io.opengcks.protocols.ikev2;

/**
 * When a request is sent again (RFC 7296 §2.1, §2.4): the wait grows by half with every copy, from {@code firstNs} up to
 * {@code longestNs}, and each wait is drawn from its upper quarter, so that members that lost their server together do
 * not ask together.
 *
 * @param firstNs   wait after the first copy, ns, at least 1
 * @param longestNs no wait is longer, ns, at least {@code firstNs}
 * @param copies    copies sent in all before the peer counts as gone, 1 to 64
 */
public record Retransmission(long firstNs, long longestNs, int copies) {
    /** Eight copies within about twelve seconds: a member has other servers to try. */
    public static final Retransmission DEFAULT = new Retransmission(500_000_000L, 3_000_000_000L, 8);

    public Retransmission {
        if (firstNs < 1 || longestNs < firstNs) {
            throw new IllegalArgumentException("waits are at least 1 ns, the longest at least the first");
        }
        if (copies < 1 || copies > 64) {
            throw new IllegalArgumentException("1 to 64 copies, not " + copies);
        }
    }

    /**
     * The wait after a copy.
     *
     * @param sent   copies sent so far, at least 1
     * @param jitter 0 (inclusive) to 1 (exclusive), fresh each time
     * @return ns
     */
    public long waitNs(int sent, double jitter) {
        double wait = (double) firstNs * Math.pow(1.5, sent - 1);
        return (long) (Math.min(wait, (double) longestNs) * (1.0 - jitter / 4));
    }
}
