package io.opengcks.gcks.config;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.Identity;
import io.opengcks.protocols.ikev2.PresharedKeys;
import io.opengcks.protocols.settings.PresharedKeySettings;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.opengcks.protocols.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pre-shared keys in a file of their own, looked at again when the file has changed, so that a peer can be added while the
 * server runs. A changed file that is wrong is reported and the keys before it stay.
 */
final class PresharedKeyFile implements PresharedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(PresharedKeyFile.class);
    /** How often the file is looked at, at most. */
    private static final long LOOK_AGAIN_NS = 1_000_000_000L;

    private final Path file;
    private PresharedKeySettings keys;
    private FileTime modified;
    private long lookedNs = System.nanoTime();

    private PresharedKeyFile(Path file, PresharedKeySettings keys, FileTime modified) {
        this.file = file;
        this.keys = keys;
        this.modified = modified;
    }

    static PresharedKeyFile open(Path file) throws SettingsException {
        FileTime modified = modified(file);
        return new PresharedKeyFile(file, read(file), modified);
    }

    @Override
    public synchronized Optional<Secret> find(Identity peer) {
        long now = System.nanoTime();
        if (now - lookedNs >= LOOK_AGAIN_NS) {
            lookedNs = now;
            look();
        }
        return keys.find(peer);
    }

    synchronized void look() {
        FileTime now = modified(file);
        if (now.equals(modified)) {
            return;
        }
        modified = now;
        try {
            keys = read(file);
            LOG.info("preshared keys read again file={} keys={}", file, keys.size());
        } catch (SettingsException wrong) {
            LOG.error("preshared keys not read again, those before stay: {}", wrong.getMessage());
        }
    }

    private static PresharedKeySettings read(Path file) throws SettingsException {
        Section root = Settings.read(file);
        PresharedKeySettings keys = PresharedKeySettings.read(root);
        root.end();
        return keys;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0); // that it is gone is said when it is read
        }
    }
}
