package io.opengcks.protocols.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import io.opengcks.protocols.crypto.Secret;
import io.opengcks.protocols.gsa.DataSecuritySa;
import io.opengcks.protocols.gsa.EspSuite;
import io.opengcks.protocols.gsa.RekeySa;
import io.opengcks.protocols.gsa.RekeySpi;
import io.opengcks.protocols.gsa.TrafficSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge is tshark: it decrypts messages that the JDK's cipher sealed, with the key log as its configuration folder. */
class WiresharkKeyLogTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.1.2.3");
    private static final long SPI_I = 0x0102030405060708L;
    private static final long SPI_R = 0x1112131415161718L;

    @TempDir
    Path folder;

    private static WiresharkKeyLog log(Path folder) throws IOException {
        return WiresharkKeyLog.in(folder, e -> {
            throw new AssertionError(e);
        });
    }

    @Test
    void nobodyElseMayReadIt() throws Exception {
        Path inside = folder.resolve("keys");
        log(inside);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inside)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(inside)) {
            assertThat(files.toList())
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> log(inside)).isInstanceOf(FileSystemException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void tsharkOpensAnIkeMessageOfEitherSide(int keyBytes) throws Exception {
        byte[] initiator = key(keyBytes, 1);
        byte[] responder = key(keyBytes, 2);
        Path keys = folder.resolve("keys");
        log(keys).ikeSa(SPI_I, SPI_R, Secret.copyOf(initiator), Secret.copyOf(responder));
        String said = tshark(keys, udp(848, ikeMessage(initiator, 0x08)), udp(848, ikeMessage(responder, 0x20)));
        assertThat(said.split("\\[correct\\]", -1)).as(said).hasSize(3);
    }

    @Test
    void tsharkOpensARekeyMessage() throws Exception {
        byte[] keymat = key(32 + 32, 3);
        var sa = new RekeySa(
                new RekeySpi(SPI_I, SPI_R),
                TrafficSelector.anyUdp(GROUP),
                TrafficSelector.udp(GROUP, 848),
                256,
                KeyWrapAlgorithm.KW_5649_256,
                Optional.empty(),
                60,
                0,
                Secret.copyOf(keymat));
        Path keys = folder.resolve("keys");
        log(keys).rekeySa(sa);
        String said = tshark(keys, udp(848, ikeMessage(Arrays.copyOf(keymat, 36), 0x08)));
        assertThat(said).contains("INITIAL_CONTACT");
    }

    @Test
    void tsharkOpensEspOfTheSuitesItKnowsAndTheOtherDoesNotDisturb() throws Exception {
        Path keys = folder.resolve("keys");
        WiresharkKeyLog log = log(keys);
        byte[] keymat = key(32, 4);
        log.dataSa(sa(0x1234, EspSuite.CHACHA20_POLY1305, key(32, 5)));
        log.dataSa(sa(0xfedcba98L, EspSuite.AES_256_GCM_16, keymat));
        String said = tshark(keys, udp(4500, esp(0xfedcba98L, keymat)));
        assertThat(said).contains("Data: 636c6561722074657874206f66").contains("Bad: False");
    }

    private static DataSecuritySa sa(long spi, EspSuite suite, byte[] keymat) {
        return new DataSecuritySa(
                spi,
                TrafficSelector.anyUdp(GROUP),
                TrafficSelector.udp(GROUP, 5000),
                suite,
                DataSecuritySa.Mode.TRANSPORT,
                true,
                OptionalInt.of(4500),
                64,
                60,
                Secret.copyOf(keymat));
    }

    private static byte[] key(int bytes, int seed) {
        byte[] key = new byte[bytes + 4];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (31 * i + seed);
        }
        return key;
    }

    /** INFORMATIONAL with one Notify INITIAL_CONTACT in its SK payload (RFC 7296 §3.14, RFC 5282). */
    private static byte[] ikeMessage(byte[] keyAndSalt, int flags) throws GeneralSecurityException {
        byte[] inner = {0, 0, 0, 8, 0, 0, 0x40, 0, 0}; // the payload and a pad length of 0
        int length = 28 + 4 + 8 + inner.length + 16;
        ByteBuffer message = ByteBuffer.allocate(length);
        message.putLong(SPI_I).putLong(SPI_R);
        message.put((byte) 46)
                .put((byte) 0x20)
                .put((byte) 37)
                .put((byte) flags)
                .putInt(0)
                .putInt(length);
        message.put((byte) 41).put((byte) 0).putShort((short) (length - 28));
        byte[] aad = Arrays.copyOf(message.array(), 32);
        message.putLong(7);
        return message.put(seal(keyAndSalt, 7, aad, inner)).array();
    }

    private static byte[] esp(long spi, byte[] keymat) throws GeneralSecurityException {
        byte[] text = "clear text of the group.".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer inner = ByteBuffer.allocate(8 + text.length + 4);
        inner.putShort((short) 5000)
                .putShort((short) 5000)
                .putShort((short) (8 + text.length))
                .putShort((short) 0);
        inner.put(text).put((byte) 1).put((byte) 2).put((byte) 2).put((byte) 17);
        byte[] aad = ByteBuffer.allocate(8).putInt((int) spi).putInt(1).array();
        byte[] sealed = seal(keymat, 9, aad, inner.array());
        return ByteBuffer.allocate(16 + sealed.length)
                .put(aad)
                .putLong(9)
                .put(sealed)
                .array();
    }

    private static byte[] seal(byte[] keyAndSalt, long iv, byte[] aad, byte[] plain) throws GeneralSecurityException {
        int keyBytes = keyAndSalt.length - 4;
        byte[] nonce =
                ByteBuffer.allocate(12).put(keyAndSalt, keyBytes, 4).putLong(iv).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(keyAndSalt, 0, keyBytes, "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(aad);
        return cipher.doFinal(plain);
    }

    private static byte[] udp(int port, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(28 + payload.length);
        packet.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) packet.capacity())
                .putInt(0);
        packet.put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.put(new byte[] {10, 0, 0, 1}).put(GROUP.getAddress());
        packet.putShort((short) port)
                .putShort((short) port)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0);
        return packet.put(payload).array();
    }

    private String tshark(Path keys, byte[]... packets) throws IOException, InterruptedException {
        assumeTrue(
                Stream.of("/usr/bin/tshark", "/usr/local/bin/tshark").anyMatch(p -> Files.isExecutable(Path.of(p))),
                "SKIPPED: tshark is not installed");
        ByteBuffer pcap = ByteBuffer.allocate(4096);
        pcap.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65535)
                .putInt(101);
        for (byte[] packet : packets) {
            pcap.putInt(0).putInt(0).putInt(packet.length).putInt(packet.length).put(packet);
        }
        Path capture = folder.resolve("capture.pcap");
        Files.write(capture, Arrays.copyOf(pcap.array(), pcap.position()));
        var builder = new ProcessBuilder(List.of(
                        "tshark",
                        "-r",
                        capture.toString(),
                        "-V",
                        "-x",
                        "-d",
                        "udp.port==848,isakmp",
                        "-o",
                        "esp.enable_encryption_decode:TRUE",
                        "-o",
                        "esp.enable_authentication_check:TRUE"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("WIRESHARK_CONFIG_DIR", keys.toString());
        builder.start().waitFor();
        return Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
    }
}
