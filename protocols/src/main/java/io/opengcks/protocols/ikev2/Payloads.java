package io.opengcks.protocols.ikev2;

import io.opengcks.protocols.ikev2.ProtocolFault.MalformedMessage;
import java.util.List;
import java.util.Optional;

/** Finds payloads by kind: their order in a message means nothing (RFC 9838 shows one, prescribes none). */
public final class Payloads {
    private Payloads() {}

    /** All payloads of a kind, in order. */
    public static <P extends Payload> List<P> all(List<Payload> payloads, Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * The payload of a kind, where there is one.
     *
     * @throws MalformedMessage if there is more than one
     */
    public static <P extends Payload> Optional<P> atMostOne(List<Payload> payloads, Class<P> kind)
            throws MalformedMessage {
        List<P> found = all(payloads, kind);
        if (found.size() > 1) {
            throw new MalformedMessage(found.size() + " " + kind.getSimpleName() + " payloads");
        }
        return found.stream().findFirst();
    }

    /**
     * The one payload of a kind.
     *
     * @throws MalformedMessage if there is none or more than one
     */
    public static <P extends Payload> P only(List<Payload> payloads, Class<P> kind) throws MalformedMessage {
        return atMostOne(payloads, kind)
                .orElseThrow(() -> new MalformedMessage("no " + kind.getSimpleName() + " payload"));
    }

    /** The IDi, IDr or IDg payload, where there is one. */
    public static Optional<Payload.Identification> identification(
            List<Payload> payloads, Payload.Identification.Role role) throws MalformedMessage {
        List<Payload.Identification> found = all(payloads, Payload.Identification.class).stream()
                .filter(id -> id.role() == role)
                .toList();
        if (found.size() > 1) {
            throw new MalformedMessage(found.size() + " ID payloads of the " + role);
        }
        return found.stream().findFirst();
    }

    /** The first notification of a type. */
    public static Optional<Payload.Notify> notification(List<Payload> payloads, int notifyType) {
        return all(payloads, Payload.Notify.class).stream()
                .filter(notify -> notify.notifyType() == notifyType)
                .findFirst();
    }
}
