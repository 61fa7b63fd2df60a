package io.opengcks.member;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.member.Loopback.Net;
import io.opengcks.member.Loopback.Probe;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gsa.GroupWidePolicy;
import io.opengcks.protocols.gsa.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole way: agents that register by G-IKEv2, follow signed rekey messages and move packets, all over real sockets. */
@Timeout(60)
class AgentKeyServerTest {
    private final Net net = new Net();
    private final Probe tx = new Probe();
    private final Probe one = new Probe();
    private final Probe two = new Probe();
    private final List<Agent> agents = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // JUnit calls begin()
    private TestKeyServer server;

    @BeforeEach
    void begin() throws Exception {
        server = new TestKeyServer(net);
    }

    @AfterEach
    void end() {
        agents.forEach(Agent::close);
        server.close();
    }

    @Test
    void aStreamGoesOnThroughRekeysAndAnEvictedReceiverGoesDark() throws Exception {
        Agent first = receiver("rx-1", one);
        Agent second = receiver("rx-2", two);
        Agent sender = sender();
        AtomicBoolean streaming = new AtomicBoolean(true);
        Thread stream = Thread.ofVirtual().start(() -> {
            for (int i = 0; streaming.get(); i++) {
                sender.send(("" + i).getBytes(UTF_8));
                LockSupport.parkNanos(2_000_000);
            }
        });
        assertThat(one.payload()).isEqualTo("0");
        assertThat(two.payload()).isEqualTo("0");

        long planned = server.rekey(new GroupWidePolicy(1, 3));
        assertThat(tx.await(AgentEvent.TekSwitched.class).to()).isEqualTo(planned);
        assertThat(one.await(AgentEvent.TekSwitched.class).to()).isEqualTo(planned);
        assertThat(two.await(AgentEvent.TekSwitched.class).to()).isEqualTo(planned);

        long urgent = server.evict(Identity.parse("fqdn:rx-2"));
        assertThat(one.await(AgentEvent.TekSwitched.class).to()).isEqualTo(urgent);
        two.await(AgentEvent.Excluded.class);
        assertThat(two.await(AgentEvent.RegistrationFailed.class).kind()).isEqualTo(MemberEffect.Kind.NOT_ADMITTED);
        long heard = second.status().deliveredPackets();
        while (second.status().refusedPackets().getOrDefault("unknown_spi", 0L) < 20) {
            Thread.onSpinWait();
        }
        assertThat(second.status().deliveredPackets()).isEqualTo(heard);

        streaming.set(false);
        stream.join();
        long sent = sender.status().sentPackets();
        while (first.status().deliveredPackets() < sent) {
            Thread.onSpinWait();
        }
        assertThat(one.payload()).isEqualTo("1");
        for (int i = 2; i < sent; i++) {
            assertThat(one.payload()).isEqualTo("" + i);
        }
        assertThat(first.status().rekeys()).isEqualTo(3);
        assertThat(first.status().tekSwitches()).isEqualTo(2);
        assertThat(sender.status().unsentPackets()).isEmpty();
    }

    @Test
    void aSenderThatStartsAgainSendsUnderAnotherSenderIdAndIsHeard() throws Exception {
        receiver("rx-1", one);
        for (int i = 0; i < 3; i++) {
            Agent sender = sender();
            sender.send(("run " + i).getBytes(UTF_8));
            assertThat(one.payload()).isEqualTo("run " + i);
            sender.abort();
        }
    }

    @Test
    void whoStopsTellsTheServer() throws Exception {
        Agent receiver = receiver("rx-1", one);
        receiver.close();
        assertThat(server.left.poll(20, TimeUnit.SECONDS)).isEqualTo(Identity.parse("fqdn:rx-1"));
    }

    @Test
    void aMemberThatCannotProveWhoItIsGetsNoKeys() throws Exception {
        AgentSettings settings = Loopback.settings("rx-1", server.address(), Loopback.wrongPsk())
                .receiver(one::payload)
                .build();
        Agent agent = add(Agent.start(settings, one, new SimpleMeterRegistry()));
        assertThat(one.await(AgentEvent.RegistrationFailed.class).kind())
                .isIn(MemberEffect.Kind.AUTHENTICATION_FAILED, MemberEffect.Kind.SERVER_NOT_AUTHENTIC);
        assertThat(agent.status().sas()).isEmpty();
    }

    @Test
    void countersAreMetrics() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AgentSettings settings = Loopback.settings("rx-1", server.address())
                .receiver(one::payload)
                .build();
        Agent receiver = add(Agent.start(settings, one, registry));
        receiver.registered().get(20, TimeUnit.SECONDS);
        sender().send("x".getBytes(UTF_8));
        one.payload();
        while (receiver.status().deliveredPackets() == 0) {
            Thread.onSpinWait();
        }
        assertThat(registry.get("opengcks.esp.received.packets")
                        .tags("verdict", "ok", "member", "fqdn:rx-1", "group", "key-id:tv")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        receiver.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    private Agent receiver(String name, Probe probe) throws Exception {
        return started(Loopback.settings(name, server.address()).receiver(probe::payload), probe);
    }

    private Agent sender() throws Exception {
        Agent sender = started(Loopback.settings("tx", server.address()).sender(), tx);
        while (sender.status().sendingOn().isEmpty()) {
            Thread.onSpinWait();
        }
        return sender;
    }

    private Agent started(AgentSettings.Builder settings, Probe probe) throws Exception {
        Agent agent = add(Agent.start(settings.build(), probe, new SimpleMeterRegistry()));
        agent.registered().get(20, TimeUnit.SECONDS);
        return agent;
    }

    private Agent add(Agent agent) {
        agents.add(agent);
        return agent;
    }
}
