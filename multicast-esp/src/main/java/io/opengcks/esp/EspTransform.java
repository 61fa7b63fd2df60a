package io.opengcks.esp;

/**
 * Encryption transforms of ESP. The key material is the cipher key, then the salt where there is one. For counter modes the nonce of
 * a packet is salt | IV.
 *
 * <p>Those that are {@linkplain #combined combined} bring their own ICV; the others want an {@link EspIntegrity}.
 */
public enum EspTransform {
    /** RFC 4106. */
    AES_128_GCM_16(Mode.GCM, 16, 16),
    AES_256_GCM_16(Mode.GCM, 32, 16),
    /** RFC 7634. */
    CHACHA20_POLY1305(Mode.CHACHA20_POLY1305, 32, 16),

    AES_192_GCM_16(Mode.GCM, 24, 16),
    AES_128_GCM_12(Mode.GCM, 16, 12),
    AES_192_GCM_12(Mode.GCM, 24, 12),
    AES_256_GCM_12(Mode.GCM, 32, 12),
    AES_128_GCM_8(Mode.GCM, 16, 8),
    AES_192_GCM_8(Mode.GCM, 24, 8),
    AES_256_GCM_8(Mode.GCM, 32, 8),
    /** RFC 8750: the sequence number is the IV, so there can be but one sender. */
    AES_128_GCM_16_IIV(Mode.GCM, 16, 16, true),
    AES_256_GCM_16_IIV(Mode.GCM, 32, 16, true),
    CHACHA20_POLY1305_IIV(Mode.CHACHA20_POLY1305, 32, 16, true),
    AES_128_CCM_8_IIV(Mode.CCM, 16, 8, true),
    AES_256_CCM_8_IIV(Mode.CCM, 32, 8, true),
    /** RFC 4309. */
    AES_128_CCM_8(Mode.CCM, 16, 8),
    AES_128_CCM_12(Mode.CCM, 16, 12),
    AES_128_CCM_16(Mode.CCM, 16, 16),
    AES_192_CCM_8(Mode.CCM, 24, 8),
    AES_192_CCM_12(Mode.CCM, 24, 12),
    AES_192_CCM_16(Mode.CCM, 24, 16),
    AES_256_CCM_8(Mode.CCM, 32, 8),
    AES_256_CCM_12(Mode.CCM, 32, 12),
    AES_256_CCM_16(Mode.CCM, 32, 16),
    /** RFC 4543: authentic, but readable by everybody. */
    NULL_AES_128_GMAC(Mode.GMAC, 16, 16),
    NULL_AES_192_GMAC(Mode.GMAC, 24, 16),
    NULL_AES_256_GMAC(Mode.GMAC, 32, 16),
    /** RFC 3686. */
    AES_128_CTR(Mode.CTR, 16, 0),
    AES_192_CTR(Mode.CTR, 24, 0),
    AES_256_CTR(Mode.CTR, 32, 0),
    /** RFC 3602. The IV holds no Sender-ID: the numbers of several senders can not be told apart. */
    AES_128_CBC(Mode.CBC, 16, 0),
    AES_192_CBC(Mode.CBC, 24, 0),
    AES_256_CBC(Mode.CBC, 32, 0),
    /** RFC 2410: readable by everybody. */
    NULL(Mode.NULL, 0, 0);

    /** What is done with key, salt and IV. */
    enum Mode {
        GCM(4, 8),
        CHACHA20_POLY1305(4, 8),
        CCM(3, 8),
        GMAC(4, 8),
        CTR(4, 8),
        CBC(0, 16),
        NULL(0, 0);

        private final int saltBytes;
        private final int ivBytes;

        Mode(int saltBytes, int ivBytes) {
            this.saltBytes = saltBytes;
            this.ivBytes = ivBytes;
        }
    }

    private final Mode mode;
    private final int keyBytes;
    private final int icvBytes;
    private final boolean implicitIv;

    EspTransform(Mode mode, int keyBytes, int icvBytes) {
        this(mode, keyBytes, icvBytes, false);
    }

    EspTransform(Mode mode, int keyBytes, int icvBytes, boolean implicitIv) {
        this.mode = mode;
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
        this.implicitIv = implicitIv;
    }

    Mode mode() {
        return mode;
    }

    /** Octets of the cipher key, without the salt. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Octets of salt behind the key. */
    public int saltBytes() {
        return mode.saltBytes;
    }

    /** Octets of key and salt. */
    public int keymatBytes() {
        return keyBytes + mode.saltBytes;
    }

    /** Octets of the IV that each packet carries after its ESP header. */
    public int ivBytes() {
        return implicitIv ? 0 : mode.ivBytes;
    }

    /** Octets of the ICV it brings along; 0 if it has none. */
    public int icvBytes() {
        return icvBytes;
    }

    /** Whether it also authenticates, so that it stands alone. */
    public boolean combined() {
        return icvBytes != 0;
    }

    /** Whether the sequence number takes the place of the IV (RFC 8750). */
    public boolean implicitIv() {
        return implicitIv;
    }

    /** Whether its IV has room for a Sender-ID (RFC 6054: counter modes). */
    public boolean takesSenderIds() {
        return mode.ivBytes == 8 && !implicitIv;
    }

    /** Payload, padding and trailer together have a multiple of so many octets (RFC 4303 §2.4). */
    int alignment() {
        return mode == Mode.CBC ? 16 : EspPacket.ALIGNMENT;
    }
}
