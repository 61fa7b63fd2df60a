package io.opengcks.esp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the UDP datagram inside an opened ESP packet, in either mode; reused from packet to packet, by one thread.
 * Allocates only where addresses differ from those of the packet before.
 */
public final class InnerUdp {
    private final InnerIp ip = new InnerIp();
    private final Address source = new Address();
    private final Address destination = new Address();
    private int sourcePort;
    private int destinationPort;
    private int payloadOffset;
    private int payloadLength;

    /** Nothing read yet. */
    public InnerUdp() {}

    /**
     * Reads what {@link InboundSa#open} found.
     *
     * @param buffer           where it was opened into
     * @param outerSource      source of the outer header; null if a NAT may have changed it, then the checksum of
     *                         transport mode is not checked (RFC 3948 §3.1.2)
     * @param outerDestination destination of the outer header
     * @return OK, or why the datagram is dropped
     */
    public InnerVerdict read(
            EspMode mode,
            byte[] buffer,
            Opened found,
            @Nullable InetAddress outerSource,
            InetAddress outerDestination) {
        return switch (mode) {
            case TRANSPORT -> transport(buffer, found, outerSource, outerDestination);
            case TUNNEL -> tunnel(buffer, found);
        };
    }

    private InnerVerdict transport(
            byte[] buffer, Opened found, @Nullable InetAddress outerSource, InetAddress outerDestination) {
        if (found.nextHeader() != EspPacket.NEXT_HEADER_UDP) {
            return InnerVerdict.NOT_UDP;
        }
        destination.set(outerDestination);
        if (outerSource == null) {
            source.unknown();
            return udp(buffer, found.offset(), found.length(), false);
        }
        source.set(outerSource);
        return udp(buffer, found.offset(), found.length(), true);
    }

    private InnerVerdict tunnel(byte[] buffer, Opened found) {
        InnerVerdict verdict = ip.read(buffer, found.offset(), found.length(), found.nextHeader());
        if (verdict != InnerVerdict.OK) {
            return verdict;
        }
        if (ip.protocol() != EspPacket.NEXT_HEADER_UDP) {
            return InnerVerdict.NOT_UDP;
        }
        source.set(buffer, ip.sourceOffset(), ip.addressBytes());
        destination.set(buffer, ip.destinationOffset(), ip.addressBytes());
        return udp(buffer, ip.payloadOffset(), ip.payloadLength(), true);
    }

    private InnerVerdict udp(byte[] buffer, int off, int len, boolean check) {
        if (len < UdpFlow.UDP_HEADER_BYTES) {
            return InnerVerdict.MALFORMED;
        }
        int length = EspPacket.int16(buffer, off + 4);
        if (length < UdpFlow.UDP_HEADER_BYTES || length > len) {
            return InnerVerdict.MALFORMED;
        }
        if (check && !checksumHolds(buffer, off, length)) {
            return InnerVerdict.BAD_CHECKSUM;
        }
        sourcePort = EspPacket.int16(buffer, off);
        destinationPort = EspPacket.int16(buffer, off + 2);
        payloadOffset = off + UdpFlow.UDP_HEADER_BYTES;
        payloadLength = length - UdpFlow.UDP_HEADER_BYTES;
        return InnerVerdict.OK;
    }

    /** RFC 768; 0 means none, which IPv6 does not allow (RFC 8200 §8.1). */
    private boolean checksumHolds(byte[] buffer, int off, int length) {
        if (EspPacket.int16(buffer, off + 6) == 0) {
            return destination.octets.length == 4;
        }
        long sum = source.sum + destination.sum + EspPacket.NEXT_HEADER_UDP + length;
        return Checksum.fold(Checksum.add(sum, buffer, off, length)) == 0;
    }

    /** Inner source address; in transport mode that of the outer header, null if that was not given. */
    public @Nullable InetAddress source() {
        return source.address();
    }

    /** Inner destination address; in transport mode that of the outer header. */
    public InetAddress destination() {
        InetAddress address = destination.address();
        if (address == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return address;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    /** Where the data of the datagram starts in the array. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Octets of data. */
    public int payloadLength() {
        return payloadLength;
    }

    /** An address that most often is the one of the packet before: its octets, their sum, and on demand the object. */
    private static final class Address {
        private byte[] octets = new byte[0];
        private long sum;
        private @Nullable InetAddress address;

        void set(InetAddress same) {
            if (!same.equals(address)) {
                octets = same.getAddress();
                sum = Checksum.add(0, octets, 0, octets.length);
            }
            address = same;
        }

        void set(byte[] buffer, int off, int len) {
            if (!Arrays.equals(octets, 0, octets.length, buffer, off, off + len)) {
                octets = Arrays.copyOfRange(buffer, off, off + len);
                sum = Checksum.add(0, octets, 0, octets.length);
                address = null;
            }
        }

        void unknown() {
            octets = new byte[0];
            sum = 0;
            address = null;
        }

        @Nullable
        InetAddress address() {
            if (address == null && octets.length != 0) {
                try {
                    address = InetAddress.getByAddress(octets);
                } catch (UnknownHostException e) {
                    throw new IllegalStateException("an address of 4 or 16 octets", e);
                }
            }
            return address;
        }
    }
}
