package io.opengcks.gcks.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opengcks.gcks.group.AuditListener;
import io.opengcks.protocols.gsa.Identity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path folder;

    private static AuditListener.Entry entry(long sequence) {
        return new AuditListener.Entry(
                Instant.EPOCH,
                Identity.parse("key-id:tv"),
                sequence,
                AuditListener.What.MEMBER_ADMITTED,
                Optional.of(Identity.parse("fqdn:rx")),
                List.of(0x1234L),
                Optional.of("ab"),
                List.of(-1),
                List.of(5L),
                "two\nlines");
    }

    @Test
    void anEntryIsOneLineWithWhatWasHandedOut() throws Exception {
        Path file = folder.resolve("new/audit.jsonl");
        try (AuditLog log = AuditLog.open(file, new SimpleMeterRegistry())) {
            log.record(entry(7));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1);
        assertThat(new JsonObject(lines.getFirst()))
                .isEqualTo(new JsonObject()
                        .put("at", "1970-01-01T00:00:00Z")
                        .put("group", "key-id:tv")
                        .put("sequence", 7)
                        .put("event", "member-admitted")
                        .put("member", "fqdn:rx")
                        .put("dataSpis", new JsonArray().add("0x00001234"))
                        .put("rekeySpi", "ab")
                        .put("treeKeyIds", new JsonArray().add(0xFFFF_FFFFL))
                        .put("senderIds", new JsonArray().add(5))
                        .put("detail", "two\nlines"));
    }

    @Test
    void whatWasWrittenBeforeStaysAndTheOrderIsKept() throws Exception {
        Path file = folder.resolve("audit.jsonl");
        var meters = new SimpleMeterRegistry();
        for (int run = 0; run < 2; run++) {
            int first = run * 5000;
            try (AuditLog log = AuditLog.open(file, new SimpleMeterRegistry())) {
                IntStream.range(first, first + 5000).forEach(sequence -> log.record(entry(sequence)));
                log.admin(Instant.EPOCH, "evict", "tv", "127.0.0.1", "ok");
            }
        }
        assertThat(meters.getMeters()).isEmpty();
        List<Integer> sequences = Files.readAllLines(file).stream()
                .map(JsonObject::new)
                .filter(json -> json.containsKey("sequence"))
                .map(json -> json.getInteger("sequence"))
                .toList();
        assertThat(sequences).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }
}
