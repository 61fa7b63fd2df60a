package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.TestPki;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A key server in the world, with a group that takes its time to answer. */
final class SimServer implements World.Host {
    static final InetSocketAddress ADDRESS = World.address(1, 848);

    final World world;
    final TestGroup group;
    final List<KeyServerEffect> effects = new ArrayList<>();
    private final KeyServer.Settings settings;
    private final Credentials credentials;
    private KeyServer machine;
    private int life;

    SimServer(World world, KeyServer.Settings settings, Credentials credentials, TestGroup group) {
        this.world = world;
        this.settings = settings;
        this.credentials = credentials;
        this.group = group;
        this.machine = born();
        world.attach(ADDRESS, this);
    }

    private KeyServer born() {
        return new KeyServer(
                settings, credentials, new SeededRandom(world.random.nextLong()), () -> TestPki.NOW, KeyLog.OFF);
    }

    /** All IKE SAs are lost; the group, which is durable, is not. */
    void crash() {
        life++;
        machine = born();
    }

    KeyServer machine() {
        return machine;
    }

    @Override
    public void arrives(Path path, byte[] datagram) {
        carryOut(machine.on(new KeyServerEvent.Received(path, datagram), world.nowNs()));
    }

    void carryOut(List<KeyServerEffect> wanted) {
        effects.addAll(wanted);
        int born = life;
        for (KeyServerEffect effect : wanted) {
            switch (effect) {
                case KeyServerEffect.Send(Path path, byte[] datagram) ->
                    world.send(path.local(), path.remote(), datagram);
                case KeyServerEffect.WakeAt(long dueNs) ->
                    world.at(dueNs, () -> {
                        if (born == life) {
                            carryOut(machine.on(new KeyServerEvent.Tick(), world.nowNs()));
                        }
                    });
                case KeyServerEffect.Register(long ticket, var request) ->
                    world.after(world.random.nextLong(10 * World.MS), () -> {
                        var answer = group.answer(request);
                        if (born == life) {
                            carryOut(machine.on(new KeyServerEvent.Answered(ticket, answer), world.nowNs()));
                        }
                    });
                case KeyServerEffect.Leave(var peer, var left) -> {
                    if (left.equals(TestGroup.ID)) {
                        group.members.remove(peer.identity());
                    }
                }
                case KeyServerEffect.Progress _, KeyServerEffect.Rejected _ -> {}
            }
        }
    }

    List<ProtocolFault> faults() {
        return effects.stream()
                .filter(KeyServerEffect.Rejected.class::isInstance)
                .map(effect -> ((KeyServerEffect.Rejected) effect).fault())
                .toList();
    }

    long count(KeyServerEffect.Step step) {
        return effects.stream()
                .filter(effect -> effect instanceof KeyServerEffect.Progress progress && progress.step() == step)
                .count();
    }

    boolean registered() {
        return effects.stream().anyMatch(KeyServerEffect.Register.class::isInstance);
    }
}
