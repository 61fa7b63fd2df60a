package io.opengcks.samples.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;

/**
 * Plays the test card in a loop as plain UDP, seven transport packets a datagram, at the constant rate it was made with: what an encoder
 * would send to the sender agent.
 */
final class TestCardPlayer implements AutoCloseable {
    static final int DATAGRAM = 7 * 188;

    /** Bits a second, as {@code samples/testcard/make.sh} sets them. */
    private static final long MUX_RATE = 800_000;

    private static final long SPACING_NS = DATAGRAM * 8L * 1_000_000_000L / MUX_RATE;

    private final byte[] card;
    private final DatagramSocket socket;
    private final InetSocketAddress destination;
    private final Recorder sent;
    private final Thread thread;
    private volatile boolean playing = true;

    TestCardPlayer(InetSocketAddress destination, Recorder sent) throws IOException {
        this.card = testCard();
        this.destination = destination;
        this.sent = sent;
        this.socket = new DatagramSocket(new InetSocketAddress(destination.getAddress(), 0));
        this.thread = Thread.ofPlatform().name("test-card").daemon().start(this::play);
    }

    /** Sends no further packet; returns when the last one is out. */
    void stop() throws InterruptedException {
        playing = false;
        thread.join();
    }

    @Override
    public void close() {
        playing = false;
        socket.close();
    }

    private void play() {
        long due = System.nanoTime();
        int at = 0;
        while (playing) {
            int length = Math.min(DATAGRAM, card.length - at);
            try {
                socket.send(new DatagramPacket(card, at, length, destination));
            } catch (IOException e) {
                if (!playing) {
                    return;
                }
                throw new UncheckedIOException(e);
            }
            sent.add(card, at, length, System.nanoTime());
            at = at + length == card.length ? 0 : at + length;
            due += SPACING_NS;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private static byte[] testCard() throws IOException {
        try (InputStream in = TestCardPlayer.class.getResourceAsStream("/testcard.ts")) {
            if (in == null) {
                throw new IOException("the test card is missing from the samples");
            }
            return in.readAllBytes();
        }
    }
}
