package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchange;
import io.opengcks.protocols.crypto.KeyExchangeMethod;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.IkeAlgorithms;
import io.opengcks.protocols.ikev2.IkeHeader;
import io.opengcks.protocols.ikev2.IkeKeys;
import io.opengcks.protocols.ikev2.IkeMessage;
import io.opengcks.protocols.ikev2.IkeSuite;
import io.opengcks.protocols.ikev2.Ikev2;
import io.opengcks.protocols.ikev2.Path;
import io.opengcks.protocols.ikev2.Payload;
import io.opengcks.protocols.ikev2.ProtocolFault;
import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import io.opengcks.protocols.ikev2.ProtocolFault.Refused;
import io.opengcks.protocols.ikev2.ProtocolFault.Unexpected;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * IKE_SA_INIT as initiator (RFC 7296 §1.2, §2.6, §2.7). Everything that comes back is unauthenticated: what cannot be used
 * is dropped, and the genuine answer is still waited for (§2.21.1).
 */
final class InitInitiator {
    private static final int NONCE_BYTES = 32;
    private static final int MAX_COOKIE_BYTES = 64;

    /** Requests changed because of an answer: anybody can send those answers. */
    private static final int MAX_CHANGES = 8;

    private final IkeAlgorithms algorithms;
    private final Optional<Path> path;
    private final SecureRandom random;
    private final KeyLog keyLog;
    private final long initiatorSpi;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final Set<KeyExchangeMethod> tried = EnumSet.noneOf(KeyExchangeMethod.class);
    private KeyExchange exchange;
    private Optional<Octets> cookie = Optional.empty();
    private Optional<Refused> complaint = Optional.empty();
    private int changes;
    private byte[] request;

    InitInitiator(IkeAlgorithms algorithms, Optional<Path> path, SecureRandom random, KeyLog keyLog) {
        this.algorithms = algorithms;
        this.path = path;
        this.random = random;
        this.keyLog = keyLog;
        long spi;
        do {
            spi = random.nextLong();
        } while (spi == 0);
        initiatorSpi = spi;
        random.nextBytes(nonce);
        KeyExchangeMethod method = algorithms.keyExchanges().getFirst();
        tried.add(method);
        exchange = KeyExchange.generate(method, random);
        request = encode();
    }

    /** What to send now. */
    byte[] request() {
        return request;
    }

    /** An error that somebody, perhaps the server, answered with: what to say if nothing better comes. */
    Optional<Refused> complaint() {
        return complaint;
    }

    /**
     * Takes an answer.
     *
     * @return the IKE SA; empty where the request was changed and is to be sent again
     * @throws ProtocolFault if the answer is of no use; the genuine one may still come
     */
    Optional<MemberIkeSa> answer(IkeHeader header, byte[] datagram) throws ProtocolFault {
        if (header.initiatorSpi() != initiatorSpi
                || !header.isResponse()
                || header.fromInitiator()
                || header.exchangeType() != Ikev2.IKE_SA_INIT
                || header.messageId() != 0) {
            throw new Unexpected("not an answer to our IKE_SA_INIT");
        }
        IkeMessage response = IkeMessage.decode(datagram);
        Optional<Payload.Notify> wantsCookie = response.notification(Ikev2.COOKIE);
        if (wantsCookie.isPresent()) {
            Octets data = wantsCookie.get().data();
            if (data.length() < 1 || data.length() > MAX_COOKIE_BYTES) {
                throw new MalformedMessage("a cookie of " + data.length() + " octets");
            }
            cookie = Optional.of(data);
            return changed();
        }
        Optional<Payload.Notify> wantsMethod = response.notification(Ikev2.INVALID_KE_PAYLOAD);
        if (wantsMethod.isPresent()) {
            KeyExchangeMethod method = method(wantsMethod.get());
            tried.add(method);
            exchange = KeyExchange.generate(method, random);
            return changed();
        }
        for (Payload.Notify notify : response.all(Payload.Notify.class)) {
            if (notify.isError()) {
                Refused refused =
                        new Refused(notify.notifyType(), "IKE_SA_INIT answered with error " + notify.notifyType());
                complaint = Optional.of(refused);
                throw refused;
            }
        }
        return Optional.of(begin(header, response, datagram));
    }

