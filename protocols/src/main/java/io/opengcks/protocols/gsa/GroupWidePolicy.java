package io.opengcks.protocols.gsa;

/**
 * Policy of the group that is bound to no SA (RFC 9838 §4.4.3).
 *
 * @param activationDelaySeconds   ATD: how long a sender waits before it uses a new Data-Security SA; 0 to 65535
 * @param deactivationDelaySeconds DTD: how long a receiver keeps a replaced one; 0 to 65535
 */
public record GroupWidePolicy(int activationDelaySeconds, int deactivationDelaySeconds) {
    public static final GroupWidePolicy NO_DELAY = new GroupWidePolicy(0, 0);

    public GroupWidePolicy {
        if ((activationDelaySeconds | deactivationDelaySeconds) >>> 16 != 0) {
            throw new IllegalArgumentException("a delay is 0 to 65535 seconds");
        }
    }
}
