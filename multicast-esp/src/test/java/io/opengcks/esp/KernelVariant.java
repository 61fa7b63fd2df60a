package io.opengcks.esp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Two SAs between this side and the kernel: one for what goes to the guest, one for its replies.
 *
 * @param number tells groups and SPIs apart, 1 to 254
 */
record KernelVariant(
        int number,
        EspTransform transform,
        EspIntegrity integrity,
        boolean extended,
        EspMode mode,
        boolean ipv6,
        boolean encapsulated) {
    static final int DATA_PORT = 5000;
    static final int REPLY_PORT = 6000;

    private static final int SENDER_ID_BITS = 12;
    /** Few enough packets before 2^32 that a test passes it. */
    private static final long NEAR_THE_TURN = 0xFFFF_FFFCL;

    /**
     * The transforms of G-IKEv2 in every mode; each other one in one of them. Implicit IVs are missing: no kernel has them.
     */
    static List<KernelVariant> all() {
        var all = new ArrayList<KernelVariant>();
        for (EspTransform transform :
                List.of(EspTransform.AES_128_GCM_16, EspTransform.AES_256_GCM_16, EspTransform.CHACHA20_POLY1305)) {
            for (EspMode mode : EspMode.values()) {
                for (boolean ipv6 : new boolean[] {false, true}) {
                    for (boolean encapsulated : new boolean[] {false, true}) {
                        all.add(new KernelVariant(
                                all.size() + 1, transform, EspIntegrity.NONE, false, mode, ipv6, encapsulated));
                    }
                }
            }
        }
        for (EspTransform transform : EspTransform.values()) {
            for (EspIntegrity integrity : EspIntegrity.values()) {
                if (transform.combined() == (integrity == EspIntegrity.NONE) && !transform.implicitIv()) {
                    int n = all.size() + 1;
                    EspMode mode = n % 3 == 0 ? EspMode.TRANSPORT : EspMode.TUNNEL;
                    all.add(new KernelVariant(n, transform, integrity, n % 2 == 0, mode, n % 5 < 2, false));
                }
            }
        }
        return all;
    }

    InetAddress group(boolean reply) {
        String form = ipv6 ? "ff15::%x:%x" : "239.9.%d.%d";
        return InetAddress.ofLiteral(form.formatted(reply ? 2 : 1, number));
    }

    InetAddress here() {
        return ipv6 ? KernelPeer.HERE6 : KernelPeer.HERE;
    }

    InetAddress guest() {
        return ipv6 ? KernelPeer.GUEST6 : KernelPeer.GUEST;
    }

    /** What the first packet of either side carries. */
    long firstSequence() {
        return extended ? NEAR_THE_TURN : 1;
    }

    private byte[] keymat(boolean reply) {
        byte[] keymat = new byte[transform.keymatBytes() + integrity.keyBytes()];
        new Random(number * 2L + (reply ? 1 : 0)).nextBytes(keymat);
        return keymat;
    }

    SaParameters sa(boolean reply) {
        // The kernel makes IVs of its own kind, without a Sender-ID.
        boolean senderIds = !reply && transform.takesSenderIds() && !extended;
        return new SaParameters(
                0xCAFE_0000L + (reply ? 0x100 : 0) + number,
                group(reply),
                null,
                transform,
                integrity,
                Keymat.copyOf(keymat(reply)),
                mode,
                extended,
                senderIds ? SENDER_ID_BITS : 0,
                64);
    }

    /** State and policy of one direction, as ip-xfrm(8) wants them. */
    List<String> xfrm(boolean reply) {
        String ends = "src %s dst %s"
                .formatted(
                        (reply ? guest() : here()).getHostAddress(),
                        group(reply).getHostAddress());
        String kind = mode == EspMode.TUNNEL ? "tunnel" : "transport";
        String encapsulation = encapsulated ? " encap espinudp 4500 4500 " + (ipv6 ? "::" : "0.0.0.0") : "";
        long before = firstSequence() - 1;
        String numbers = extended
                ? " replay-seq 0x%x replay-oseq 0x%x replay-seq-hi 0 replay-oseq-hi 0 flag esn"
                        .formatted(before, before)
                : "";
        return List.of(
                "xfrm state add %s proto esp spi 0x%x reqid %d mode %s replay-window 64%s %s%s"
                        .formatted(ends, sa(reply).spi(), number, kind, numbers, algorithms(reply), encapsulation),
                // The port matters: the UDP datagram around ESP has the same addresses, and needs no protection of its
                // own.
                "xfrm policy add %s proto udp dport %d dir %s tmpl %s proto esp reqid %d mode %s"
                        .formatted(ends, reply ? REPLY_PORT : DATA_PORT, reply ? "out" : "in", ends, number, kind));
    }

    private String algorithms(boolean reply) {
        HexFormat hex = HexFormat.of();
        byte[] keymat = keymat(reply);
        int cipherOctets = transform.keymatBytes();
        String cipherKey = cipherOctets == 0 ? "\"\"" : "0x" + hex.formatHex(keymat, 0, cipherOctets);
        int icvBits = transform.icvBytes() * 8;
        String cipher = switch (transform.mode()) {
            case GCM -> "aead \"rfc4106(gcm(aes))\" %s %d".formatted(cipherKey, icvBits);
            case CCM -> "aead \"rfc4309(ccm(aes))\" %s %d".formatted(cipherKey, icvBits);
            case GMAC -> "aead \"rfc4543(gcm(aes))\" %s %d".formatted(cipherKey, icvBits);
            case CHACHA20_POLY1305 -> "aead \"rfc7539esp(chacha20,poly1305)\" %s %d".formatted(cipherKey, icvBits);
            case CTR -> "enc \"rfc3686(ctr(aes))\" " + cipherKey;
            case CBC -> "enc \"cbc(aes)\" " + cipherKey;
            case NULL -> "enc \"ecb(cipher_null)\" " + cipherKey;
        };
        String name = switch (integrity) {
            case NONE -> "";
            case HMAC_SHA2_256_128 -> "hmac(sha256)";
            case HMAC_SHA2_384_192 -> "hmac(sha384)";
            case HMAC_SHA2_512_256 -> "hmac(sha512)";
            case AES_XCBC_96 -> "xcbc(aes)";
            case AES_CMAC_96 -> "cmac(aes)";
        };
        return name.isEmpty()
                ? cipher
                : "auth-trunc \"%s\" 0x%s %d %s"
                        .formatted(
                                name,
                                hex.formatHex(keymat, cipherOctets, keymat.length),
                                integrity.icvBytes() * 8,
                                cipher);
    }

    @Override
    public String toString() {
        return "%s%s%s %s %s%s"
                .formatted(
                        transform,
                        integrity == EspIntegrity.NONE ? "" : " " + integrity,
                        extended ? " ESN" : "",
                        mode,
                        ipv6 ? "IPv6" : "IPv4",
                        encapsulated ? " in UDP" : "");
    }
}
