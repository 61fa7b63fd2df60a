package io.opengcks.gcks.group;

import io.opengcks.gcks.store.Journal;
import io.opengcks.gcks.store.StoreException;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Octets;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Events, snapshots and outgoing messages as CBOR (RFC 8949). The octets hold keys in the clear: the journal encrypts them.
 *
 * <p>A form, once journals hold it, is never changed: what looks different gets a new record and a new kind, and the old one stays
 * readable.
 */
final class EventCodec {
    private static final String SNAPSHOT = "group.1";

    /** Kinds by class. The names are in journals for good. */
    private static final Map<Class<? extends Event>, String> KINDS = Map.ofEntries(
            Map.entry(Event.GroupCreated.class, "group-created.1"),
            Map.entry(Event.SigningKeyCreated.class, "signing-key-created.1"),
            Map.entry(Event.PolicyChanged.class, "policy-changed.1"),
            Map.entry(Event.MemberAdmitted.class, "member-admitted.1"),
            Map.entry(Event.SenderIdsAllocated.class, "sender-ids-allocated.1"),
            Map.entry(Event.MemberLeft.class, "member-left.1"),
            Map.entry(Event.MemberEvicted.class, "member-evicted.1"),
            Map.entry(Event.MemberBarred.class, "member-barred.1"),
            Map.entry(Event.MemberReadmitted.class, "member-readmitted.1"),
            Map.entry(Event.TreeChanged.class, "tree-changed.1"),
            Map.entry(Event.RekeySaCreated.class, "rekey-sa-created.1"),
            Map.entry(Event.DataSaCreated.class, "data-sa-created.1"),
            Map.entry(Event.DataSaRetired.class, "data-sa-retired.1"),
            Map.entry(Event.RekeyMessageNumbered.class, "rekey-message-numbered.1"),
            Map.entry(Event.GroupReset.class, "group-reset.1"),
            Map.entry(Event.GroupDeleted.class, "group-deleted.1"));

    private static final Map<String, Class<? extends Event>> CLASSES =
            KINDS.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final ObjectMapper CBOR = CBORMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(new SimpleModule("opengcks")
                    .addSerializer(Secret.class, writer(Secret::copy, true))
                    .addDeserializer(Secret.class, reader(Secret::adopt))
                    .addSerializer(Octets.class, writer(Octets::toArray, false))
                    .addDeserializer(Octets.class, reader(Octets::of))
                    .addSerializer(InetAddress.class, writer(InetAddress::getAddress, false))
                    .addDeserializer(InetAddress.class, reader(EventCodec::address)))
            .build();

    private EventCodec() {}

    static Journal.Entry encode(Event event) {
        return new Journal.Entry(kind(event), CBOR.writeValueAsBytes(event));
    }

    static String kind(Event event) {
        String kind = KINDS.get(event.getClass());
        if (kind == null) {
            throw new IllegalStateException("no kind for " + event.getClass().getSimpleName());
        }
        return kind;
    }

    /**
     * The event of a row.
     *
     * @throws StoreException if this version does not know the kind, or the octets are not one of it
     */
    static Event decode(Journal.Entry entry) throws StoreException {
        Class<? extends Event> form = CLASSES.get(entry.kind());
        if (form == null) {
            throw new StoreException("the journal holds events of a newer version: " + entry.kind());
        }
        return read(form, entry.kind(), entry.payload());
    }

    static Journal.Snapshot encode(GroupSnapshot snapshot, long sequence) {
        return new Journal.Snapshot(sequence, SNAPSHOT, CBOR.writeValueAsBytes(snapshot));
    }

    static GroupSnapshot decode(Journal.Snapshot snapshot) throws StoreException {
        if (!snapshot.kind().equals(SNAPSHOT)) {
            throw new StoreException("the journal holds a snapshot of a newer version: " + snapshot.kind());
        }
        return read(GroupSnapshot.class, snapshot.kind(), snapshot.payload());
    }

    static byte[] encode(StoredMessage message) {
        return CBOR.writeValueAsBytes(message);
    }

    static StoredMessage decode(Journal.OutboxRow row) throws StoreException {
        return read(StoredMessage.class, "message " + row.id(), row.payload());
    }

    private static <T> T read(Class<T> form, String what, byte[] octets) throws StoreException {
        try {
            return CBOR.readValue(octets, form);
        } catch (JacksonException e) {
            // Not as cause: its text may quote octets of the row.
            throw new StoreException(
                    "not a " + what + " of this version: " + e.getClass().getSimpleName());
        }
    }

    private static <T> ValueSerializer<T> writer(Function<T, byte[]> octets, boolean secret) {
        return new ValueSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                byte[] copy = octets.apply(value);
                out.writeBinary(copy);
                if (secret) {
                    Arrays.fill(copy, (byte) 0);
                }
            }
        };
    }

    private static <T> ValueDeserializer<T> reader(Function<byte[], T> value) {
        return new ValueDeserializer<>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return value.apply(in.getBinaryValue());
            }
        };
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 octets", e);
        }
    }
}
