package io.opengcks.esp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A real Linux kernel, in user mode and without privilege, behind one UDP socket on loopback: each datagram is an Ethernet frame in
 * L2TPv3. The guest has 10.9.0.2 and fd09::2, this side 10.9.0.1 and fd09::1; IP packets go in and out here.
 */
final class KernelPeer implements AutoCloseable {
    static final InetAddress HERE = InetAddress.ofLiteral("10.9.0.1");
    static final InetAddress GUEST = InetAddress.ofLiteral("10.9.0.2");
    static final InetAddress HERE6 = InetAddress.ofLiteral("fd09::1");
    static final InetAddress GUEST6 = InetAddress.ofLiteral("fd09::2");

    private static final Path KERNEL = Path.of("/usr/bin/linux.uml");
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path MODULES = Path.of("/usr/lib/uml/modules");
    private static final long TUNNEL_HEADER = 0x0003_0000_0000_0011L; // flags and version of L2TPv3 over UDP, session
    private static final int ETHERNET_BYTES = 14;
    /** What uses AVX dies in the guest, whose kernel saves only the older registers. */
    private static final String NO_AVX =
            "glibc.cpu.hwcaps=" + "-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-XSAVE,-XSAVEC";

    private final Process process;
    private final DatagramSocket socket;
    private final InetSocketAddress guest;
    private final byte[] frame = new byte[65_536];

    private KernelPeer(Process process, DatagramSocket socket, InetSocketAddress guest) {
        this.process = process;
        this.socket = socket;
        this.guest = guest;
    }

    /** Empty if this machine has what it takes, else the Debian package that is missing. */
    static String missing() {
        if (!Files.isExecutable(KERNEL) || !Files.isDirectory(MODULES)) {
            return "user-mode-linux";
        }
        return Files.isExecutable(PYTHON) ? "" : "python3";
    }

    /**
     * Boots the guest, which takes some seconds, and waits until it listens.
     *
     * @param folder for the configuration
     * @param xfrm   lines for {@code ip -batch}
     * @param echo   lines as {@code echo.py} reads them
     */
    static KernelPeer boot(Path folder, List<String> xfrm, List<String> echo) throws IOException {
        Files.write(folder.resolve("xfrm"), xfrm);
        Files.write(folder.resolve("echo"), echo);
        Path scripts = scripts();
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        var socket = new DatagramSocket(0, loopback);
        int guestPort;
        try (var free = new DatagramSocket(0, loopback)) {
            guestPort = free.getLocalPort();
        }
        var builder = new ProcessBuilder(
                PYTHON.toString(),
                scripts.resolve("noxstate.py").toString(),
                KERNEL.toString(),
                "mem=64M",
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "quiet",
                "init=" + scripts.resolve("init.sh"),
                "vec0:transport=l2tpv3,udp=1,v6=0,src=127.0.0.1,dst=127.0.0.1,srcport=%d,dstport=%d,%s"
                        .formatted(guestPort, socket.getLocalPort(), "tx_session=0x11,rx_session=0x11,depth=64"),
                "con=null",
                "con0=null,fd:1",
                "GLIBC_TUNABLES=" + NO_AVX,
                "LD_BIND_NOW=1",
                "GUEST=" + scripts,
                "CONFIG=" + folder);
        builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(Map.of("TMPDIR", folder.toString()));
        var peer = new KernelPeer(builder.start(), socket, new InetSocketAddress(loopback, guestPort));
        try {
            peer.awaitReady();
            return peer;
        } catch (IOException e) {
            peer.close();
            throw e;
        }
    }

    private static Path scripts() {
        try {
            return Objects.requireNonNull(Path.of(Objects.requireNonNull(KernelPeer.class.getResource("peer/init.sh"))
                            .toURI())
                    .getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady() throws IOException {
        var said = new ArrayList<String>();
        BufferedReader console = process.inputReader();
        for (String line = console.readLine(); line != null; line = console.readLine()) {
            if (line.equals("READY")) {
                Thread.ofPlatform()
                        .daemon()
                        .name("guest-console")
                        .start(() -> console.lines().forEach(_ -> {})); // so that the guest never waits for a reader
                return;
            }
            said.add(line);
        }
        throw new IOException("the guest ended: " + said);
    }

    /** Puts an IP packet to a multicast group on the wire. */
    void send(byte[] packet, int length) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(8 + ETHERNET_BYTES + length).putLong(TUNNEL_HEADER);
        if (packet[0] >>> 4 == 4) {
            out.putShort((short) 0x0100).put((byte) 0x5E); // RFC 1112 §6.4
            out.put((byte) (packet[17] & 0x7F)).put(packet, 18, 2);
            out.putShort((short) 0x0200).putInt(1).putShort((short) 0x0800);
        } else {
            out.putShort((short) 0x3333).put(packet, 36, 4); // RFC 2464 §7
            out.putShort((short) 0x0200).putInt(1).putShort((short) 0x86DD);
        }
        out.put(packet, 0, length);
        socket.send(new DatagramPacket(out.array(), out.position(), guest));
    }

    /** The next IP packet of the guest that is wanted; others are dropped. Fails after ten seconds without one. */
    byte[] receive(Predicate<byte[]> wanted) throws IOException {
        socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
        while (true) {
            var datagram = new DatagramPacket(frame, frame.length);
            socket.receive(datagram);
            int start = 8 + ETHERNET_BYTES;
            if (datagram.getLength() > start + 20) {
                byte[] packet = Arrays.copyOfRange(frame, start, datagram.getLength());
                if (wanted.test(packet)) {
                    return packet;
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            byte[] end = KernelEspTest.plain("239.255.255.255", 9);
            send(end, end.length);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(e);
        } finally {
            socket.close();
        }
    }
}
