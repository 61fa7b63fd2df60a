package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.PolicyException.check;

import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * What an operator decides about one group, in no protocol's words. Checked on construction: a {@link PolicyException} names the
 * field. Defaults stand in {@link #builder}.
 *
 * @param flows              1 to {@value #MAX_FLOWS} streams, no two alike
 * @param suite              ESP transform
 * @param mode               transport, or tunnel with address preservation
 * @param udpPort            UDP port of the flow's address to which ESP goes encapsulated (RFC 3948 framing); empty: IP protocol 50
 * @param multipleSenders    true: several senders share an SA, each with Sender-IDs; false: the group takes one sender at a time
 * @param senderIdBits       8, 12 or 16 (RFC 6054 §3)
 * @param senderIdsPerMember most Sender-IDs given in one registration, 1 to 64
 * @param replayWindow       packets a receiver remembers for each sender: 0 (its own choice) or a multiple of 64 up to 4096
 * @param tekLifetime        of a Data-Security SA, whole seconds; a new one is sent at three quarters of it
 * @param kekLifetime        of a Rekey SA, likewise
 * @param atdSeconds         how long senders wait before they use a new SA after a scheduled rekey
 * @param dtdSeconds         how long receivers keep a replaced SA after a scheduled rekey, at least {@code atdSeconds}
 * @param evictionAtdSeconds the same after an eviction; 0: the evicted member is dark at once
 * @param evictionDtdSeconds the same after an eviction, at least {@code evictionAtdSeconds}
 * @param rekey              how the group is rekeyed
 * @param mayJoin            who may register: any rule that matches admits; none: nobody
 * @param maySend            who may send; who may send may also join
 * @param maxMembers         most members at a time, 1 to {@value #MAX_MEMBERS}
 */
public record GroupPolicy(
        List<Flow> flows,
        EspSuite suite,
        DataSecuritySa.Mode mode,
        OptionalInt udpPort,
        boolean multipleSenders,
        int senderIdBits,
        int senderIdsPerMember,
        int replayWindow,
        Duration tekLifetime,
        Duration kekLifetime,
        int atdSeconds,
        int dtdSeconds,
        int evictionAtdSeconds,
        int evictionDtdSeconds,
        RekeyPolicy rekey,
        List<MemberRule> mayJoin,
        List<MemberRule> maySend,
        int maxMembers) {
    public static final int MAX_FLOWS = 16;
    public static final int MAX_RULES = 1000;
    public static final int MAX_MEMBERS = 1_000_000;
    public static final long MIN_LIFETIME_SECONDS = 10;
    public static final long MAX_LIFETIME_SECONDS = 366L * 86_400;

    public GroupPolicy {
        flows = List.copyOf(flows);
        mayJoin = List.copyOf(mayJoin);
        maySend = List.copyOf(maySend);
        check(!flows.isEmpty() && flows.size() <= MAX_FLOWS, "flows", "1 to " + MAX_FLOWS + ", not " + flows.size());
        check(new HashSet<>(flows).size() == flows.size(), "flows", "no flow twice");
        udpPort.ifPresent(port -> PolicyException.port("udpPort", port));
        check(
                senderIdBits == 8 || senderIdBits == 12 || senderIdBits == 16,
                "senderIdBits",
                "8, 12 or 16, not " + senderIdBits);
        check(
                senderIdsPerMember >= 1 && senderIdsPerMember <= 64,
                "senderIdsPerMember",
                "1 to 64, not " + senderIdsPerMember);
        check(
                replayWindow == 0 || (replayWindow >= 64 && replayWindow <= 4096 && replayWindow % 64 == 0),
                "replayWindow",
                "0 or a multiple of 64 up to 4096, not " + replayWindow);
        PolicyException.lifetime("tekLifetime", tekLifetime);
        PolicyException.lifetime("kekLifetime", kekLifetime);
        PolicyException.delay("atdSeconds", atdSeconds);
        PolicyException.delay("dtdSeconds", dtdSeconds);
        PolicyException.delay("evictionAtdSeconds", evictionAtdSeconds);
        PolicyException.delay("evictionDtdSeconds", evictionDtdSeconds);
        // RFC 5374 §4.2.1: a receiver that drops the old SA before the sender leaves it loses packets.
        check(dtdSeconds >= atdSeconds, "dtdSeconds", "at least atdSeconds (" + atdSeconds + "), not " + dtdSeconds);
        check(
                evictionDtdSeconds >= evictionAtdSeconds,
                "evictionDtdSeconds",
                "at least evictionAtdSeconds (" + evictionAtdSeconds + "), not " + evictionDtdSeconds);
        // The new SA comes at three quarters: the last quarter must hold the delays, or streams stop.
        check(
                tekLifetime.toSeconds() / 4 > dtdSeconds,
                "tekLifetime",
                "more than four times dtdSeconds (" + dtdSeconds + "), not " + tekLifetime.toSeconds());
        check(mayJoin.size() <= MAX_RULES, "mayJoin", "at most " + MAX_RULES + " rules");
        check(maySend.size() <= MAX_RULES, "maySend", "at most " + MAX_RULES + " rules");
        check(
                maxMembers >= 1 && maxMembers <= MAX_MEMBERS,
                "maxMembers",
                "1 to " + MAX_MEMBERS + ", not " + maxMembers);
    }

    /**
     * AES-256-GCM in transport mode, UDP-encapsulated on port 4500, many senders with 16-bit Sender-IDs, replay window 1024, TEK
     * for one hour, KEK for a day, ATD 3 s and DTD 10 s, eviction ATD 0 and DTD 2 s, at most 10 000 members, and rules that admit
     * nobody.
     */
    public static Builder builder(List<Flow> flows, RekeyPolicy rekey) {
        return new Builder(flows, rekey);
    }

    /** A builder that starts with this policy. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects the fields; {@link #build} checks them. */
    public static final class Builder {
        private List<Flow> flows;
        private EspSuite suite = EspSuite.AES_256_GCM_16;
        private DataSecuritySa.Mode mode = DataSecuritySa.Mode.TRANSPORT;
        private OptionalInt udpPort = OptionalInt.of(4500);
        private boolean multipleSenders = true;
        private int senderIdBits = 16;
        private int senderIdsPerMember = 4;
        private int replayWindow = 1024;
        private Duration tekLifetime = Duration.ofHours(1);
        private Duration kekLifetime = Duration.ofDays(1);
        private int atdSeconds = 3;
        private int dtdSeconds = 10;
        private int evictionAtdSeconds;
        private int evictionDtdSeconds = 2;
        private RekeyPolicy rekey;
        private List<MemberRule> mayJoin = List.of();
        private List<MemberRule> maySend = List.of();
        private int maxMembers = 10_000;

        private Builder(List<Flow> flows, RekeyPolicy rekey) {
            this.flows = flows;
            this.rekey = rekey;
        }

        private Builder(GroupPolicy from) {
            flows = from.flows;
            suite = from.suite;
            mode = from.mode;
            udpPort = from.udpPort;
            multipleSenders = from.multipleSenders;
            senderIdBits = from.senderIdBits;
            senderIdsPerMember = from.senderIdsPerMember;
            replayWindow = from.replayWindow;
            tekLifetime = from.tekLifetime;
            kekLifetime = from.kekLifetime;
            atdSeconds = from.atdSeconds;
            dtdSeconds = from.dtdSeconds;
            evictionAtdSeconds = from.evictionAtdSeconds;
            evictionDtdSeconds = from.evictionDtdSeconds;
            rekey = from.rekey;
            mayJoin = from.mayJoin;
            maySend = from.maySend;
            maxMembers = from.maxMembers;
        }

        public Builder flows(List<Flow> value) {
            flows = value;
            return this;
        }

        public Builder suite(EspSuite value) {
            suite = value;
            return this;
        }

        public Builder mode(DataSecuritySa.Mode value) {
            mode = value;
            return this;
        }

        public Builder udpPort(OptionalInt value) {
            udpPort = value;
            return this;
        }

        public Builder multipleSenders(boolean value) {
            multipleSenders = value;
            return this;
        }

        public Builder senderIdBits(int value) {
            senderIdBits = value;
            return this;
        }

        public Builder senderIdsPerMember(int value) {
            senderIdsPerMember = value;
            return this;
        }

        public Builder replayWindow(int value) {
            replayWindow = value;
            return this;
        }

        public Builder tekLifetime(Duration value) {
            tekLifetime = value;
            return this;
        }

        public Builder kekLifetime(Duration value) {
            kekLifetime = value;
            return this;
        }

        public Builder delays(int atd, int dtd) {
            atdSeconds = atd;
            dtdSeconds = dtd;
            return this;
        }

        public Builder evictionDelays(int atd, int dtd) {
            evictionAtdSeconds = atd;
            evictionDtdSeconds = dtd;
            return this;
        }

        public Builder rekey(RekeyPolicy value) {
            rekey = value;
            return this;
        }

        public Builder mayJoin(List<MemberRule> value) {
            mayJoin = value;
            return this;
        }

        public Builder maySend(List<MemberRule> value) {
            maySend = value;
            return this;
        }

        public Builder maxMembers(int value) {
            maxMembers = value;
            return this;
        }

        /**
         * The policy.
         *
         * @throws PolicyException naming the field that is wrong
         */
        public GroupPolicy build() {
            return new GroupPolicy(
                    flows,
                    suite,
                    mode,
                    udpPort,
                    multipleSenders,
                    senderIdBits,
                    senderIdsPerMember,
                    replayWindow,
                    tekLifetime,
                    kekLifetime,
                    atdSeconds,
                    dtdSeconds,
                    evictionAtdSeconds,
                    evictionDtdSeconds,
                    rekey,
                    mayJoin,
                    maySend,
                    maxMembers);
        }
    }
}
