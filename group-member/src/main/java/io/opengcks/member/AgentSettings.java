package io.opengcks.member;

import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Retransmission;
import io.opengcks.protocols.settings.HostPort;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is told before it starts. Made with {@link #builder}.
 *
 * @param servers          servers in the order they are asked, at least one
 * @param natPorts         UDP ports on which IKE messages carry the non-ESP marker (RFC 3948 §2.2)
 * @param serverIdentity   who each server must prove to be
 * @param credentials      own identity and proof, and how the server's is checked
 * @param group            the group
 * @param role             sender, receiver or both
 * @param flow             group address and port of the only flow it takes part in; empty: a receiver receives all, and a
 *                         sender sends on the last one the group names
 * @param networkInterface where multicast is joined and sent
 * @param input            where a sender takes plain UDP from, besides {@link Agent#send}
 * @param output           where a receiver puts what it opened
 * @param ttl              hop limit of the packets sent to the group, 0 to 255
 * @param senderIds        Sender-IDs a sender asks for, 1 to 255
 * @param limits           of what is kept at once
 * @param retry            when it asks again
 * @param retransmission   of requests to a server
 * @param leaveWithin      longest time {@link Agent#close} waits for the server
 * @param keyLog           takes the keys for a protocol analyser
 */
public record AgentSettings(
        List<HostPort> servers,
        Set<Integer> natPorts,
        Identity serverIdentity,
        Credentials credentials,
        Identity group,
        Role role,
        Optional<InetSocketAddress> flow,
        NetworkInterface networkInterface,
        Optional<Input> input,
        Output output,
        int ttl,
        int senderIds,
        Limits limits,
        RetryTimes retry,
        Retransmission retransmission,
        Duration leaveWithin,
        KeyLog keyLog) {
    public static final int NAT_TRAVERSAL_PORT = 4500;

    public AgentSettings {
        servers = List.copyOf(servers);
        natPorts = Set.copyOf(natPorts);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("at least one server");
        }
        if (ttl < 0 || ttl > 255) {
            throw new IllegalArgumentException("a hop limit is 0 to 255, not " + ttl);
        }
        if (senderIds < 1 || senderIds > 255) {
            throw new IllegalArgumentException("1 to 255 Sender-IDs, not " + senderIds);
        }
        if (role.receives() == output instanceof Output.Nothing) {
            throw new IllegalArgumentException("an output belongs to a receiver, and to nobody else");
        }
        if (input.isPresent() && !role.sends()) {
            throw new IllegalArgumentException("only a sender has an input");
        }
    }

    /** What no agent can do without; the rest has defaults. */
    public static Builder builder(
            HostPort server, Identity serverIdentity, Credentials credentials, Identity group, NetworkInterface at) {
        return new Builder(List.of(server), serverIdentity, credentials, group, at);
    }

    /** The same with a key log. */
    public AgentSettings withKeyLog(KeyLog log) {
        return new AgentSettings(
                servers,
                natPorts,
                serverIdentity,
                credentials,
                group,
                role,
                flow,
                networkInterface,
                input,
                output,
                ttl,
                senderIds,
                limits,
                retry,
                retransmission,
                leaveWithin,
                log);
    }

    /** Collects settings. A role comes with {@link #sender} and {@link #receiver}; at least one of them is called. */
    public static final class Builder {
        private List<HostPort> servers;
        private final Identity serverIdentity;
        private final Credentials credentials;
        private final Identity group;
        private final NetworkInterface networkInterface;
        private Set<Integer> natPorts = Set.of(NAT_TRAVERSAL_PORT);
        private @Nullable Role role;
        private Optional<InetSocketAddress> flow = Optional.empty();
        private Optional<Input> input = Optional.empty();
        private Output output = new Output.Nothing();
        private int ttl = 1;
        private int senderIds = 1;
        private Limits limits = Limits.DEFAULT;
        private RetryTimes retry = RetryTimes.DEFAULT;
        private Retransmission retransmission = Retransmission.DEFAULT;
        private Duration leaveWithin = Duration.ofSeconds(2);
        private KeyLog keyLog = KeyLog.OFF;

        private Builder(
                List<HostPort> servers, Identity server, Credentials credentials, Identity group, NetworkInterface at) {
            this.servers = servers;
            this.serverIdentity = server;
            this.credentials = credentials;
            this.group = group;
            this.networkInterface = at;
        }

        /** All servers, in the order they are asked. */
        public Builder servers(List<HostPort> all) {
            servers = all;
            return this;
        }

        public Builder natPorts(Set<Integer> ports) {
            natPorts = ports;
            return this;
        }

        /** Sends what is given to {@link Agent#send}. */
        public Builder sender() {
            role = role == null || role == Role.SENDER ? Role.SENDER : Role.BOTH;
            return this;
        }

        /** Sends what comes in there, and what is given to {@link Agent#send}. */
        public Builder sender(Input from) {
            input = Optional.of(from);
            return sender();
        }

        public Builder receiver(Output to) {
            role = role == null || role == Role.RECEIVER ? Role.RECEIVER : Role.BOTH;
            output = to;
            return this;
        }

        /** Receives into the program. */
        public Builder receiver(PayloadHandler handler) {
            return receiver(new Output.Callback(handler));
        }

        /** Takes part in this flow of the group alone. */
        public Builder flow(InetSocketAddress groupAddress) {
            flow = Optional.of(groupAddress);
            return this;
        }

        public Builder ttl(int hops) {
            ttl = hops;
            return this;
        }

        public Builder senderIds(int count) {
            senderIds = count;
            return this;
        }

        public Builder limits(Limits all) {
            limits = all;
            return this;
        }

        public Builder retry(RetryTimes times) {
            retry = times;
            return this;
        }

        public Builder retransmission(Retransmission times) {
            retransmission = times;
            return this;
        }

        public Builder leaveWithin(Duration time) {
            leaveWithin = time;
            return this;
        }

        public Builder keyLog(KeyLog log) {
            keyLog = log;
            return this;
        }

        /**
         * What was collected.
         *
         * @throws IllegalArgumentException if the settings do not fit each other
         */
        public AgentSettings build() {
            if (role == null) {
                throw new IllegalArgumentException("an agent is a sender, a receiver or both");
            }
            return new AgentSettings(
                    servers,
                    natPorts,
                    serverIdentity,
                    credentials,
                    group,
                    role,
                    flow,
                    networkInterface,
                    input,
                    output,
                    ttl,
                    senderIds,
                    limits,
                    retry,
                    retransmission,
                    leaveWithin,
                    keyLog);
        }
    }
}