    private MemberIkeSa begin(IkeHeader header, IkeMessage response, byte[] datagram) throws ProtocolFault {
        IkeSuite suite = IkeSuite.accept(
                        response.only(Payload.SecurityAssociation.class).proposals(), algorithms)
                .filter(chosen -> chosen.keyExchange() == exchange.method())
                .orElseThrow(() -> new MalformedMessage("SAr1 is no choice out of SAi1"));
        Payload.KeyExchange theirs = response.only(Payload.KeyExchange.class);
        Octets theirNonce = response.only(Payload.Nonce.class).data();
        if (header.responderSpi() == 0 || theirs.method() != suite.keyExchange().transformId()) {
            throw new MalformedMessage("no responder SPI, or a KE payload of another method");
        }
        if (theirNonce.length()
                        < Math.max(InitResponder.MIN_NONCE_BYTES, suite.prf().keyBytes() / 2)
                || theirNonce.length() > InitResponder.MAX_NONCE_BYTES) {
            throw new MalformedMessage("a nonce of " + theirNonce.length() + " octets");
        }
        Secret shared = exchange.agree(theirs.data().toArray());
        IkeKeys keys = IkeKeys.derive(suite, shared, nonce, theirNonce.toArray(), initiatorSpi, header.responderSpi());
        shared.destroy();
        keyLog.ikeSa(initiatorSpi, header.responderSpi(), keys.initiator(), keys.responder());
        return new MemberIkeSa(
                new ProtectedChannel(initiatorSpi, header.responderSpi(), true, keys),
                suite,
                new MemberIkeSa.Init(request, datagram, nonce, theirNonce.toArray()),
                Authenticator.hashes(response.payloads()),
                VendorId.isAmong(response.payloads()));
    }

    private KeyExchangeMethod method(Payload.Notify notify) throws ProtocolFault {
        byte[] data = notify.data().toArray();
        int id = data.length == 2 ? ((data[0] & 0xff) << 8) | (data[1] & 0xff) : -1;
        return KeyExchangeMethod.ofTransformId(id)
                .filter(method -> algorithms.keyExchanges().contains(method) && !tried.contains(method))
                .orElseThrow(
                        () -> new MalformedMessage("INVALID_KE_PAYLOAD for a method not offered, or tried before"));
    }

    private Optional<MemberIkeSa> changed() throws Unexpected {
        if (++changes > MAX_CHANGES) {
            throw new Unexpected("IKE_SA_INIT was sent back " + changes + " times");
        }
        request = encode();
        return Optional.empty();
    }

    private byte[] encode() {
        List<Payload> payloads = new ArrayList<>();
        // First, and everything else unchanged (RFC 7296 §2.6).
        cookie.ifPresent(octets -> payloads.add(new Payload.Notify(Ikev2.COOKIE, octets)));
        payloads.add(new Payload.SecurityAssociation(List.of(IkeSuite.offer(algorithms))));
        payloads.add(new Payload.KeyExchange(exchange.method().transformId(), Octets.of(exchange.publicValue())));
        payloads.add(new Payload.Nonce(Octets.of(nonce)));
        path.ifPresent(known -> payloads.addAll(NatDetection.payloads(known, initiatorSpi, 0)));
        payloads.add(Authenticator.hashes());
        payloads.add(VendorId.PAYLOAD);
        return new IkeMessage(new IkeHeader(initiatorSpi, 0, Ikev2.IKE_SA_INIT, IkeHeader.INITIATOR, 0), payloads)
                .encode();
    }
}
