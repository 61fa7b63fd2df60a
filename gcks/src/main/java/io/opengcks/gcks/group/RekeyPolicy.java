package io.opengcks.gcks.group;

import io.opengcks.protocols.crypto.KeyWrapAlgorithm;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How a group is rekeyed by multicast (RFC 9838 §2.4.1, §4.4.2).
 *
 * @param address        multicast address of rekey messages
 * @param port           their UDP port
 * @param source         the only sender of rekey messages; empty: any source
 * @param encryptionBits 128 or 256: AES-GCM with a 16-octet ICV
 * @param keyWrap        key wrap algorithm, one for the whole group: of the Rekey SA and of every member's IKE SA
 * @param signature      how rekey messages are signed
 * @param treeDegree     children of a node of the key tree, {@value #MIN_DEGREE} to {@value #MAX_DEGREE}
 * @param copies         how often each rekey message is sent, bit for bit the same (RFC 9838 §2.4.1.3), 1 to {@value #MAX_COPIES}
 * @param spacing        between two copies, 0 to 5 seconds
 */
public record RekeyPolicy(
        InetAddress address,
        int port,
        Optional<InetAddress> source,
        int encryptionBits,
        KeyWrapAlgorithm keyWrap,
        RekeySignatureAlgorithm signature,
        int treeDegree,
        int copies,
        Duration spacing) {
    public static final int MIN_DEGREE = 2;
    public static final int MAX_DEGREE = 16;
    public static final int MAX_COPIES = 16;
    public static final Duration MAX_SPACING = Duration.ofSeconds(5);

    public RekeyPolicy {
        PolicyException.multicast("rekey.address", address);
        PolicyException.port("rekey.port", port);
        PolicyException.source("rekey.source", address, source);
        PolicyException.check(
                encryptionBits == 128 || encryptionBits == 256,
                "rekey.encryptionBits",
                "128 or 256, not " + encryptionBits);
        PolicyException.check(
                treeDegree >= MIN_DEGREE && treeDegree <= MAX_DEGREE,
                "rekey.treeDegree",
                MIN_DEGREE + " to " + MAX_DEGREE + ", not " + treeDegree);
        PolicyException.check(
                copies >= 1 && copies <= MAX_COPIES, "rekey.copies", "1 to " + MAX_COPIES + ", not " + copies);
        PolicyException.check(
                !spacing.isNegative() && spacing.compareTo(MAX_SPACING) <= 0,
                "rekey.spacing",
                "0 to 5 seconds, not " + spacing);
    }

    /** Any source, AES-256-GCM, KW_5649_256, Ed25519, degree 4, three copies 40 ms apart. */
    public static RekeyPolicy of(InetAddress address, int port) {
        return new RekeyPolicy(
                address,
                port,
                Optional.empty(),
                256,
                KeyWrapAlgorithm.KW_5649_256,
                RekeySignatureAlgorithm.ED25519,
                4,
                3,
                Duration.ofMillis(40));
    }
}
