package io.opengcks.protocols.settings;

import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.KeyLog;
import io.opengcks.protocols.gsa.RekeySa;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes every key into a folder, in the tables that Wireshark reads there: {@value #IKE_TABLE} and {@value #ESP_TABLE}. With
 * {@code WIRESHARK_CONFIG_DIR} set to the folder, or the two files copied into a profile, it decrypts what it captured.
 *
 * <p>Whoever reads these files reads the traffic of the group. May be called by several threads and processes.
 */
public final class WiresharkKeyLog implements KeyLog {
    static final String IKE_TABLE = "ikev2_decryption_table";
    static final String ESP_TABLE = "esp_sa";
    private static final int SALT_BYTES = 4;
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final Consumer<IOException> failed;

    private WiresharkKeyLog(Path folder, Consumer<IOException> failed) {
        this.folder = folder;
        this.failed = failed;
    }

    /**
     * Makes the folder and the files, readable for their owner only, where they are not there yet; what is in the files stays.
     *
     * @param failed told where a key could not be written; the server or member goes on
     * @throws IOException if that cannot be done, or if others could read the folder
     */
    public static WiresharkKeyLog in(Path folder, Consumer<IOException> failed) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, owner(posix, OWNER_FOLDER));
        }
        if (posix && !OWNER_FOLDER.containsAll(Files.getPosixFilePermissions(folder))) {
            throw new FileSystemException(folder.toString(), null, "others have access to the folder of the key log");
        }
        for (String table : new String[] {IKE_TABLE, ESP_TABLE}) {
            if (!Files.exists(folder.resolve(table))) {
                Files.createFile(folder.resolve(table), owner(posix, OWNER_FILE));
            }
        }
        return new WiresharkKeyLog(folder, failed);
    }

    private static FileAttribute<?>[] owner(boolean posix, Set<PosixFilePermission> permissions) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    @Override
    public void ikeSa(long initiatorSpi, long responderSpi, Secret initiatorKey, Secret responderKey) {
        ike(initiatorSpi, responderSpi, initiatorKey.length() - SALT_BYTES, hex(initiatorKey), hex(responderKey));
    }

    /** Rekey messages are IKE messages of an SA with one key for both directions. */
    @Override
    public void rekeySa(RekeySa sa) {
        int keyBytes = sa.encryptionBits() / 8;
        Secret encryption = sa.keymat().slice(0, keyBytes + SALT_BYTES);
        String key = hex(encryption);
        encryption.destroy();
        ike(sa.spi().initiatorHalf(), sa.spi().responderHalf(), keyBytes, key, key);
    }

    private void ike(long initiatorSpi, long responderSpi, int keyBytes, String initiatorKey, String responderKey) {
        HexFormat hex = HexFormat.of();
        append(
                IKE_TABLE,
                "%s,%s,%s,%s,\"AES-GCM-%d with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\"\n"
                        .formatted(
                                hex.toHexDigits(initiatorSpi),
                                hex.toHexDigits(responderSpi),
                                initiatorKey,
                                responderKey,
                                keyBytes * 8));
    }

    @Override
    public void dataSa(DataSecuritySa sa) {
        if (sa.suite() == EspSuite.CHACHA20_POLY1305) {
            // Wireshark has no name for it, and one line it cannot read makes it drop the table.
            append(ESP_TABLE, "# SPI 0x%08x is CHACHA20_POLY1305\n".formatted(sa.spi()));
            return;
        }
        String family = sa.destination().start() instanceof Inet4Address ? "IPv4" : "IPv6";
        append(
                ESP_TABLE,
                "\"%s\",\"*\",\"*\",\"0x%08x\",\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x%s\",\"NULL\",\"\"\n"
                        .formatted(family, sa.spi(), hex(sa.keymat())));
    }

    /** One write of one line, so that lines of several writers do not mix. */
    private void append(String table, String line) {
        try {
            Files.write(
                    folder.resolve(table),
                    line.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            failed.accept(e);
        }
    }

    private static String hex(Secret secret) {
        byte[] octets = secret.copy();
        try {
            return HexFormat.of().formatHex(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
