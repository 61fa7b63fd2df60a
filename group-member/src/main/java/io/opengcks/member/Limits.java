package io.opengcks.member;

import java.time.Duration;

/**
 * How much an agent keeps at once.
 *
 * @param socketBuffer  octets of the kernel's buffer of each data socket, 4096 to 2^28
 * @param maxDatagram   octets of the longest datagram taken or given, 576 to 65535; longer ones are dropped
 * @param sendQueue     payloads given to {@link Agent#send} that may wait, 1 to 65536
 * @param outputBuffer  octets that wait for a slow stream, 65536 to 2^28
 * @param parkedPackets packets of SAs not yet known that are kept, 1 to 65536
 * @param parkedFor     how long they are kept, 1 ms to one minute
 * @param replayWindow  packets of the replay window where the group leaves it to us; a multiple of 64 up to 4096
 * @param maxSenders    senders of one SA that replay windows are kept for, 1 to 65536
 */
public record Limits(
        int socketBuffer,
        int maxDatagram,
        int sendQueue,
        int outputBuffer,
        int parkedPackets,
        Duration parkedFor,
        int replayWindow,
        int maxSenders) {
    public static final Limits DEFAULT =
            new Limits(4 << 20, 9216, 1024, 4 << 20, 4096, Duration.ofSeconds(5), 1024, 4096);

    public Limits {
        range("socketBuffer", socketBuffer, 4096, 1 << 28);
        range("maxDatagram", maxDatagram, 576, 65_535);
        range("sendQueue", sendQueue, 1, 1 << 16);
        range("outputBuffer", outputBuffer, 1 << 16, 1 << 28);
        range("parkedPackets", parkedPackets, 1, 1 << 16);
        range("parkedFor in ms", parkedFor.toMillis(), 1, 60_000);
        range("replayWindow", replayWindow, 64, 4096);
        range("maxSenders", maxSenders, 1, 1 << 16);
        if (replayWindow % 64 != 0) {
            throw new IllegalArgumentException("replayWindow is a multiple of 64, not " + replayWindow);
        }
    }

    private static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
        }
    }
}
