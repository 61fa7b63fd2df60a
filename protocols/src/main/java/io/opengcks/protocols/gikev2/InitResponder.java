package io.opengcks.protocols.gikev2;

import io.opengcks.protocols.crypto.KeyExchange;
import io.opengcks.protocols.crypto.Providers;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gikev2.ServerIkeSa.Phase;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.Octets;
import io.opengcks.protocols.ikev2.Authenticator;
import io.opengcks.protocols.ikev2.Cookies;
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
import io.opengcks.protocols.ikev2.ProtocolFault.Unsupported;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** IKE_SA_INIT as responder (RFC 7296 §1.2, §2.6, §2.7; RFC 9838 §2.3). Keeps nothing but the secrets of its cookies. */
final class InitResponder {
    private static final int NONCE_BYTES = 32;
    static final int MIN_NONCE_BYTES = 16;
    static final int MAX_NONCE_BYTES = 256;

    /** What became of a request. */
    sealed interface Outcome {
        /** Send this; nothing is kept. */
        record Answered(byte[] datagram) implements Outcome {}

        /** As {@link Answered}, because the request was refused. */
        record Declined(byte[] datagram, ProtocolFault fault) implements Outcome {}

        /** An IKE SA began; its phase holds the response to send. */
        record Begun(ServerIkeSa sa, byte[] response) implements Outcome {}
    }

    private final KeyServer.Settings settings;
    private final Authenticator authenticator;
    private final SecureRandom random;
    private final KeyLog keyLog;
    private final Cookies cookies;

