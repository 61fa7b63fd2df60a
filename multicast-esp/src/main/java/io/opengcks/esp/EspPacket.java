package io.opengcks.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The fields every ESP packet has (RFC 4303 §2), and what UDP encapsulation adds (RFC 3948 §2). */
public final class EspPacket {
    /** SPI and sequence number. */
    public static final int HEADER_BYTES = 8;
    /** Next header of UDP. */
    public static final int NEXT_HEADER_UDP = 17;
    /** Next header of an IPv4 packet in tunnel mode. */
    public static final int NEXT_HEADER_IPV4 = 4;
    /** Next header of an IPv6 packet in tunnel mode. */
    public static final int NEXT_HEADER_IPV6 = 41;
    /** Next header of a dummy packet, which is dropped once it was found authentic (RFC 4303 §2.6). */
    public static final int NEXT_HEADER_NONE = 59;

    /** Pad length and next header. */
    static final int TRAILER_BYTES = 2;
    /** Payload, padding and trailer end on this boundary (RFC 4303 §2.4). */
    static final int ALIGNMENT = 4;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private EspPacket() {}

    /** What a datagram on a port of UDP-encapsulated ESP is (RFC 3948 §2). */
    public enum Kind {
        ESP,
        /** SPI 0: the non-ESP marker in front of IKE. */
        NON_ESP,
        /** One octet 0xFF. */
        NAT_KEEPALIVE,
        TOO_SHORT
    }

    /** Tells what is in a datagram, without saying anything about its truth. Never throws on what a peer sent. */
    public static Kind kind(byte[] datagram, int off, int len) {
        if (len == 1 && datagram[off] == (byte) 0xFF) {
            return Kind.NAT_KEEPALIVE;
        }
        if (len < HEADER_BYTES) {
            return Kind.TOO_SHORT;
        }
        return int32(datagram, off) == 0 ? Kind.NON_ESP : Kind.ESP;
    }

    /** The SPI as unsigned 32 bits; at least 4 octets must be there. */
    public static long spi(byte[] packet, int off) {
        return int32(packet, off) & 0xFFFF_FFFFL;
    }

    /** The sequence number as unsigned 32 bits; at least 8 octets must be there. */
    public static long sequence(byte[] packet, int off) {
        return int32(packet, off + 4) & 0xFFFF_FFFFL;
    }

    static int int32(byte[] octets, int off) {
        return (int) INT.get(octets, off);
    }

    static void int32(byte[] octets, int off, int value) {
        INT.set(octets, off, value);
    }

    static long int64(byte[] octets, int off) {
        return (long) LONG.get(octets, off);
    }

    static void int64(byte[] octets, int off, long value) {
        LONG.set(octets, off, value);
    }

    static int int16(byte[] octets, int off) {
        return ((octets[off] & 0xFF) << 8) | (octets[off + 1] & 0xFF);
    }

    static void int16(byte[] octets, int off, int value) {
        octets[off] = (byte) (value >> 8);
        octets[off + 1] = (byte) value;
    }
}
