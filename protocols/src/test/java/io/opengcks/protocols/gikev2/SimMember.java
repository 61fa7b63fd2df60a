package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.gsa.GsaUpdate;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.ProtocolFault;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member in the world, and as much of an agent as asks again after a failure. */
final class SimMember implements World.Host {
    final World world;
    final GroupMember machine;
    final InetSocketAddress address;
    final List<MemberEffect> effects = new ArrayList<>();

    /** It registers again after every failure: on a network that corrupts, the first two messages are not protected. */
    boolean persistent;

    SimMember(World world, int number, GroupMember machine) {
        this.world = world;
        this.machine = machine;
        this.address = World.address(number, 848);
        world.attach(address, this);
        world.attach(rekeyAddress(number), (_, datagram) -> on(new MemberEvent.RekeyReceived(datagram)));
    }

    /** Multicast is a copy for each member, each with a fate of its own. */
    static InetSocketAddress rekeyAddress(int number) {
        return World.address(number, TestGroup.REKEY_ADDRESS.getPort());
    }

    @Override
    public void arrives(Path path, byte[] datagram) {
        on(new MemberEvent.Received(datagram));
    }

    void on(MemberEvent event) {
        List<MemberEffect> wanted = machine.on(event, world.nowNs());
        effects.addAll(wanted);
        for (MemberEffect effect : wanted) {
            switch (effect) {
                case MemberEffect.Send(byte[] datagram) -> world.send(address, SimServer.ADDRESS, datagram);
                case MemberEffect.WakeAt(long dueNs) -> world.at(dueNs, () -> on(new MemberEvent.Tick()));
                case MemberEffect.Failed _ -> {
                    if (persistent) {
                        world.after(World.SECOND, () -> on(new MemberEvent.Register()));
                    }
                }
                case MemberEffect.Registered _,
                        MemberEffect.Rekeyed _,
                        MemberEffect.Excluded _,
                        MemberEffect.NeedsRegistration _,
                        MemberEffect.UnknownRekeySa _,
                        MemberEffect.Left _,
                        MemberEffect.Rejected _ -> {}
            }
        }
    }

    <E extends MemberEffect> List<E> all(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    Optional<GsaUpdate> registration() {
        return all(MemberEffect.Registered.class).stream()
                .reduce((_, last) -> last)
                .map(MemberEffect.Registered::update);
    }

    Optional<MemberEffect.Kind> failure() {
        return all(MemberEffect.Failed.class).stream().reduce((_, last) -> last).map(MemberEffect.Failed::kind);
    }

    List<ProtocolFault> faults() {
        return all(MemberEffect.Rejected.class).stream()
                .map(MemberEffect.Rejected::fault)
                .toList();
    }
}