    InitResponder(KeyServer.Settings settings, Authenticator authenticator, SecureRandom random, KeyLog keyLog) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.random = random;
        this.keyLog = keyLog;
        this.cookies = new Cookies(random);
    }

    /** A retransmission is the same octets from the same place (RFC 7296 §2.1): the SPI alone does not tell. */
    static Octets key(Path path, byte[] datagram) {
        try {
            MessageDigest hash = Providers.digest("SHA-256");
            hash.update(path.remote().getAddress().getAddress());
            hash.update(ByteBuffer.allocate(4).putInt(path.remote().getPort()).array());
            return Octets.of(hash.digest(datagram));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no SHA-256", e);
        }
    }

    /**
     * Answers a request that is no retransmission.
     *
     * @param underLoad a cookie is demanded
     * @param taken     responder SPIs in use
     * @throws ProtocolFault if the request is dropped without an answer
     */
    Outcome answer(Path path, byte[] datagram, boolean underLoad, LongPredicate taken, long nowNs)
            throws ProtocolFault {
        IkeHeader header = IkeHeader.decode(datagram);
        if (header.responderSpi() != 0 || header.messageId() != 0 || header.initiatorSpi() == 0) {
            throw new Unexpected("IKE_SA_INIT that begins no IKE SA");
        }
        IkeMessage request;
        try {
            request = IkeMessage.decode(datagram);
        } catch (Unsupported e) {
            return new Outcome.Declined(clear(header, List.of(new Payload.Notify(e.notifyType(), e.notifyData()))), e);
        }
        Octets nonce = request.only(Payload.Nonce.class).data();
        if (underLoad && !hasCookie(path, header, request, nonce, nowNs)) {
            Octets cookie = cookies.make(path.remote(), header.initiatorSpi(), nonce, nowNs);
            return new Outcome.Answered(clear(header, List.of(new Payload.Notify(Ikev2.COOKIE, cookie))));
        }
        var choice = IkeSuite.choose(
                request.only(Payload.SecurityAssociation.class).proposals(),
                IkeAlgorithms.of(settings.keyExchanges(), settings.keyWraps()));
        if (choice.isEmpty()) {
            return declined(header, Ikev2.NO_PROPOSAL_CHOSEN, new byte[0], "no proposal of the IKE SA is one of ours");
        }
        IkeSuite suite = choice.get().suite();
        if (nonce.length() < Math.max(MIN_NONCE_BYTES, suite.prf().keyBytes() / 2)
                || nonce.length() > MAX_NONCE_BYTES) {
            throw new MalformedMessage("a nonce of " + nonce.length() + " octets"); // RFC 7296 §2.10
        }
        Payload.KeyExchange theirs = request.only(Payload.KeyExchange.class);
        int method = suite.keyExchange().transformId();
        if (theirs.method() != method) {
            byte[] wanted = {(byte) (method >>> 8), (byte) method};
            return declined(
                    header,
                    Ikev2.INVALID_KE_PAYLOAD,
                    wanted,
                    "key exchange " + theirs.method() + " where " + suite.keyExchange() + " is preferred");
        }
        return begin(path, datagram, header, request, nonce, choice.get(), taken);
    }

    private Outcome begin(
            Path path,
            byte[] datagram,
            IkeHeader header,
            IkeMessage request,
            Octets nonce,
            IkeSuite.Chosen chosen,
            LongPredicate taken)
            throws ProtocolFault {
        IkeSuite suite = chosen.suite();
        KeyExchange exchange = KeyExchange.generate(suite.keyExchange(), random);
        Secret shared =
                exchange.agree(request.only(Payload.KeyExchange.class).data().toArray());
        long responderSpi;
        do {
            responderSpi = random.nextLong();
        } while (responderSpi == 0 || taken.test(responderSpi));
        byte[] ours = new byte[NONCE_BYTES];
        random.nextBytes(ours);
        IkeKeys keys = IkeKeys.derive(suite, shared, nonce.toArray(), ours, header.initiatorSpi(), responderSpi);
        shared.destroy();
        keyLog.ikeSa(header.initiatorSpi(), responderSpi, keys.initiator(), keys.responder());

        List<Payload> payloads = new ArrayList<>();
        payloads.add(new Payload.SecurityAssociation(List.of(suite.proposal(chosen.proposal()))));
        payloads.add(new Payload.KeyExchange(suite.keyExchange().transformId(), Octets.of(exchange.publicValue())));
        payloads.add(new Payload.Nonce(Octets.of(ours)));
        authenticator.certificateRequest().ifPresent(payloads::add);
        payloads.addAll(NatDetection.payloads(path, header.initiatorSpi(), responderSpi));
        payloads.add(Authenticator.hashes());
        payloads.add(VendorId.PAYLOAD);
        byte[] response = new IkeMessage(
                        new IkeHeader(header.initiatorSpi(), responderSpi, Ikev2.IKE_SA_INIT, IkeHeader.RESPONSE, 0),
                        payloads)
                .encode();
        var phase = new Phase.HalfOpen(datagram, response, nonce.toArray(), ours);
        var sa = new ServerIkeSa(
                new ProtectedChannel(header.initiatorSpi(), responderSpi, false, keys),
                suite,
                key(path, datagram),
                Authenticator.hashes(request.payloads()),
                VendorId.isAmong(request.payloads()),
                phase,
                path);
        return new Outcome.Begun(sa, response);
    }

    private boolean hasCookie(Path path, IkeHeader header, IkeMessage request, Octets nonce, long nowNs) {
        return request.notification(Ikev2.COOKIE)
                .filter(cookie -> cookies.accepts(cookie.data(), path.remote(), header.initiatorSpi(), nonce, nowNs))
                .isPresent();
    }

    private static Outcome declined(IkeHeader request, int notifyType, byte[] data, String why) {
        return new Outcome.Declined(
                clear(request, List.of(new Payload.Notify(notifyType, Octets.of(data)))), new Refused(notifyType, why));
    }

    /** An answer outside any IKE SA: the responder SPI stays 0 (RFC 7296 §2.6). */
    private static byte[] clear(IkeHeader request, List<Payload> payloads) {
        return new IkeMessage(
                        new IkeHeader(request.initiatorSpi(), 0, Ikev2.IKE_SA_INIT, IkeHeader.RESPONSE, 0), payloads)
                .encode();
    }
}
