package io.opengcks.samples;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.member.Agent;
import io.opengcks.member.AgentSettings;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.settings.HostPort;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A receiver inside a program: prints what the group sends for half a minute, then leaves the group. */
public final class EmbeddedReceiver {
    private EmbeddedReceiver() {}

    /** Arguments: server {@code HOST:PORT}, its identity, own identity, pre-shared key, group, network interface. */
    public static void main(String[] args) throws Exception {
        HostPort server = HostPort.parse(args[0]);
        Identity serverIdentity = Identity.parse(args[1]);
        Secret key = Secret.adopt(args[3].getBytes(StandardCharsets.UTF_8));
        Credentials credentials = new Credentials(
                Identity.parse(args[2]),
                Optional.empty(),
                peer -> peer.equals(serverIdentity) ? Optional.of(key) : Optional.empty(),
                Optional.empty());
        AgentSettings settings = AgentSettings.builder(
                        server,
                        serverIdentity,
                        credentials,
                        Identity.parse(args[4]),
                        NetworkInterface.getByName(args[5]))
                .receiver((octets, offset, length) -> System.out.println(length + " octets"))
                .build();
        try (Agent agent = Agent.start(settings, event -> System.out.println(event), new SimpleMeterRegistry())) {
            agent.registered().get(30, TimeUnit.SECONDS);
            TimeUnit.SECONDS.sleep(30);
            System.out.println(agent.status());
        }
    }
}
