package io.opengcks.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** What {@code openssl speed} reaches on this machine, as a limit; nothing where there is no openssl. */
final class OpenSslSpeed {
    private OpenSslSpeed() {}

    /**
     * Octets per second of an AEAD cipher on one core.
     *
     * @param cipher  as openssl calls it, for instance {@code aes-128-gcm}
     * @param octets  of each message
     * @param decrypt opening instead of sealing
     * @param seconds how long to measure
     */
    static OptionalDouble aead(String cipher, int octets, boolean decrypt, int seconds) {
        var command = new java.util.ArrayList<>(List.of("openssl", "speed", "-mr", "-evp", cipher, "-aead"));
        command.addAll(List.of("-bytes", Integer.toString(octets), "-seconds", Integer.toString(seconds)));
        if (decrypt) {
            command.add("-decrypt");
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                return OptionalDouble.empty();
            }
            // +F:25:AES-128-GCM:2055524737.78
            return output.lines()
                    .filter(line -> line.startsWith("+F:")
                            && line.toUpperCase(Locale.ROOT).contains(cipher.toUpperCase(Locale.ROOT)))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(':') + 1)))
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty(); // not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalDouble.empty();
        }
    }
}
