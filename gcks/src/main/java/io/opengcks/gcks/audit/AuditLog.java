package io.opengcks.gcks.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opengcks.gcks.group.AuditListener;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends entries from any thread; one thread writes them, and syncs after each burst. An entry that cannot be kept (the disk is
 * slower than {@value #QUEUE} entries, or full) is counted and said in the log: the journal still has the event.
 */
public final class AuditLog implements AuditListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int QUEUE = 65_536;
    private static final int BURST = 1024;
    private static final String END = "";

    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
    private final FileChannel file;
    private final Counter written;
    private final Counter lost;
    private final Thread writer;

    private AuditLog(FileChannel file, MeterRegistry meters) {
        this.file = file;
        written = entries(meters, "written");
        lost = entries(meters, "lost");
        writer = Thread.ofPlatform().name("gcks-audit").daemon().unstarted(this::write);
    }

    private static Counter entries(MeterRegistry meters, String outcome) {
        return Counter.builder("opengcks.audit.entries")
                .description("Entries of the audit log")
                .tag("outcome", outcome)
                .register(meters);
    }

    /**
     * Opens the file at its end, makes it where there is none (readable for its owner only).
     *
     * @throws IOException if it cannot be opened
     */
    public static AuditLog open(Path path, MeterRegistry meters) throws IOException {
        FileAttribute<?>[] owner =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        var log = new AuditLog(FileChannel.open(path, options, owner), meters);
        log.writer.start();
        return log;
    }

    @Override
    public void record(Entry entry) {
        var json = new JsonObject()
                .put("at", entry.at().toString())
                .put("group", entry.group().toString())
                .put("sequence", entry.sequence())
                .put("event", name(entry.event()));
        entry.member().ifPresent(member -> json.put("member", member.toString()));
        if (!entry.dataSpis().isEmpty()) {
            var spis = new JsonArray();
            entry.dataSpis().forEach(spi -> spis.add("0x" + HexFormat.of().toHexDigits(spi, 8)));
            json.put("dataSpis", spis);
        }
        entry.rekeySpi().ifPresent(spi -> json.put("rekeySpi", spi));
        if (!entry.treeKeys().isEmpty()) {
            var keys = new JsonArray();
            entry.treeKeys().forEach(id -> keys.add(Integer.toUnsignedLong(id)));
            json.put("treeKeyIds", keys);
        }
        if (!entry.senderIds().isEmpty()) {
            json.put("senderIds", new JsonArray(List.copyOf(entry.senderIds())));
        }
        if (!entry.detail().isEmpty()) {
            json.put("detail", entry.detail());
        }
        append(json);
    }

    /**
     * What an operator did.
     *
     * @param action  for instance {@code evict}
     * @param target  group or group and member
     * @param remote  from where
     * @param outcome {@code ok} or why not
     */
    public void admin(Instant at, String action, String target, String remote, String outcome) {
        append(new JsonObject()
                .put("at", at.toString())
                .put("event", "admin")
                .put("action", action)
                .put("target", target)
                .put("remote", remote)
                .put("outcome", outcome));
    }

    private void append(JsonObject entry) {
        if (!queue.offer(entry.encode())) {
            lost.increment();
            LOG.error("audit entry lost, the disk is too slow: {}", entry.encode());
        }
    }

    private void write() {
        List<String> burst = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            try {
                burst.add(queue.take());
            } catch (InterruptedException _) {
                return; // nobody interrupts this thread but a JVM that ends
            }
            queue.drainTo(burst, BURST);
            ended = burst.removeIf(String::isEmpty);
            write(burst);
            burst.clear();
        }
    }

    private void write(List<String> burst) {
        if (burst.isEmpty()) {
            return;
        }
        ByteBuffer lines = StandardCharsets.UTF_8.encode(String.join("\n", burst) + "\n");
        try {
            while (lines.hasRemaining()) {
                file.write(lines);
            }
            file.force(false);
            written.increment(burst.size());
        } catch (IOException e) {
            lost.increment(burst.size());
            LOG.error("audit entries lost entries={} why={}", burst.size(), e.getMessage());
        }
    }

    private static String name(What event) {
        return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Writes what was recorded before, then closes the file. */
    @Override
    public void close() {
        try {
            queue.put(END);
            writer.join();
            file.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("audit log not closed: {}", e.getMessage());
        }
    }
}
