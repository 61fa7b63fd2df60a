package io.opengcks.tesla.carriers;

import io.opengcks.tesla.KeyChain;
import io.opengcks.tesla.Schedule;
import io.opengcks.tesla.Scheme;
import io.opengcks.tesla.Sender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** What src/test/python/tesla.py wrote, and the chains it used. */
final class Vectors {
    static final long START = 1_000_000_000L;
    static final long INTERVAL = 100_000_000L;

    private Vectors() {}

    static byte[] octets(String name) {
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/carriers.csv")),
                StandardCharsets.US_ASCII))) {
            return in.lines()
                    .filter(line -> line.startsWith(name + ","))
                    .map(line -> HexFormat.of().parseHex(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static byte[] counting(int from, int to) {
        byte[] octets = new byte[to - from];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (from + i);
        }
        return octets;
    }

    static KeyChain chain(Scheme scheme) {
        return KeyChain.generate(scheme, counting(0, scheme.keyOctets()), 20);
    }

    static Sender.Stamp stamp(Scheme scheme, Schedule schedule, int interval) {
        return new Sender(chain(scheme), schedule)
                .at(schedule.beginNs(interval))
                .orElseThrow();
    }
}
