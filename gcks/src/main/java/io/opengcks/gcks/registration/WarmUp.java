package io.opengcks.gcks.registration;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.GroupMember;
import io.opengcks.protocols.gikev2.KeyServer;
import io.opengcks.protocols.gikev2.KeyServerEffect;
import io.opengcks.protocols.gikev2.KeyServerEvent;
import io.opengcks.protocols.gikev2.MemberEffect;
import io.opengcks.protocols.gikev2.MemberEvent;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.RegistrationAnswer;
import io.opengcks.protocols.gsa.RegistrationAnswer.Refusal;
import io.opengcks.protocols.ikev2.Credentials;
import io.opengcks.protocols.ikev2.Path;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * One registration in memory, of nobody with nobody, before the sockets open. It loads classes and cryptographic providers, which on
 * a busy machine takes seconds: the first members would otherwise wait for it on the event loop, send again, and time out together.
 * It also shows that the machine can do its work here at all.
 */
public final class WarmUp {
    /** Messages that a refused registration takes, and some. */
    private static final int MOST_MESSAGES = 32;

    private static final Identity NOBODY = Identity.parse("key-id:warm-up");

    private WarmUp() {}

    /**
     * Runs it.
     *
     * @throws IllegalStateException if a member would get no answer
     */
    public static void run(KeyServer.Settings settings, SecureRandom random) {
        InstantSource clock = InstantSource.system();
        byte[] octets = new byte[32];
        random.nextBytes(octets);
        Secret key = Secret.adopt(octets);
        var credentials = new Credentials(NOBODY, Optional.empty(), _ -> Optional.of(key), Optional.empty());
        var server = new KeyServer(settings, credentials, random, clock, KeyLog.OFF);
        var member =
                new GroupMember(GroupMember.Settings.receiver(NOBODY, NOBODY), credentials, random, clock, KeyLog.OFF);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 848);
        var path = new Path(address, address);

        Deque<MemberEvent> toMember = new ArrayDeque<>();
        Deque<KeyServerEvent> toServer = new ArrayDeque<>();
        toMember.add(new MemberEvent.Register());
        for (int message = 0; message < MOST_MESSAGES; message++) {
            MemberEvent event = toMember.poll();
            if (event != null) {
                for (MemberEffect effect : member.on(event, System.nanoTime())) {
                    if (effect instanceof MemberEffect.Send(byte[] datagram)) {
                        toServer.add(new KeyServerEvent.Received(path, datagram));
                    } else if (effect instanceof MemberEffect.Failed(MemberEffect.Kind kind, String why)) {
                        if (kind == MemberEffect.Kind.TRY_LATER) {
                            return; // as it was told: it got through
                        }
                        throw new IllegalStateException("registrations do not work here: " + why);
                    }
                }
            }
            KeyServerEvent received = toServer.poll();
            if (received != null) {
                for (KeyServerEffect effect : server.on(received, System.nanoTime())) {
                    if (effect instanceof KeyServerEffect.Send(Path _, byte[] datagram)) {
                        toMember.add(new MemberEvent.Received(datagram));
                    } else if (effect instanceof KeyServerEffect.Register(long ticket, var _)) {
                        var refused = new RegistrationAnswer.Refused(Refusal.CANNOT_TAKE_MEMBERS, "warm-up");
                        toServer.add(new KeyServerEvent.Answered(ticket, refused));
                    }
                }
            }
        }
        throw new IllegalStateException("registrations do not work here: no answer");
    }
}
