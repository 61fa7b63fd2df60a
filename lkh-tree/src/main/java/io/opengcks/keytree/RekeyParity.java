package io.opengcks.keytree;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.ozone.erasurecode.rawcoder.util.GF256;
import org.apache.ozone.erasurecode.rawcoder.util.RSUtil;

/**
 * Reed–Solomon parity over blocks of rekey packets, sent ahead of any loss: of a block of k packets with p parity packets, any k
 * give all, so a member that lost its packet waits for no round trip. A short last block is filled up with empty packets that
 * nobody sends.
 *
 * <p>Needs {@code org.apache.ozone:hdds-erasurecode} on the class or module path, which no other class here does
 * (docs/adr/0012-parity.md). The code is systematic with a Cauchy matrix over GF(2^8): packets go out as they are.
 * Says nothing about authenticity: a packet put together again is checked as one received is.
 */
public final class RekeyParity {
    /** Most packets of a block, with its parity: the field has no more elements. */
    public static final int MAX_BLOCK = 256;

    /** Longest packet; what is coded has the length of the packet in front. */
    public static final int MAX_PACKET_OCTETS = 0xFFFF;

    private static final int LENGTH = 2;
    /** Octets of a multiplication table that the library prepares for each coefficient. */
    private static final int TABLE = 32;

    private final int data;
    private final int parity;
    /** {@code data + parity} rows of {@code data} coefficients; the first rows are the identity. */
    private final byte[] matrix;

    /**
     * @param data   packets in a block, at least 1
     * @param parity parity packets of a block, at least 1; together at most 256
     */
    public RekeyParity(int data, int parity) {
        if (data < 1 || parity < 1 || data > MAX_BLOCK - parity) {
            throw new IllegalArgumentException("no code of " + data + " and " + parity + " packets");
        }
        this.data = data;
        this.parity = parity;
        this.matrix = new byte[(data + parity) * data];
        RSUtil.genCauchyMatrix(matrix, data + parity, data);
    }

    /**
     * The parity of one block.
     *
     * @param packets 1 to {@code data} packets, of any lengths
     * @return {@code parity} packets, 2 octets longer than the longest of the block
     */
    public List<byte[]> protect(List<byte[]> packets) {
        if (packets.isEmpty() || packets.size() > data) {
            throw new IllegalArgumentException(packets.size() + " packets in a block of " + data);
        }
        int longest = packets.stream().mapToInt(packet -> packet.length).max().orElse(0);
        byte[][] inputs = new byte[data][LENGTH + longest];
        for (int i = 0; i < packets.size(); i++) {
            fill(inputs[i], packets.get(i));
        }
        byte[] rows = Arrays.copyOfRange(matrix, data * data, matrix.length);
        return List.of(multiply(rows, inputs, LENGTH + longest));
    }

    /**
     * The packets of a block from those that arrived.
     *
     * @param packets as many as {@link #protect} was given, empty where lost
     * @param parities {@code parity} of them, empty where lost
     * @return all packets of the block; empty if too many were lost, or if what came is of no one block
     */
    public Optional<List<byte[]>> repair(List<Optional<byte[]>> packets, List<Optional<byte[]>> parities) {
        if (packets.isEmpty() || packets.size() > data || parities.size() != parity) {
            throw new IllegalArgumentException("not a block of " + data + " packets and " + parity + " of parity");
        }
        if (packets.stream().allMatch(Optional::isPresent)) {
            return Optional.of(packets.stream().map(Optional::orElseThrow).toList());
        }
        int octets = parities.stream()
                .flatMap(Optional::stream)
                .mapToInt(packet -> packet.length)
                .max()
                .orElse(0);
        byte[][] inputs = new byte[data][];
        byte[] square = new byte[data * data];
        int found = 0;
        for (int row = 0; row < data + parity && found < data; row++) {
            byte[] input = input(row, packets, parities, octets);
            if (input.length > 0) {
                System.arraycopy(matrix, row * data, square, found * data, data);
                inputs[found++] = input;
            }
        }
        return found < data ? Optional.empty() : solve(packets, square, inputs, octets);
    }

    /** What stands for a row of the matrix, or nothing where it was lost or cannot be of the block. */
    private byte[] input(int row, List<Optional<byte[]>> packets, List<Optional<byte[]>> parities, int octets) {
        byte[] none = {};
        if (row >= data) {
            byte[] packet = parities.get(row - data).orElse(none);
            return packet.length == octets ? packet : none;
        }
        byte[] input = new byte[octets];
        if (row < packets.size()) {
            byte[] packet = packets.get(row).orElse(none);
            if (packets.get(row).isEmpty() || packet.length > octets - LENGTH) {
                return none;
            }
            fill(input, packet);
        }
        return input;
    }

    private Optional<List<byte[]>> solve(List<Optional<byte[]>> packets, byte[] square, byte[][] inputs, int octets) {
        byte[] inverse = new byte[data * data];
        GF256.gfInvertMatrix(square, inverse, data);
        var repaired = new ArrayList<byte[]>();
        for (int i = 0; i < packets.size(); i++) {
            if (packets.get(i).isPresent()) {
                repaired.add(packets.get(i).orElseThrow());
            } else {
                byte[] row = Arrays.copyOfRange(inverse, i * data, (i + 1) * data);
                byte[] padded = multiply(row, inputs, octets)[0];
                int length = octets < LENGTH ? 0 : ByteBuffer.wrap(padded).getShort() & 0xFFFF;
                if (length > octets - LENGTH) {
                    return Optional.empty();
                }
                repaired.add(Arrays.copyOfRange(padded, LENGTH, LENGTH + length));
            }
        }
        return Optional.of(List.copyOf(repaired));
    }

    private static void fill(byte[] input, byte[] packet) {
        if (packet.length > MAX_PACKET_OCTETS) {
            throw new IllegalArgumentException("a packet of " + packet.length + " octets");
        }
        ByteBuffer.wrap(input).putShort((short) packet.length).put(packet);
    }

    private byte[][] multiply(byte[] rows, byte[][] inputs, int octets) {
        int results = rows.length / data;
        byte[] tables = new byte[rows.length * TABLE];
        RSUtil.initTables(data, results, rows, 0, tables);
        byte[][] outputs = new byte[results][octets];
        RSUtil.encodeData(tables, octets, inputs, new int[data], outputs, new int[results]);
        return outputs;
    }
}
