package io.opengcks.gcks.group;

import static io.opengcks.gcks.group.Fixtures.GROUP;
import static io.opengcks.gcks.group.Harness.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.opengcks.gcks.store.Journal;
import io.opengcks.keytree.PathKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No key of a group is to be found in the files of the journal. */
class AtRestTest {
    @TempDir
    Path directory;

    @Test
    void noKeyIsInTheFiles() throws Exception {
        Path file = directory.resolve("journal.db");
        var often = new GroupsSettings.Limits(10, 100, 10, 5);
        List<byte[]> keys = new ArrayList<>();
        try (Harness h = new Harness(Harness.journal(file), false, often)) {
            get(h.groups.create(GROUP, Fixtures.policy().build()));
            for (int i = 0; i < 9; i++) {
                h.admitted(Fixtures.receiver(i), false);
            }
            get(h.groups.evict(GROUP, Fixtures.receiver(2)));
            byte[] octets = files();
            try (Journal journal = Harness.journal(file)) {
                for (var row : journal.read(GROUP.text(), 0, 1000)) {
                    collect(EventCodec.decode(row.entry()), keys);
                }
                GroupState state = GroupLoader.load(journal, GROUP);
                for (Member member : state.members()) {
                    state.tree().path(member.number()).stream()
                            .map(PathKey::secret)
                            .forEach(keys::add);
                }
            }
            assertThat(keys).hasSizeGreaterThan(20);
            assertThat(indexOf(octets, GROUP.text().getBytes(StandardCharsets.UTF_8)))
                    .as("the search finds what is there")
                    .isNotNegative();
            for (byte[] key : keys) {
                for (int at = 0; at + 12 <= key.length; at += 12) {
                    assertThat(indexOf(octets, Arrays.copyOfRange(key, at, at + 12)))
                            .isNegative();
                }
            }
        }
    }

    private static void collect(Event event, List<byte[]> keys) {
        switch (event) {
            // The head of a PKCS#8 key is the same for all: its last octets are the key.
            case Event.SigningKeyCreated key -> keys.add(tail(key.pkcs8().copy(), 32));
            case Event.RekeySaCreated created -> keys.add(created.sa().keymat().copy());
            case Event.DataSaCreated created -> keys.add(created.sa().keymat().copy());
            case Event.TreeChanged changed -> keys.add(tail(changed.delta().copy(), 32));
            default -> {}
        }
    }

    private static byte[] tail(byte[] octets, int length) {
        return Arrays.copyOfRange(octets, octets.length - length, octets.length);
    }

    private byte[] files() throws Exception {
        var all = new ByteArrayOutputStream();
        try (var paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                all.write(Files.readAllBytes(path));
            }
        }
        return all.toByteArray();
    }

    private static int indexOf(byte[] octets, byte[] wanted) {
        for (int at = 0; at + wanted.length <= octets.length; at++) {
            if (octets[at] == wanted[0] && Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
